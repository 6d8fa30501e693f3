"""Streams without gRPC, for clients on the same machine: each message with its length on a socket.

The session's thread reads a request, executes it and writes the response, with no hand-over to
another thread. A thread of the connection's own opens the stream and waits for its end. What a
stream may do, and every error, is `Attachments`', as for a stream of gRPC.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import grpc

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.attachment import Attachments
from gangway_envserver.errors import RequestFailed, defect
from gangway_envserver.parsing import parse
from gangway_envserver.polling import Polling, processors
from gangway_envserver.streams import ClientStream

_LENGTH: Final = struct.Struct("<I")
_READ_BYTES: Final = 1 << 18
_BACKLOG: Final = 128
_log = logging.getLogger(__name__)


class DirectListener:
    """Listens beside gRPC's socket."""

    def __init__(self, path: Path, attachments: Attachments, max_message_bytes: int) -> None:
        """Binds the path, which must be free; OSError when that fails."""
        self._attachments = attachments
        self._max_message_bytes = max_message_bytes
        self._streams: set[DirectStream] = set()
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            self._socket.bind(str(path))
            self._socket.listen(_BACKLOG)
        except OSError:
            self._socket.close()
            raise

    def start(self) -> None:
        """Begins to take connections."""
        threading.Thread(target=self._accept, name="direct-accept", daemon=True).start()

    def close(self) -> None:
        """Takes no more connections, and ends those that there are."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes `accept`
        self._socket.close()
        for stream in list(self._streams):
            stream.finish()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:  # closed
                return
            threading.Thread(
                target=self._serve, args=(connection,), name="direct-stream", daemon=True
            ).start()

    def _serve(self, connection: socket.socket) -> None:
        stream = DirectStream(connection, lambda: len(self._streams) == 1)
        self._streams.add(stream)
        try:
            self._attachments.serve(stream.requests(self._max_message_bytes), stream)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client is told
            _log.exception("A direct stream failed for a reason of the server's own.")
            stream.fail(defect(error))
        finally:
            self._streams.discard(stream)
            connection.close()


class DirectStream(ClientStream):
    """A stream that has a connection to itself."""

    local = True

    def __init__(self, connection: socket.socket, alone: Callable[[], bool]) -> None:
        """`alone` says whether the server has no other."""
        super().__init__()
        self._socket = connection
        self._polling = Polling(processors(), alone)

    def alive(self) -> bool:
        """As `ClientStream.alive`."""
        try:
            return self._socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) != b""
        except BlockingIOError:
            return True
        except OSError:
            return False

    def requests(self, max_bytes: int) -> Iterator[pb.AttachRequest]:
        """The client's requests, until it half-closes or is gone.

        RequestFailed when a message is malformed or larger than `max_bytes`.
        """
        received = b""
        while True:
            # Nearly always one read brings one whole message, which is then parsed where it stands.
            have = len(received)
            if have >= _LENGTH.size:
                size = _LENGTH.unpack_from(received)[0]
                if size > max_bytes:
                    raise _too_large(size, max_bytes)
                end = _LENGTH.size + size
                if have >= end:
                    message = received[_LENGTH.size : end]
                    yield parse(pb.AttachRequest.FromString, message, "of a direct stream")
                    received = received[end:]
                    continue
                received += self._read(end - have)
            else:
                received += self._read(_READ_BYTES)
            if len(received) == have:
                return

    def _read(self, least: int) -> bytes:
        """What has come, all of `least` if that is much; empty when nothing more comes."""
        try:
            if least <= _READ_BYTES:
                return self._polling.receive(self._socket, _READ_BYTES)
            body = bytearray(least)
            filled, view = 0, memoryview(body)
            while filled < least:
                count = self._socket.recv_into(view[filled:])
                if count == 0:
                    return b""
                filled += count
            return bytes(body)
        except OSError:
            return b""

    def _write(self, response: pb.AttachResponse) -> None:
        body = response.SerializeToString()
        head = _LENGTH.pack(len(body))
        with contextlib.suppress(OSError):  # the client is gone, as the next read tells
            sent = self._socket.sendmsg((head, body))
            if sent < len(head) + len(body):
                self._socket.sendall(head[sent:])
                self._socket.sendall(memoryview(body)[max(0, sent - len(head)) :])

    def _end(self, error: RequestFailed | None) -> None:
        failure = pb.Failure() if error is None else error.failure
        self._write(pb.AttachResponse(ended=failure))
        self._cut()

    def _cut(self) -> None:
        """As `ClientStream._cut`."""
        # Not `close`: a process that an environment forked may hold the socket, too.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)


def _too_large(size: int, limit: int) -> RequestFailed:
    return RequestFailed(
        pb.FAILURE_REASON_MALFORMED,
        f"A message of {size} bytes was announced: expected at most {limit}.",
        code=grpc.StatusCode.RESOURCE_EXHAUSTED,
    )
