"""Clients' streams: responses and ends from several threads, their number limited."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Final

import grpc

from gangway.v1 import environment_service_pb2 as pb
from gangway_envserver.errors import RequestFailed

Send = Callable[[pb.AttachResponse | None], None]


class GrpcStream:
    """A client's stream, whose responses and end may come from several threads."""

    def __init__(self, context: grpc.ServicerContext, send: Send) -> None:
        self.alive = context.is_active
        self._send = send
        self._lock = threading.Lock()
        self._ended = False

    def send(self, response: pb.AttachResponse) -> None:
        """Sends a response unless the stream has ended."""
        with self._lock:
            if not self._ended:
                self._send(response)

    def finish(self) -> None:
        """Ends the stream with OK unless it has ended."""
        with self._lock:
            if not self._ended:
                self._ended = True
                self._send(None)

    def take_over(self) -> bool:
        """Leaves the end to the caller; false when the stream has ended."""
        with self._lock:
            ended, self._ended = self._ended, True
            return not ended


class Streams:
    """The streams of a server. Thread-safe."""

    def __init__(self, limit: int) -> None:
        self.limit: Final = limit
        self._streams: set[GrpcStream] = set()
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def place(self, stream: GrpcStream) -> Iterator[None]:
        """Holds a stream among the others; SESSION_LIMIT when they are too many."""
        with self._lock:
            if len(self._streams) >= self.limit:
                raise RequestFailed(
                    pb.FAILURE_REASON_SESSION_LIMIT,
                    f"The server holds its limit of {self.limit} streams: end one.",
                    limit=self.limit,
                )
            self._streams.add(stream)
        try:
            yield
        finally:
            with self._lock:
                self._streams.discard(stream)

    def send_all(self, response: pb.AttachResponse) -> None:
        """Sends a notice to every stream, waiting for none of them."""
        with self._lock:
            streams = list(self._streams)
        for stream in streams:
            threading.Thread(target=stream.send, args=(response,), daemon=True).start()
