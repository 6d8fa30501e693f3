"""How the process ends: on a signal or with its parent, and soon even when a step hangs.

The parent is watched through standard input: it keeps the other end of the pipe open, and whatever
way it ends, the kernel closes that end. This works on every system, and unlike a parent-death
signal it does not depend on which of the parent's threads spawned the server. The watches of the
parent and of signals have threads of their own, because environments live on the main thread.
Environment code that keeps the interpreter's lock (a hang inside C code) blocks every thread of
this process, and with it these watches.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import socket
import sys
import threading
from _signal import getsignal  # type: ignore[import-not-found]
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Final

PARENT_GONE_SECONDS: Final = 0.6
_MAKING_SECONDS: Final = 2.0
_ENDING_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
_NOT_HANDLED: Final = (signal.SIG_IGN, signal.SIG_DFL)


class Ending:
    """The wish to end, and the means to end at once."""

    def __init__(self) -> None:
        self._wishes: queue.SimpleQueue[str] = queue.SimpleQueue()
        # Each signal's number as a byte, which the interpreter writes as soon as any thread gets
        # the signal. Its handler would run only when the main thread does, and that may be deep in
        # environment code.
        self._signals, self._signals_push = socket.socketpair()
        self._signals_push.settimeout(0.0)
        self._parent_gone = False
        self._broken = False
        self._cleanup: Callable[[], None] = lambda: None
        self._making = threading.Lock()
        # Then all processes of the group are of this server's making, and end with it.
        self._leads_session = sys.platform != "win32" and os.getsid(0) == os.getpid()

    def on_exit(self, cleanup: Callable[[], None]) -> None:
        """What must be done even in the most sudden end; may run twice."""
        self._cleanup = cleanup

    @contextlib.contextmanager
    def making(self) -> Iterator[None]:
        """Holds off a sudden end while what `on_exit` removes is made; waits for an end under way.

        Otherwise the end could clean up first, and what is made a moment later would stay.
        """
        with self._making:
            yield

    def catch_signals(self) -> None:
        """Takes SIGTERM and SIGINT as the wish to end; a second one as the wish to end now."""
        for number in _ENDING_SIGNALS:
            signal.signal(number, self._on_signal)
        self._take_wakeup()
        threading.Thread(target=self._watch_signals, name="signal-watch", daemon=True).start()
        if sys.platform != "win32":
            # Processes that an environment forks are to die of SIGTERM as usual.
            os.register_at_fork(after_in_child=_default_signals)

    def keep_signals(self) -> None:
        """Takes signals again that environment code has chosen to ignore, or to die of.

        A handler of an environment's own may stay: the watch hears of its signals, too. Called
        after every command, and so with the C function: `signal.getsignal` takes 60 times as long.
        """
        for number in _ENDING_SIGNALS:
            if getsignal(number) in _NOT_HANDLED:
                signal.signal(number, self._on_signal)

    def watch_parent(self) -> None:
        """Ends this process when standard input does.

        It gets its own session, so that Ctrl-C at the terminal is the parent's to handle.
        """
        if sys.platform != "win32":
            with contextlib.suppress(PermissionError):  # it leads a process group already
                os.setsid()
            self._leads_session = os.getsid(0) == os.getpid()
        stdin = os.dup(0)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)  # environment code that reads its input gets an end of file
        os.close(null)
        threading.Thread(
            target=self._watch, args=(stdin,), name="parent-watch", daemon=True
        ).start()

    def wait(self) -> str:
        """Waits for the wish to end; gives its cause."""
        return self._wishes.get()

    def urgent(self) -> bool:
        """Whether there is no time to wait for clients."""
        return self._parent_gone or self._broken

    def end_within(self, seconds: float) -> None:
        """Ends the process after that time, whatever its threads do."""
        timer = threading.Timer(seconds, self.end_now)
        timer.daemon = True
        timer.start()

    def end_now(self) -> None:
        """Cleans up and ends the process, and the processes of its environments."""
        self._making.acquire(timeout=_MAKING_SECONDS)  # for good: nothing is made any more
        with contextlib.suppress(Exception):
            self._cleanup()
        if "multiprocessing" in sys.modules:
            from multiprocessing import active_children  # noqa: PLC0415 - only if used

            for child in active_children():
                child.kill()
        if self._leads_session and sys.platform != "win32":
            _end_group(signal.SIGKILL if self._parent_gone else signal.SIGTERM)
        os._exit(1 if self._broken else 0)

    def _take_wakeup(self) -> int:
        """Lets the interpreter write signals here; gives the descriptor that it wrote to before."""
        descriptor = self._signals_push.fileno()
        return signal.set_wakeup_fd(descriptor, warn_on_full_buffer=False)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self._take_wakeup() != self._signals_push.fileno():
            # Environment code had taken it, as an event loop of asyncio does.
            with contextlib.suppress(BlockingIOError):
                self._signals_push.send(bytes([number]))

    def _watch_signals(self) -> None:
        seen = 0
        while numbers := self._received():
            for number in numbers:
                if number in _ENDING_SIGNALS:  # environments may have handlers of others
                    seen += 1
                    self._wishes.put(signal.Signals(number).name)
                    if seen > 1:
                        self.end_within(PARENT_GONE_SECONDS)

        # Nobody else has the other end: environment code has closed it, and who closes descriptors
        # that are not its own leaves a server that can serve nobody.
        self._broken = True
        self.end_within(PARENT_GONE_SECONDS)
        self._wishes.put("descriptors of this server's that environment code has closed")

    def _received(self) -> bytes:
        """Waits for signals; empty when they can be heard no more."""
        try:
            return self._signals.recv(64)
        except OSError:
            return b""

    def _watch(self, stdin: int) -> None:
        with contextlib.suppress(OSError):
            while os.read(stdin, 4096):
                pass
        self._parent_gone = True
        self.end_within(PARENT_GONE_SECONDS)
        self._wishes.put("the end of standard input, so that the parent is gone")


def _end_group(number: signal.Signals) -> None:
    """Sends a signal to the other processes of this process's group, and not to this one.

    A signal to the group would end this process, too, and its exit code would tell a fault.
    """
    processes = Path("/proc")
    if not processes.is_dir():  # not on Linux: there is no other way
        os.killpg(0, number)
        return
    reached = {os.getpid()}
    before = 0
    while len(reached) > before:  # those that were forked meanwhile
        before = len(reached)
        for entry in processes.iterdir():
            with contextlib.suppress(ValueError, ProcessLookupError, PermissionError):
                process = int(entry.name)
                if process not in reached and os.getpgid(process) == os.getpgrp():
                    reached.add(process)
                    os.kill(process, number)


def _default_signals() -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
