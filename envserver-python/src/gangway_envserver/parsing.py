"""Requests are parsed in the handler's thread, so that a malformed one is answered in words.

Where gRPC parses, a message that is none costs 16 kB for ever, a thread that waits for it, and a
traceback in the log.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

import grpc
from google.protobuf.message import DecodeError

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.errors import RequestFailed, abort

_LOG_SECONDS: Final = 10.0
_Message = TypeVar("_Message")
_log = logging.getLogger(__name__)


class RateLimitedWarnings:
    """Logs at most one warning in a while, with the number of those left out. Thread-safe."""

    def __init__(
        self, seconds: float = _LOG_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._next = clock()
        self._left_out = 0

    def warn(self, text: str) -> None:
        """Logs the text, or counts it."""
        with self._lock:
            now = self._clock()
            if now < self._next:
                self._left_out += 1
                return
            self._next = now + self._seconds
            left_out, self._left_out = self._left_out, 0
        more = f" {left_out} more like this were not logged." if left_out else ""
        _log.warning("%s%s", text, more)


_malformed: Final = RateLimitedWarnings()


def parse(parser: Callable[[bytes], _Message], data: bytes, where: str) -> _Message:
    """The message in `data`; RequestFailed MALFORMED when there is none. `where` it came."""
    try:
        return parser(data)
    except DecodeError:
        failed = RequestFailed(
            pb.FAILURE_REASON_MALFORMED,
            f"A message of {len(data)} bytes {where} cannot be read: expected the call's request "
            "in the encoding of protobuf.",
        )
        _malformed.warn(str(failed))
        raise failed from None


class ParsingInterceptor(grpc.ServerInterceptor):
    """Lets every handler of a server, of whichever service, parse its requests itself."""

    def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], grpc.RpcMethodHandler[Any, Any] | None],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler[Any, Any] | None:
        """As gRPC's."""
        handler = continuation(handler_call_details)
        if handler is None or handler.request_deserializer is None:
            return handler
        parser = handler.request_deserializer
        where = f"to {handler_call_details.method}"
        kind = (
            f"{'stream' if handler.request_streaming else 'unary'}_"
            f"{'stream' if handler.response_streaming else 'unary'}"
        )
        behavior = getattr(handler, kind)
        wrap = _streaming if handler.request_streaming else _unary
        parsing = wrap(behavior, lambda data: parse(parser, data, where))
        parsing.__dict__.update(getattr(behavior, "__dict__", {}))  # how gRPC is to call it
        fields: Any = handler  # a named tuple, which gRPC's types do not tell
        replaced: grpc.RpcMethodHandler[Any, Any] = fields._replace(
            request_deserializer=None, **{kind: parsing}
        )
        return replaced


def _unary(behavior: Callable[..., Any], parser: Callable[[bytes], Any]) -> Callable[..., Any]:
    def call(data: bytes, context: grpc.ServicerContext, *send: Any) -> Any:
        try:
            request = parser(data)
        except RequestFailed as error:
            abort(context, error)
        return behavior(request, context, *send)

    return call


def _streaming(behavior: Callable[..., Any], parser: Callable[[bytes], Any]) -> Callable[..., Any]:
    """The behavior itself ends its stream with the failure, or leaves that to this."""

    def parsed(messages: Iterator[bytes]) -> Iterator[Any]:
        yield from map(parser, messages)

    def call(messages: Iterator[bytes], context: grpc.ServicerContext, *send: Any) -> Any:
        responses = behavior(parsed(messages), context, *send)
        return responses if send else _ending(responses, context)

    return call


def _ending(responses: Iterator[Any], context: grpc.ServicerContext) -> Iterator[Any]:
    try:
        yield from responses
    except RequestFailed as error:
        abort(context, error)
