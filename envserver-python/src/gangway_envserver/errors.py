"""The one exception that becomes an answer: it carries a Failure to a stream or a status."""

from __future__ import annotations

import traceback
from typing import Any, Final, NoReturn

import grpc
from google.protobuf import any_pb2
from google.rpc import status_pb2
from grpc_status import rpc_status

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.copies import CopyRaised

_CODES: Final = {
    pb.FAILURE_REASON_UNSPECIFIED: grpc.StatusCode.INTERNAL,
    pb.FAILURE_REASON_PROTOCOL_VERSION: grpc.StatusCode.FAILED_PRECONDITION,
    pb.FAILURE_REASON_UNKNOWN_ENVIRONMENT: grpc.StatusCode.NOT_FOUND,
    pb.FAILURE_REASON_ENVIRONMENT_NOT_ALLOWED: grpc.StatusCode.PERMISSION_DENIED,
    pb.FAILURE_REASON_ARGUMENT_NOT_ALLOWED: grpc.StatusCode.PERMISSION_DENIED,
    pb.FAILURE_REASON_INVALID_SETTING: grpc.StatusCode.INVALID_ARGUMENT,
    pb.FAILURE_REASON_SESSION_LIMIT: grpc.StatusCode.RESOURCE_EXHAUSTED,
    pb.FAILURE_REASON_UNKNOWN_SESSION: grpc.StatusCode.NOT_FOUND,
    pb.FAILURE_REASON_WRONG_INCARNATION: grpc.StatusCode.FAILED_PRECONDITION,
    pb.FAILURE_REASON_ALREADY_ATTACHED: grpc.StatusCode.FAILED_PRECONDITION,
    pb.FAILURE_REASON_NOT_OPENED: grpc.StatusCode.FAILED_PRECONDITION,
    pb.FAILURE_REASON_SEQUENCE: grpc.StatusCode.FAILED_PRECONDITION,
    pb.FAILURE_REASON_RESET_NEEDED: grpc.StatusCode.FAILED_PRECONDITION,
    pb.FAILURE_REASON_INVALID_ACTION: grpc.StatusCode.INVALID_ARGUMENT,
    pb.FAILURE_REASON_INVALID_RESET: grpc.StatusCode.INVALID_ARGUMENT,
    pb.FAILURE_REASON_ENVIRONMENT_RAISED: grpc.StatusCode.ABORTED,
    pb.FAILURE_REASON_UNSUPPORTED: grpc.StatusCode.UNIMPLEMENTED,
    pb.FAILURE_REASON_NO_FRAME: grpc.StatusCode.FAILED_PRECONDITION,
    pb.FAILURE_REASON_MALFORMED: grpc.StatusCode.INVALID_ARGUMENT,
    pb.FAILURE_REASON_DRAINING: grpc.StatusCode.UNAVAILABLE,
    pb.FAILURE_REASON_ATTRIBUTE_NOT_ALLOWED: grpc.StatusCode.PERMISSION_DENIED,
    pb.FAILURE_REASON_UNKNOWN_ATTRIBUTE: grpc.StatusCode.NOT_FOUND,
}

# A client accepts 8 KiB of trailing metadata, in which the message stands percent-encoded and the
# details, which repeat it, in base64.
_STATUS_MESSAGE_BYTES: Final = 1000
_STATUS_TRACEBACK_BYTES: Final = 1500
_STATUS_METADATA_BYTES: Final = 800
_FAILURE_TEXT_CHARACTERS: Final = 20_000


class RequestFailed(Exception):  # noqa: N818 - it is named for what happened, as in the protocol
    """A request failed in a way that the protocol has words for."""

    def __init__(
        self,
        reason: pb.FailureReason.ValueType,
        message: str,
        *,
        trace: str = "",
        code: grpc.StatusCode | None = None,
        **metadata: object,
    ) -> None:
        super().__init__(message)
        self.failure = pb.Failure(
            code=(code or _CODES[reason]).value[0],
            message=portable_text(message)[:_FAILURE_TEXT_CHARACTERS],
            reason=reason,
            metadata={key: portable_text(str(value)) for key, value in metadata.items()},
            traceback=portable_text(trace)[-_FAILURE_TEXT_CHARACTERS:],
        )


def environment_raised(error: BaseException, doing: str, copy: int | None) -> RequestFailed:
    """The failure for an exception that came out of environment code, or for what that code gave.

    `doing` says what the server was about, for example "step"; `copy` is None when it is not known,
    or no copy is concerned. An `Unfit` is the server's own word on what the environment gave.
    """
    told = error if isinstance(error, CopyRaised) else CopyRaised.of(copy, error)
    facts: dict[str, Any] = {} if told.copy is None else {"copy": told.copy}
    where = "" if told.copy is None else f" of copy {told.copy}"
    name = told.exception.rpartition(".")[2]
    if told.gave:
        happened = f"In {doing}{where} the environment gave {told.said}"
    elif _is_own(error):
        happened = (
            f"In {doing}{where} the environment gave what the server cannot take: "
            f"{name}: {told.said}"
        )
    else:
        happened = f"The environment raised {name} in {doing}{where}: {told.said}"
    return RequestFailed(
        pb.FAILURE_REASON_ENVIRONMENT_RAISED,
        happened,
        trace=told.trace,
        exception=told.exception,
        **facts,
    )


def _is_own(error: BaseException) -> bool:
    """Whether this server's code raised the exception, on what an environment gave."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    module = trace.tb_frame.f_globals.get("__name__", "") if trace else ""
    return module.partition(".")[0] == __name__.partition(".")[0] and not isinstance(
        error, CopyRaised
    )


def defect(error: BaseException) -> RequestFailed:
    """The failure for an exception that came out of this server's own code."""
    return RequestFailed(
        pb.FAILURE_REASON_UNSPECIFIED,
        f"The server has a defect: {type(error).__name__}: {error}. Please report it with the "
        "traceback.",
        trace="".join(traceback.format_exception(error)),
    )


def abort(context: grpc.ServicerContext, error: RequestFailed) -> NoReturn:
    """Ends the RPC with the status that carries the failure."""
    failure = pb.Failure()
    failure.CopyFrom(error.failure)
    failure.message = _cut(failure.message, _STATUS_MESSAGE_BYTES)
    failure.traceback = _cut_front(failure.traceback, _STATUS_TRACEBACK_BYTES)
    for key, value in failure.metadata.items():
        failure.metadata[key] = _cut(value, _STATUS_METADATA_BYTES // len(failure.metadata))
    detail = any_pb2.Any()
    detail.Pack(failure)
    status = status_pb2.Status(code=failure.code, message=failure.message, details=[detail])
    context.abort_with_status(rpc_status.to_status(status))
    raise AssertionError("abort_with_status returned")


def portable_text(text: str) -> str:
    """The text with what UTF-8 cannot hold (lone surrogates) escaped."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _cut(text: str, size: int) -> str:
    data = text.encode()
    return text if len(data) <= size else data[:size].decode("utf-8", "ignore") + "…"


def _cut_front(text: str, size: int) -> str:
    data = text.encode()
    return text if len(data) <= size else "…" + data[-size:].decode("utf-8", "ignore")
