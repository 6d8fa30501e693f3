"""All sessions of a server: their limit, their names, and the end of their leases."""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.errors import RequestFailed
from gangway_envserver.large import LargeRows
from gangway_envserver.session import Session
from gangway_envserver.threads import EnvironmentThread

AnySession = Session[pb.AttachRequest, pb.AttachResponse]


class SessionTable:
    """The sessions that hold environments, closed or not. Thread-safe."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self._clock = clock
        self._condition = threading.Condition()
        self._sessions: dict[str, AnySession] = {}
        self._reserved = 0
        self._draining = False
        self._stopped = False
        self._reaper = threading.Thread(target=self._reap, name="lease-reaper", daemon=True)
        self._reaper.start()

    @contextlib.contextmanager
    def place(self) -> Iterator[None]:
        """Holds a place for a session being made; SESSION_LIMIT, or DRAINING once that began."""
        with self._condition:
            if self._draining:
                raise RequestFailed(
                    pb.FAILURE_REASON_DRAINING,
                    "The server is stopping and takes no new sessions: connect to another server.",
                )
            if len(self._sessions) + self._reserved >= self.limit:
                raise RequestFailed(
                    pb.FAILURE_REASON_SESSION_LIMIT,
                    f"The server holds its limit of {self.limit} sessions: close one, or start the "
                    "server with a higher --max-sessions.",
                    limit=self.limit,
                )
            self._reserved += 1
        try:
            yield
        finally:
            with self._condition:
                self._reserved -= 1
                self._condition.notify_all()

    def add(
        self,
        lease_seconds: float,
        thread: EnvironmentThread,
        execute: Callable[[pb.AttachRequest], pb.AttachResponse],
        free: Callable[[], None],
        large: LargeRows | None = None,
    ) -> AnySession:
        """Adds a session, inside `place`."""
        identifier = secrets.token_urlsafe(18)
        session: AnySession = Session(
            *(identifier, lease_seconds, thread, execute, free, self._changed, self._clock),
            large=large,
        )
        with self._condition:
            self._sessions[identifier] = session
            self._condition.notify_all()
        return session

    def get(self, identifier: str) -> AnySession:
        """The session; UNKNOWN_SESSION when there is none."""
        with self._condition:
            session = self._sessions.get(identifier)
        if session is None:
            raise RequestFailed(
                pb.FAILURE_REASON_UNKNOWN_SESSION,
                f"There is no session {identifier!r}: it was never made, was closed, or its lease "
                "of inactivity expired. Make a new session.",
            )
        return session

    def drain(self) -> None:
        """Takes no new sessions from now on, and closes those that no stream is attached to."""
        with self._condition:
            self._draining = True
            idle = [session for session in self._sessions.values() if not session.attached]
        for session in idle:
            session.close(timeout=0)

    def wait_until_empty(self, timeout: float) -> bool:
        """Waits until every session is freed."""
        with self._condition:
            return self._condition.wait_for(
                lambda: not self._sessions and not self._reserved, timeout
            )

    def close_all(self) -> None:
        """Closes every session; one with a command at work is freed after that command."""
        with self._condition:
            self._draining = self._stopped = True
            sessions = list(self._sessions.values())
            self._condition.notify_all()
        for session in sessions:
            session.close(timeout=0)

    def _changed(self) -> None:
        with self._condition:
            for identifier in [key for key, value in self._sessions.items() if value.freed]:
                del self._sessions[identifier]
            self._condition.notify_all()

    def _reap(self) -> None:
        while True:
            with self._condition:
                if self._stopped:
                    return
                sessions = list(self._sessions.values())
                now = self._clock()
                deadlines = [
                    deadline for session in sessions if (deadline := session.deadline) is not None
                ]
                if not deadlines or min(deadlines) > now:
                    self._condition.wait(min(deadlines) - now if deadlines else None)
                    continue
            for session in sessions:
                session.expire()
