"""What a stream does with a session, whether gRPC carries it or a socket alone."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from gangway_envserver import __version__
from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.errors import RequestFailed
from gangway_envserver.extensions import Extensions
from gangway_envserver.large import LargeRows
from gangway_envserver.session import SessionClosed
from gangway_envserver.streams import ClientStream, Streams
from gangway_envserver.table import AnySession, SessionTable

PROTOCOL_VERSION: Final = 1
_SILENT: Final = contextlib.nullcontext()


class Attachments:
    """Lets streams drive sessions. Thread-safe."""

    def __init__(self, sessions: SessionTable, incarnation: str, extensions: Extensions) -> None:
        self._sessions = sessions
        self.extensions: Final = extensions
        self._incarnation = incarnation
        self.streams: Final = Streams(limit=2 * sessions.limit + 8)

    def serve(
        self,
        requests: Iterator[pb.AttachRequest],
        stream: ClientStream,
        on_open: Callable[[AnySession], object] = lambda _: None,
    ) -> None:
        """Executes a stream's commands until it ends, and ends it.

        This thread opens the stream, and the session's own thread then reads, executes and answers
        all of its commands. `requests` ends when the client is gone. `on_open` gets the session
        that the stream names.
        """
        try:
            with self.streams.place(stream):
                self._serve(requests, stream, on_open)
        except SessionClosed:
            stream.finish()
        except RequestFailed as error:
            stream.fail(error)

    def announce_drain(self, deadline_seconds: float) -> None:
        """Tells every stream that the server wants to stop."""
        notice = pb.DrainNotice(deadline_milliseconds=round(1000 * deadline_seconds))
        self.streams.send_all(pb.AttachResponse(drain=notice))

    def _serve(
        self,
        requests: Iterator[pb.AttachRequest],
        stream: ClientStream,
        on_open: Callable[[AnySession], object],
    ) -> None:
        session: AnySession | None = None
        try:
            first = next(requests, None)
            if first is not None:
                session = self._open(first)
                on_open(session)
                last = session.attach(stream)
                session.run(partial(_answer_all, session, requests, stream, last))
        finally:
            if session is not None:
                session.detach(stream)
        stream.finish()

    def _open(self, request: pb.AttachRequest) -> AnySession:
        if request.WhichOneof("command") != "open":
            raise RequestFailed(
                pb.FAILURE_REASON_NOT_OPENED,
                f"The stream began with {request.WhichOneof('command') or 'no command'}: expected "
                "open.",
            )
        if request.sequence != 0:
            raise RequestFailed(
                pb.FAILURE_REASON_SEQUENCE,
                f"Open has sequence number {request.sequence}: expected 0.",
                expected=0,
                found=request.sequence,
            )
        self.extensions.check(request.extensions)
        command = request.open
        if command.protocol_version != PROTOCOL_VERSION:
            raise wrong_version(str(command.protocol_version))
        if command.incarnation != self._incarnation:
            raise RequestFailed(
                pb.FAILURE_REASON_WRONG_INCARNATION,
                "The session belongs to another life of this server, with which it ended: make a "
                "new session.",
                incarnation=self._incarnation,
            )
        return self._sessions.get(command.session_id)


def _answer_all(
    session: AnySession, requests: Iterator[pb.AttachRequest], stream: ClientStream, last: int
) -> None:
    """Tells the client that its stream is open, and executes its commands."""
    large = session.large
    memory = large.memory if large is not None and stream.local else None
    opened = pb.OpenResult(last_sequence=last, memory=memory)
    stream.send(pb.AttachResponse(opened=opened))
    for request in requests:
        with _telling(large, stream, request):
            response = session.answer(stream, request.sequence, request)
        if (
            large is not None
            and response.observations_in_memory
            and not request.observations_in_memory
        ):
            large.complete(response)
        stream.send(response)


def _telling(
    large: LargeRows | None, stream: ClientStream, request: pb.AttachRequest
) -> contextlib.AbstractContextManager[None]:
    """Lets a client that asks for it hear how much of a step is in memory."""
    if large is None or not (request.tell_bytes_in_memory and request.observations_in_memory):
        return _SILENT
    sequence = request.sequence
    return large.telling(
        lambda size: stream.send(pb.AttachResponse(sequence=sequence, bytes_in_memory=size))
    )


def wrong_version(found: str) -> RequestFailed:
    """The failure of a client that speaks other versions of the protocol."""
    return RequestFailed(
        pb.FAILURE_REASON_PROTOCOL_VERSION,
        f"The client speaks protocol version {found}: expected {PROTOCOL_VERSION}, the only one of "
        f"gangway-envserver {__version__}. Update the older of the two.",
        supported_min=PROTOCOL_VERSION,
        supported_max=PROTOCOL_VERSION,
    )
