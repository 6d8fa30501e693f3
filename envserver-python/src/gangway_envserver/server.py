"""The gRPC server: its services, the address it is bound to, how it starts, drains and stops."""

from __future__ import annotations

import logging
import secrets
import time
from concurrent import futures
from typing import Any, Final

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from gangway_envserver._proto import service_pb2
from gangway_envserver._proto import service_pb2_grpc as pb_grpc
from gangway_envserver.addresses import Address, AddressError, TcpAddress
from gangway_envserver.attachment import Attachments
from gangway_envserver.direct import DirectListener
from gangway_envserver.extensions import Extensions
from gangway_envserver.keepalive import keepalive
from gangway_envserver.parsing import ParsingInterceptor
from gangway_envserver.registry import EnvironmentRegistry
from gangway_envserver.service import MAX_MESSAGE_BYTES, EnvironmentService
from gangway_envserver.table import SessionTable
from gangway_envserver.threads import EnvironmentThreads

SERVICE_NAME: Final = service_pb2.DESCRIPTOR.services_by_name["EnvironmentService"].full_name
# Beyond one for each session that is being made: an environment's constructor may hang.
_SPARE_UNARY_THREADS: Final = 16
# Sessions are closed by then: time for last messages, not for other streams (a health watch).
_FLUSH_SECONDS: Final = 0.2
_OPTIONS: Final = [
    ("grpc.so_reuseport", 0),  # or two servers share a port in silence
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", -1),
    *keepalive(silent_milliseconds=20_000, answer_milliseconds=10_000),
    ("grpc.http2.min_ping_interval_without_data_ms", 1_000),
    ("grpc.http2.max_ping_strikes", 0),
]
_log = logging.getLogger(__name__)


class Server:
    """One life of the server."""

    def __init__(
        self,
        registry: EnvironmentRegistry,
        address: Address,
        threads: EnvironmentThreads,
        max_sessions: int,
        max_copies: int,
        max_workers: int,
        *,
        direct_streams: bool = True,
        extensions: Extensions | None = None,
    ) -> None:
        """Claims and binds the address; AddressError when that fails.

        `direct_streams`: whether to take them, if the address allows it. `extensions`: what
        clients may say beyond the protocol; None knows no type.
        """
        self.incarnation = secrets.token_urlsafe(12)
        self._sessions = SessionTable(max_sessions)
        self._attachments = Attachments(
            *(self._sessions, self.incarnation), extensions or Extensions()
        )
        direct_path = address.direct_path() if direct_streams else None
        service = EnvironmentService(
            *(registry, self._sessions, self._attachments, threads, self.incarnation),
            *(max_copies, max_workers),
            direct_streams=direct_path is not None,
        )
        self._health = health.HealthServicer()
        pool = futures.ThreadPoolExecutor(
            max_sessions + _SPARE_UNARY_THREADS, thread_name_prefix="unary"
        )
        self._grpc = grpc.server(pool, interceptors=[ParsingInterceptor()], options=_OPTIONS)
        pb_grpc.add_EnvironmentServiceServicer_to_server(service, self._grpc)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._grpc)
        names = [SERVICE_NAME, health.SERVICE_NAME, reflection.SERVICE_NAME]
        reflection.enable_server_reflection(names, self._grpc)
        self._claimed = address.claim()
        try:
            port = self._grpc.add_insecure_port(address.target())
        except RuntimeError as error:
            address.release()
            raise AddressError(
                f"The address {address} cannot be bound: it is in use or not one of this "
                "machine. Use another one, or port 0 for a free port."
            ) from error
        self._direct: DirectListener | None = None
        if direct_path is not None:
            try:
                self._direct = DirectListener(direct_path, self._attachments, MAX_MESSAGE_BYTES)
            except OSError as error:
                address.release()
                raise AddressError(
                    f"The socket {direct_path} for direct streams cannot be made: {error}. Use "
                    "another path, or --no-direct-streams."
                ) from error
        bound = TcpAddress(address.host, port) if isinstance(address, TcpAddress) else address
        self.address = str(bound)

    def start(self) -> None:
        """Begins to serve."""
        self._grpc.start()
        if self._direct is not None:
            self._direct.start()
        self._set_health(health_pb2.HealthCheckResponse.SERVING)

    def drain(self, seconds: float) -> None:
        """Refuses new sessions, and lets the clients that are attached end within that time."""
        self._set_health(health_pb2.HealthCheckResponse.NOT_SERVING)
        self._sessions.drain()
        if seconds > 0:
            self._attachments.announce_drain(seconds)
            self._sessions.wait_until_empty(seconds)

    def stop(self, seconds: float) -> bool:
        """Closes all sessions and stops; false when a command is still at work after that time."""
        deadline = time.monotonic() + seconds
        self._sessions.close_all()
        freed = self._sessions.wait_until_empty(max(0.0, deadline - time.monotonic()))
        if self._direct is not None:
            self._direct.close()
        stopped = self._grpc.stop(_FLUSH_SECONDS if freed else None)
        if freed:
            freed = stopped.wait(seconds)
        self.release()
        return freed

    def release(self) -> None:
        """Removes the socket and its lock."""
        self._claimed.release()

    def _set_health(self, status: Any) -> None:
        for name in ("", SERVICE_NAME):
            self._health.set(name, status)
