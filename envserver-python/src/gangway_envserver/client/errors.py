"""What a client raises: the server's own message, and Gymnasium's class where it has one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NoReturn

import grpc
from google.rpc import status_pb2
from gymnasium import error

from gangway_envserver._proto import environment_service_pb2 as pb


class RemoteError(error.Error):
    """A request failed at the server, whose message this is.

    Attributes: `reason`, the name in `FailureReason` without its prefix; `metadata`, the facts that
    belong to it; `trace`, the server's traceback if the environment raised.
    """

    def __init__(self, failure: pb.Failure) -> None:
        super().__init__(failure.message)
        self.reason = reason_name(failure.reason)
        self.metadata = dict(failure.metadata)
        self.trace = failure.traceback
        if failure.traceback:
            self.add_note(f"Traceback of the server:\n{failure.traceback.rstrip()}")


class EnvironmentRaised(RemoteError):  # noqa: N818 - as Gymnasium's
    """The environment raised; it must be reset before the next step."""


class ResetNeeded(RemoteError, error.ResetNeeded):  # noqa: N818 - as Gymnasium's
    """A step of a copy that has to be reset first."""


class InvalidAction(RemoteError, error.InvalidAction):  # noqa: N818 - as Gymnasium's
    """An action does not fit the action space; nothing was stepped."""


class UnknownEnvironment(RemoteError, error.UnregisteredEnv):  # noqa: N818 - as Gymnasium's
    """The server has no environment of this id."""


class ConnectionLost(error.Error, ConnectionError):  # noqa: N818 - as Gymnasium's
    """The server cannot be reached, or the session is gone; the environment is of no more use."""


_CLASSES: Final[dict[int, type[RemoteError]]] = {
    pb.FAILURE_REASON_ENVIRONMENT_RAISED: EnvironmentRaised,
    pb.FAILURE_REASON_RESET_NEEDED: ResetNeeded,
    pb.FAILURE_REASON_INVALID_ACTION: InvalidAction,
    pb.FAILURE_REASON_UNKNOWN_ENVIRONMENT: UnknownEnvironment,
}


def reason_name(reason: int) -> str:
    """The name of a reason without its prefix; its number if this client does not know it."""
    if reason not in pb.FailureReason.values():
        return str(reason)
    return pb.FailureReason.Name(pb.FailureReason.ValueType(reason)).removeprefix("FAILURE_REASON_")


def raise_failure(failure: pb.Failure) -> NoReturn:
    """Raises what a failure stands for."""
    raise _CLASSES.get(failure.reason, RemoteError)(failure)


def refuse_unknown(extensions: Iterable[pb.Extension]) -> None:
    """Raises RemoteError for what the server says beyond the protocol, if it must be understood.

    This client knows no such type; what need not be understood is ignored.
    """
    for extension in extensions:
        if extension.required:
            found = extension.value.type_url
            raise RemoteError(
                pb.Failure(
                    reason=pb.FAILURE_REASON_UNSUPPORTED,
                    message=f"The server's answer has a required extension of the type {found!r}, "
                    "which this client does not know. The command was executed; update the client.",
                    metadata={"type": found},
                )
            )


def failure_in(failed: grpc.RpcError) -> pb.Failure | None:
    """The failure in the details of a status; None when the status is not the server's own."""
    details: Any = failed.trailing_metadata() if isinstance(failed, grpc.Call) else None
    for key, value in details or ():
        if key == "grpc-status-details-bin" and isinstance(value, bytes):
            for detail in status_pb2.Status.FromString(value).details:
                failure = pb.Failure()
                if detail.Unpack(failure):
                    return failure
    return None


def describe(failed: grpc.RpcError) -> str:
    """A status in words."""
    if isinstance(failed, grpc.Call):
        return f"{failed.code().name}: {failed.details()}"
    return str(failed)
