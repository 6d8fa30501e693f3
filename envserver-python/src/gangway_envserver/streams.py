"""Clients' streams: responses and ends from several threads, their number limited."""

from __future__ import annotations

import contextlib
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Final

import grpc

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.errors import RequestFailed, abort

# A client that takes nothing for so long does not keep others from ending its stream.
_STUCK_SECONDS: Final = 1.0
Send = Callable[[pb.AttachResponse | None], None]


class ClientStream(ABC):
    """A client's stream, whose responses and end may come from several threads."""

    local = False  # whether the client is surely a process of this machine

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ended = False

    @abstractmethod
    def alive(self) -> bool:
        """Whether the client may still be there."""

    def send(self, response: pb.AttachResponse) -> None:
        """Sends a response unless the stream has ended."""
        with self._lock:
            if not self._ended:
                self._write(response)

    def finish(self) -> None:
        """Ends the stream with OK unless it has ended, and soon even if the client takes nothing.

        Its requests then end, too.
        """
        if self._lock.acquire(timeout=_STUCK_SECONDS):
            self._lock.release()
        else:
            self._cut()
        with self._lock:
            if not self._ended:
                self._ended = True
                self._end(None)

    def fail(self, error: RequestFailed) -> None:
        """Ends the stream with a failure unless it has ended; only for the stream's own thread."""
        with self._lock:
            if not self._ended:
                self._ended = True
                self._end(error)

    @abstractmethod
    def _write(self, response: pb.AttachResponse) -> None:
        """Sends a response; a client that is gone is none of its business."""

    @abstractmethod
    def _end(self, error: RequestFailed | None) -> None:
        """Ends the stream, with OK or a failure."""

    @abstractmethod
    def _cut(self) -> None:
        """Ends the stream at once, whatever the client does not take; harmless when it ended."""


class GrpcStream(ClientStream):
    """A stream of gRPC, in its non-blocking form."""

    def __init__(self, context: grpc.ServicerContext, send: Send) -> None:
        super().__init__()
        self._context = context
        self._send = send

    def requests(self, requests: Iterator[pb.AttachRequest]) -> Iterator[pb.AttachRequest]:
        """The requests as gRPC gives them, until the client is gone."""
        with contextlib.suppress(grpc.RpcError):
            yield from requests

    def alive(self) -> bool:
        """As `ClientStream.alive`."""
        return self._context.is_active()

    def _write(self, response: pb.AttachResponse) -> None:
        self._send(response)

    def _end(self, error: RequestFailed | None) -> None:
        if error is not None:
            abort(self._context, error)
        self._send(None)

    def _cut(self) -> None:
        """As `ClientStream._cut`."""
        self._context.cancel()


class Streams:
    """The streams of a server. Thread-safe."""

    def __init__(self, limit: int) -> None:
        self.limit: Final = limit
        self._streams: set[ClientStream] = set()
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def place(self, stream: ClientStream) -> Iterator[None]:
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
