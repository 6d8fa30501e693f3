"""One session: numbered commands on a stream, and a new stream for one that was lost."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any, Final

import grpc
from gymnasium import logger

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver._proto import warning_pb2
from gangway_envserver.client.connection import PROTOCOL_VERSION, Connection
from gangway_envserver.client.errors import (
    ConnectionLost,
    describe,
    failure_in,
    raise_failure,
    refuse_unknown,
)

_RETRY_SECONDS: Final = 0.1
_SPARE_SECONDS: Final = 1.0


class _Lost(Exception):  # noqa: N818 - it is named for what happened
    """The stream ended without the server's saying why."""


class _Stream:
    """One `Attach` call."""

    def __init__(self, connection: Connection, created: pb.CreateSessionResponse) -> None:
        """Opens the session."""
        self._requests: queue.SimpleQueue[pb.AttachRequest | None] = queue.SimpleQueue()
        self._responses = connection.stub.Attach(iter(self._requests.get, None))
        command = pb.OpenCommand(
            protocol_version=PROTOCOL_VERSION,
            session_id=created.session_id,
            incarnation=created.incarnation,
        )
        self.last_sequence = self.answer(pb.AttachRequest(open=command)).opened.last_sequence

    def answer(self, request: pb.AttachRequest) -> pb.AttachResponse:
        """Sends a request and waits for its response; _Lost when the stream ends instead."""
        self._requests.put(request)
        try:
            for response in self._responses:
                if response.HasField("drain"):
                    logger.warn("The environment server is stopping.")
                elif response.sequence >= request.sequence:  # not one that was interrupted
                    return response
        except grpc.RpcError as failed:
            failure = failure_in(failed)
            if failure is None:
                raise _Lost(describe(failed)) from failed
            raise_failure(failure)
        raise ConnectionLost("The environment server has closed the session: make a new one.")

    def cancel(self) -> None:
        """Ends the call, from any thread."""
        self._responses.cancel()
        self._requests.put(None)


class ClientSession:
    """The commands of one session, one at a time. Not thread-safe, but for `close`.

    A stream that was lost is replaced while the lease lasts, and the command under way is sent
    again with its number, so that the server executes it exactly once.
    """

    def __init__(
        self, address: str, request: pb.CreateSessionRequest, connect_seconds: float
    ) -> None:
        """Makes the session and attaches to it."""
        self._process = os.getpid()
        self._connection = Connection(address, connect_seconds)
        self._closed = False
        try:
            self.created = self._connection.create(request)
            if self.created.endpoint:
                self._connection.close()
                self._connection = Connection(self.created.endpoint, connect_seconds)
            self._stream = self._attach(_RETRY_SECONDS)
            self._warn(self.created.warnings)
        except BaseException:
            self._connection.close()
            raise
        self._lease = self.created.lease_milliseconds / 1000
        self._sequence = 0

    @property
    def server(self) -> pb.HandshakeResponse:
        """What the server said of itself."""
        return self._connection.server

    def command(self, seconds: float | None = None, **command: Any) -> pb.AttachResponse:
        """The response to a command: its result, never a failure.

        `seconds`: longest wait, after which the session is closed and ConnectionLost is raised.
        """
        if self._is_forked():
            raise ConnectionLost(
                f"The environment was made in process {self._process}, and its connection does not "
                f"survive the fork that made this process {os.getpid()}: make the environment "
                'here, or give it to a process that multiprocessing starts with "spawn".'
            )
        self._sequence += 1
        request = pb.AttachRequest(sequence=self._sequence, **command)
        with self._limited(seconds):
            response = self._answer(request)
        self._warn(response.warnings)
        if response.HasField("failure"):
            raise_failure(response.failure)
        if response.extensions:
            refuse_unknown(response.extensions)
        return response

    def close(self) -> None:
        """Closes the session and the connection; again, or in a forked process, does nothing."""
        if not self._closed and not self._is_forked():
            self._closed = True
            self._connection.close_session(self.created.session_id)
            self._stream.cancel()
            self._connection.close()

    def _is_forked(self) -> bool:
        """Whether this process has a copy of the session, in whose threads nothing runs."""
        return os.getpid() != self._process

    @staticmethod
    def _warn(messages: Iterable[warning_pb2.EnvironmentWarning]) -> None:
        for message in messages:
            logger.warn("At the environment server: %s", message.text)

    def _answer(self, request: pb.AttachRequest) -> pb.AttachResponse:
        try:
            return self._stream.answer(request)
        except _Lost as lost:
            if self._lease == 0 or self._closed:
                raise self._gone(str(lost)) from lost
        self._stream.cancel()
        self._stream = self._attach(self._lease + _SPARE_SECONDS)
        try:
            return self._stream.answer(request)
        except _Lost as again:
            raise self._gone(str(again)) from again

    def _attach(self, seconds: float) -> _Stream:
        """A new stream, tried again and again for that time."""
        limit = time.monotonic() + seconds
        while True:
            try:
                return _Stream(self._connection, self.created)
            except _Lost as lost:
                if self._closed or time.monotonic() >= limit:
                    raise self._gone(str(lost)) from lost
            threading.Event().wait(_RETRY_SECONDS)

    def _gone(self, why: str) -> ConnectionLost:
        if self._closed:
            return ConnectionLost("The environment was closed while a command was under way.")
        return ConnectionLost(
            f"The connection to the environment server at {self._connection.address} is lost "
            f"({why}), and with it the session: make a new environment."
        )

    @contextlib.contextmanager
    def _limited(self, seconds: float | None) -> Iterator[None]:
        if seconds is None:
            yield
            return
        late = threading.Event()

        def give_up() -> None:
            late.set()
            self._closed = True
            self._stream.cancel()

        timer = threading.Timer(seconds, give_up)
        timer.start()
        try:
            yield
        except ConnectionLost as lost:
            if late.is_set():
                self._connection.close()
                raise ConnectionLost(
                    f"The environment server did not answer within {seconds:g} s: the environment "
                    "was given up. Allow more time with response_seconds."
                ) from lost
            raise
        finally:
            timer.cancel()
