"""The RPCs of gangway.v1.EnvironmentService."""

from __future__ import annotations

import functools
import logging
import platform
from collections.abc import Callable, Iterator
from concurrent import futures
from typing import Any, Final, TypeVar, cast

import grpc
import gymnasium
import numpy as np

from gangway_envserver import __version__
from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver._proto import info_pb2
from gangway_envserver._proto import service_pb2_grpc as pb_grpc
from gangway_envserver.attachment import PROTOCOL_VERSION, Attachments, wrong_version
from gangway_envserver.batch import close_all
from gangway_envserver.commands import CommandOptions, Commands
from gangway_envserver.description import describe
from gangway_envserver.errors import RequestFailed, abort, defect
from gangway_envserver.notices import Notices
from gangway_envserver.registry import EnvironmentRegistry
from gangway_envserver.streams import GrpcStream, Send
from gangway_envserver.table import AnySession, SessionTable
from gangway_envserver.threads import EnvironmentThread, EnvironmentThreads
from gangway_envserver.vectorization import make_batch

MAX_MESSAGE_BYTES: Final = 64 * 1024 * 1024
MAX_LEASE_MILLISECONDS: Final = 600_000
_CLOSE_SECONDS: Final = 10.0

_log = logging.getLogger(__name__)
_Method = TypeVar("_Method", bound=Callable[..., Any])


def _unary(method: _Method) -> _Method:
    """Lets a failure end the RPC with its status."""

    @functools.wraps(method)
    def call(service: Any, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method(service, request, context)
        except RequestFailed as error:
            abort(context, error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client is told
            _log.exception("%s failed for a reason of the server's own.", method.__name__)
            abort(context, defect(error))

    return cast("_Method", call)


class EnvironmentService(pb_grpc.EnvironmentServiceServicer):
    """The servicer. Each RPC has its thread, and streams have their own pool of threads.

    Environments are on other threads, for which those wait.
    """

    def __init__(
        self,
        registry: EnvironmentRegistry,
        sessions: SessionTable,
        attachments: Attachments,
        threads: EnvironmentThreads,
        incarnation: str,
        max_copies: int,
        max_workers: int,
        direct_streams: bool,
    ) -> None:
        self._registry = registry
        self._sessions = sessions
        self._threads = threads
        self._incarnation = incarnation
        self._max_copies = max_copies
        self._max_workers = max_workers
        self._attachments = attachments
        self._direct_streams = direct_streams
        # A few threads more, to refuse the streams beyond the limit.
        limit = attachments.streams.limit + 8
        pool = futures.ThreadPoolExecutor(limit, thread_name_prefix="stream")
        behavior: Any = type(self).Attach
        behavior.experimental_non_blocking = True
        behavior.experimental_thread_pool = pool

    @_unary
    def Handshake(  # noqa: N802
        self, request: pb.HandshakeRequest, context: grpc.ServicerContext
    ) -> pb.HandshakeResponse:
        """Agrees on the protocol version."""
        lowest, highest = request.min_protocol_version, request.max_protocol_version
        if not lowest <= PROTOCOL_VERSION <= highest:
            raise wrong_version(f"{lowest} to {highest}")
        _log.info("Handshake with %.100r from %s.", request.client, context.peer())
        return pb.HandshakeResponse(
            protocol_version=PROTOCOL_VERSION,
            incarnation=self._incarnation,
            server=f"gangway-envserver/{__version__}",
            versions={
                "gymnasium": gymnasium.__version__,
                "numpy": np.__version__,
                "python": platform.python_version(),
            },
            max_sessions=self._sessions.limit,
            max_copies=self._max_copies,
            max_message_bytes=MAX_MESSAGE_BYTES,
            direct_streams=self._direct_streams,
        )

    @_unary
    def ListEnvironments(  # noqa: N802
        self, request: pb.ListEnvironmentsRequest, context: grpc.ServicerContext
    ) -> pb.ListEnvironmentsResponse:
        """Lists what may be made."""
        del request, context
        return pb.ListEnvironmentsResponse(environments=self._registry.entries())

    @_unary
    def DescribeEnvironment(  # noqa: N802
        self, request: pb.DescribeEnvironmentRequest, context: grpc.ServicerContext
    ) -> pb.DescribeEnvironmentResponse:
        """Describes one copy."""
        del context
        with self._sessions.place():
            thread = self._threads.take()
            try:
                return thread.run(lambda: self._describe(request.settings))
            finally:
                self._threads.give_back(thread)

    @_unary
    def CreateSession(  # noqa: N802
        self, request: pb.CreateSessionRequest, context: grpc.ServicerContext
    ) -> pb.CreateSessionResponse:
        """Makes a session."""
        if request.protocol_version != PROTOCOL_VERSION:
            raise wrong_version(str(request.protocol_version))
        self._check(request)
        with self._sessions.place():
            thread = self._threads.take()
            try:
                session, response = thread.run(lambda: self._make(request, thread))
            except BaseException:
                self._threads.give_back(thread)
                raise
        if not context.is_active():  # nobody will learn the session's name
            session.close(timeout=0)
        _log.info(
            "Session %s: %d × %s.", session.identifier[:8], request.copies, request.settings.id
        )
        return response

    @_unary
    def CloseSession(  # noqa: N802
        self, request: pb.CloseSessionRequest, context: grpc.ServicerContext
    ) -> pb.CloseSessionResponse:
        """Closes a session and waits until it is freed."""
        del context
        session = self._sessions.get(request.session_id)
        if not session.close(_CLOSE_SECONDS):
            raise RequestFailed(
                pb.FAILURE_REASON_UNSPECIFIED,
                f"The session is closed, but a command has been at work for {_CLOSE_SECONDS:.0f} "
                "s; its environments are freed when it returns.",
                code=grpc.StatusCode.DEADLINE_EXCEEDED,
            )
        return pb.CloseSessionResponse()

    def Attach(  # type: ignore[override]  # noqa: N802 - grpc's non-blocking form
        self,
        requests: Iterator[pb.AttachRequest],
        context: grpc.ServicerContext,
        send: Send,
    ) -> None:
        """Drives one session: the commands run on its own thread, responses are sent from any.

        grpc's non-blocking form (as its own health service uses) is what lets another thread send a
        DrainNotice or end the stream with OK while this one waits for a request.
        """
        stream = GrpcStream(context, send)
        self._attachments.serve(
            stream.requests(requests),
            stream,
            lambda session: context.add_callback(session.notice),
        )

    def _describe(self, settings: pb.EnvironmentSettings) -> pb.DescribeEnvironmentResponse:
        """Makes a copy on this thread to describe it."""
        notices = Notices()
        with notices.listening():
            made = self._registry.make(settings, copies=1)
            try:
                return pb.DescribeEnvironmentResponse(
                    description=describe(settings.id, made[0]), warnings=notices.take()
                )
            finally:
                close_all(made)

    def _make(
        self, request: pb.CreateSessionRequest, thread: EnvironmentThread
    ) -> tuple[AnySession, pb.CreateSessionResponse]:
        """Makes a session, whose thread is this one."""
        notices = Notices()
        with notices.listening():
            made = make_batch(self._registry, request, self._max_workers)
        options = CommandOptions(
            self._registry.attributes, request.settings.render_mode, request.info_objects
        )
        commands = Commands(
            *(made.batch, made.action_kind, options, notices), self._attachments.extensions
        )

        def free() -> None:
            made.batch.close()
            self._threads.give_back(thread)

        session = self._sessions.add(
            request.lease_milliseconds / 1000, thread, commands.execute, free, made.batch.large
        )
        return session, pb.CreateSessionResponse(
            session_id=session.identifier,
            incarnation=self._incarnation,
            description=made.description,
            lease_milliseconds=request.lease_milliseconds,
            warnings=notices.take(),
        )

    def _check(self, request: pb.CreateSessionRequest) -> None:
        if not 1 <= request.copies <= self._max_copies:
            more = self._registry.remedy.option(f"--max-copies {request.copies}")
            expected = f"1 … {self._max_copies}; for more, {more}"
            raise _invalid("copies", request.copies, expected)
        if request.lease_milliseconds > MAX_LEASE_MILLISECONDS:
            expected = f"0 … {MAX_LEASE_MILLISECONDS}"
            raise _invalid("lease_milliseconds", request.lease_milliseconds, expected)
        if request.autoreset_mode not in pb.AutoresetMode.values():
            raise _invalid("autoreset_mode", request.autoreset_mode, "a known mode")
        if request.info_objects not in info_pb2.InfoObjects.values():
            raise _invalid("info_objects", request.info_objects, "a known choice")
        if request.vectorization_mode not in pb.VectorizationMode.values():
            raise _invalid("vectorization_mode", request.vectorization_mode, "a known mode")


def _invalid(field: str, found: object, expected: str) -> RequestFailed:
    return RequestFailed(
        pb.FAILURE_REASON_INVALID_SETTING, f"{field} is {found}: expected {expected}.", field=field
    )
