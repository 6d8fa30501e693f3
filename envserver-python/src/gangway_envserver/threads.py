"""The threads on which environments live: one for a session's whole life, from make to close.

An OpenGL context, a SQLite connection, an event loop and whatever `threading.local` holds belong to
the thread that made them, and only the main thread may set signal handlers. So the first session
has the process's main thread, until it is freed, and every further one has a thread of its own.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


class EnvironmentThread:
    """Does what it is given, one after the other, on one thread."""

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._afterwards: Callable[[], object] = lambda: None

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Gives the thread work; its result comes after that of all work given before."""
        done: Future[T] = Future()
        self._work.put(lambda: _do(work, done))
        return done

    def run(self, work: Callable[[], T]) -> T:
        """Waits for what `work` returns or raises there. Not to be called on the thread itself."""
        return self.submit(work).result()

    def serve(self, afterwards: Callable[[], object] = lambda: None) -> None:
        """Makes the calling thread the one, until `end`.

        Calls `afterwards` after each work, and whenever `tidy_up` is called.
        """
        self._afterwards = afterwards
        while (work := self._work.get()) is not None:
            work()
            del work  # it holds the environments, and the next may be long in coming
            afterwards()

    def tidy_up(self) -> None:
        """To be called on the thread, by long work between two calls of environment code."""
        self._afterwards()

    def end(self) -> None:
        """Ends `serve` after the work that was given before."""
        self._work.put(None)


class EnvironmentThreads:
    """Hands out a process's threads. Thread-safe."""

    def __init__(self) -> None:
        self._main = EnvironmentThread()
        self._main_is_free = True
        self._lock = threading.Lock()

    def serve_main(self, afterwards: Callable[[], object]) -> None:
        """Gives environments the calling thread, the process's main one, for ever.

        Calls `afterwards` there after a session was made or freed, and after each of its commands.
        """
        self._main.serve(afterwards)

    def take(self) -> EnvironmentThread:
        """A thread that nobody else has: the main one if it is free, otherwise a new one."""
        with self._lock:
            if self._main_is_free:
                self._main_is_free = False
                return self._main
        thread = EnvironmentThread()
        threading.Thread(target=thread.serve, name="environments", daemon=True).start()
        return thread

    def give_back(self, thread: EnvironmentThread) -> None:
        """Takes a thread back on which no environment is left."""
        if thread is not self._main:
            thread.end()
            return
        with self._lock:
            self._main_is_free = True


def _do(work: Callable[[], T], done: Future[T]) -> None:
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - whoever waits is to have it
        done.set_exception(error)
    else:
        done.set_result(result)
