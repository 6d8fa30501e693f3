"""The calls to a server: handshake, making and closing a session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import grpc

from gangway_envserver import __version__
from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver._proto import info_pb2
from gangway_envserver._proto import service_pb2_grpc as pb_grpc
from gangway_envserver.client.errors import ConnectionLost, describe, failure_in, raise_failure
from gangway_envserver.dynamic import to_dynamic
from gangway_envserver.keepalive import keepalive
from gangway_envserver.targets import ClientTarget

PROTOCOL_VERSION: Final = 1
INFO_OBJECTS: Final = {
    "text": info_pb2.INFO_OBJECTS_TEXT,
    "refuse": info_pb2.INFO_OBJECTS_REFUSE,
}
_CLOSE_SECONDS: Final = 15.0
_OPTIONS: Final = [
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    *keepalive(silent_milliseconds=20_000, answer_milliseconds=10_000),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 2_000),
]
_Response = TypeVar("_Response")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a session is made and kept.

    `max_episode_steps`: time limit instead of the registered one, −1 for none. `render_mode`: one
    that the server offers. `arguments`: of the environment's constructor, those that the operator
    allows. `info_objects`: "text" makes an object in an info a `RemoteObject`, "refuse" fails the
    reset or step that gives one. `lease_seconds`, 0 … 600: how long the server keeps the session
    for a client that lost its connection; with 0 a lost connection ends the environment.
    `connect_seconds`: longest wait for the session at a server that listens; where none does yet,
    that is an error at once. `response_seconds`: longest wait for one
    response, after which the environment is given up; None waits as long as the server lives,
    because a step may take any time.
    """

    max_episode_steps: int | None = None
    render_mode: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    info_objects: str = "text"
    lease_seconds: float = 30.0
    connect_seconds: float = 60.0
    response_seconds: float | None = None

    def __post_init__(self) -> None:
        """Raises ValueError for an unknown choice."""
        if self.info_objects not in INFO_OBJECTS:
            expected = " or ".join(f'"{choice}"' for choice in INFO_OBJECTS)
            raise ValueError(f"info_objects is {self.info_objects!r}: expected {expected}")

    def message(self, name: str) -> pb.EnvironmentSettings:
        """As the protocol has it."""
        return pb.EnvironmentSettings(
            id=name,
            max_episode_steps=self.max_episode_steps,
            arguments={key: to_dynamic(value) for key, value in self.arguments.items()},
            render_mode=self.render_mode or "",
        )


class Connection:
    """A channel to one server, which `close` gives back."""

    def __init__(self, address: str, connect_seconds: float) -> None:
        """Shakes hands; ConnectionLost when nobody listens, or answers within that time."""
        self.address = address
        self._seconds = connect_seconds
        try:
            self._target = ClientTarget(address)
        except OSError as failed:
            raise self._silent(str(failed)) from failed
        self._channel = grpc.insecure_channel(
            self._target.target, _OPTIONS + self._target.options()
        )
        self.stub = pb_grpc.EnvironmentServiceStub(self._channel)
        try:
            request = pb.HandshakeRequest(
                min_protocol_version=PROTOCOL_VERSION,
                max_protocol_version=PROTOCOL_VERSION,
                client=f"gangway-python/{__version__}",
            )
            self.server = self._call(self.stub.Handshake, request, connect_seconds)
        except BaseException:
            self.close()
            raise

    def create(self, request: pb.CreateSessionRequest) -> pb.CreateSessionResponse:
        """Makes a session."""
        return self._call(self.stub.CreateSession, request, self._seconds)

    def close_session(self, identifier: str) -> None:
        """Closes a session, which may be gone."""
        request = pb.CloseSessionRequest(session_id=identifier)
        try:
            self.stub.CloseSession(request, timeout=_CLOSE_SECONDS)
        except grpc.RpcError:
            return  # its lease will end it

    def close(self) -> None:
        """Gives the channel back."""
        self._channel.close()
        self._target.close()

    def _call(
        self, method: Callable[..., _Response], request: Any, seconds: float | None
    ) -> _Response:
        try:
            return method(request, timeout=seconds)
        except grpc.RpcError as failed:
            failure = failure_in(failed)
            if failure is not None:
                raise_failure(failure)
            raise self._silent(describe(failed)) from failed

    def _silent(self, why: str) -> ConnectionLost:
        return ConnectionLost(
            f"The environment server at {self.address} does not answer ({why}): expected one that "
            "listens there. `gangway serve` starts one and prints its address."
        )
