"""One session: who is attached, which command is next, what is replayed, when all is freed.

The table of its states and of what each event does in them is `proto/session_life.csv`, which the
protocol's page shows. A session's thread executes its commands and, exactly once, frees its
environments: whoever closes the session gives the thread that work, which comes after the stream
that the thread may be serving. A command at work is never interrupted, so a session that is closed
meanwhile is freed right after it.

A session knows no gRPC: a stream is anything that says whether it is alive and can be ended.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final, Generic, Protocol, TypeVar

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.errors import RequestFailed
from gangway_envserver.large import LargeRows
from gangway_envserver.threads import EnvironmentThread

Request = TypeVar("Request")
Response = TypeVar("Response")
Result = TypeVar("Result")

FIRST_ATTACH_SECONDS: Final = 60.0
# A client that lost its stream may come back before this server has heard of the loss.
_TAKE_OVER_SECONDS: Final = 1.0


class SessionClosed(Exception):  # noqa: N818 - it is named for what happened
    """The session was closed while its stream was attached; the stream ends with OK."""


class Stream(Protocol):
    """What a session needs to know of a client's stream."""

    def alive(self) -> bool:
        """Whether the client may still be there."""

    def finish(self) -> None:
        """Ends the stream with OK; harmless when it has ended."""


class Session(Generic[Request, Response]):
    """The order of one session's commands. Thread-safe."""

    def __init__(
        self,
        identifier: str,
        lease_seconds: float,
        thread: EnvironmentThread,
        execute: Callable[[Request], Response],
        free: Callable[[], None],
        on_change: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
        large: LargeRows | None = None,
    ) -> None:
        """`execute` does a command's work and `free` frees the environments, both on `thread`.

        Neither is to raise.
        `on_change` is told when the deadline moves and when all is freed. `large` has what the last
        response's observations lack.
        """
        self.identifier = identifier
        self.large = large
        self._lease_seconds = lease_seconds
        self._thread = thread
        self._execute = execute
        self._free = free
        self._on_change = on_change
        self._clock = clock
        self._condition = threading.Condition()
        self._stream: Stream | None = None
        self._busy = False
        self._closed = False
        self._freed = False
        self._last_sequence = 0
        self._last_response: Response | None = None
        self._deadline: float | None = clock() + FIRST_ATTACH_SECONDS

    @property
    def deadline(self) -> float | None:
        """When the session expires, by its clock; None while a stream is attached."""
        with self._condition:
            return None if self._closed else self._deadline

    @property
    def freed(self) -> bool:
        """Whether the environments are gone."""
        with self._condition:
            return self._freed

    @property
    def attached(self) -> bool:
        """Whether a stream is attached."""
        with self._condition:
            return self._stream is not None

    def attach(self, stream: Stream) -> int:
        """Attaches a stream; gives the sequence number of the last command executed.

        Waits for the command that a lost stream left at work. UNKNOWN_SESSION when closed,
        ALREADY_ATTACHED when another stream is alive.
        """
        limit = self._clock() + _TAKE_OVER_SECONDS
        with self._condition:
            while self._stream is not None and not self._closed:
                if self._stream.alive() and self._clock() >= limit:
                    raise RequestFailed(
                        pb.FAILURE_REASON_ALREADY_ATTACHED,
                        f"Another stream is attached to session {self.identifier}: expected one "
                        "stream at a time. End the other stream first, or make another session.",
                    )
                if not stream.alive():
                    raise self._unknown("was given up by its client")
                left = limit - self._clock()
                self._condition.wait(left if left > 0 else None)
            if self._closed:
                raise self._unknown("is closed")
            self._stream = stream
            self._deadline = None
            return self._last_sequence

    def notice(self) -> None:
        """To be called when a stream's life may have ended: wakes those who wait for that."""
        with self._condition:
            self._condition.notify_all()

    def run(self, work: Callable[[], Result]) -> Result:
        """Waits for what work for the attached stream gives on the session's thread.

        SessionClosed when the session was closed meanwhile.
        """
        with self._condition:
            if self._closed:
                raise SessionClosed
            done = self._thread.submit(work)
        try:
            return done.result()
        finally:
            del done  # its exception holds this frame

    def answer(self, stream: Stream, sequence: int, request: Request) -> Response:
        """The response to the command with this number: executed, or remembered. Only in `run`.

        SEQUENCE for any other number, SessionClosed when the session was closed meanwhile.
        """
        with self._condition:
            if self._closed or self._stream is not stream:
                raise SessionClosed
            if sequence == self._last_sequence and self._last_response is not None:
                return self._last_response
            expected = self._last_sequence + 1
            if sequence != expected:
                replay = (
                    f", or {self._last_sequence} again" if self._last_response is not None else ""
                )
                raise RequestFailed(
                    pb.FAILURE_REASON_SEQUENCE,
                    f"A command has sequence number {sequence}: expected {expected}{replay}.",
                    expected=expected,
                    found=sequence,
                )
            self._busy = True
        response: Response | None = None
        try:
            response = self._execute(request)
            return response
        finally:
            self._thread.tidy_up()
            with self._condition:
                self._busy = False
                self._last_sequence = sequence
                self._last_response = response if self._lease_seconds > 0 else None
                self._condition.notify_all()

    def detach(self, stream: Stream) -> None:
        """The stream ended, whether by half-close or by loss: now the lease runs, if there is one.

        gRPC reports a cancelled stream as half-closed when the request stream's end overtakes the
        cancellation, so the two cannot be told apart.
        """
        with self._condition:
            if self._stream is not stream:
                return
            self._stream = None
            if self._lease_seconds == 0:
                self._close()
            else:
                self._deadline = self._clock() + self._lease_seconds
            self._condition.notify_all()
        self._on_change()

    def expire(self) -> bool:
        """Closes the session if its deadline has passed, and gives whether."""
        with self._condition:
            if self._closed or self._deadline is None or self._clock() < self._deadline:
                return False
            self._close()
            return True

    def close(self, timeout: float) -> bool:
        """Closes the session, ends its stream and frees it; False when that is not done in time.

        A command at work has that time to give its response before the stream ends.
        """
        until = time.monotonic() + timeout
        with self._condition:
            self._close()
            self._condition.wait_for(lambda: not self._busy, timeout)
            stream = self._stream
        if stream is not None:
            stream.finish()  # which lets the session's thread go on
        with self._condition:
            left = max(0.0, until - time.monotonic())
            return self._condition.wait_for(lambda: self._freed, left)

    def _close(self) -> None:
        """Closes the session, once; the lock is held."""
        if not self._closed:
            self._closed = True
            self._condition.notify_all()
            self._thread.submit(self._free_all)

    def _free_all(self) -> None:
        self._last_response = None
        try:
            self._free()
        finally:
            with self._condition:
                self._freed = True
                self._condition.notify_all()
            self._on_change()

    def _unknown(self, why: str) -> RequestFailed:
        return RequestFailed(
            pb.FAILURE_REASON_UNKNOWN_SESSION,
            f"Session {self.identifier} {why}: make a new session.",
        )
