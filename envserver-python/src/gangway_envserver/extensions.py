"""What clients say beyond the protocol: messages of types of their own, in the stream's slot.

A server knows a type by its handler, which gets the message before the command is executed and may
give one for the answer. A type without a handler is ignored, or, where the client requires it,
refused before anything is executed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from google.protobuf.any_pb2 import Any as AnyMessage

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.errors import RequestFailed

Handler = Callable[[AnyMessage], AnyMessage | None]
_SHOWN_CHARACTERS: Final = 200


class Extensions:
    """The types that a server knows, by their full names. Thread-safe if the handlers are."""

    def __init__(self, handlers: Mapping[str, Handler] | None = None) -> None:
        """`handlers` has the handler of each type, such as `acme.Trace`."""
        self._handlers = dict(handlers or {})

    def check(self, extensions: Iterable[pb.Extension]) -> None:
        """UNSUPPORTED for the first that is required and of a type that is not known."""
        for place, extension in enumerate(extensions):
            if extension.required and self._handler(extension) is None:
                found = extension.value.type_url[:_SHOWN_CHARACTERS]
                known = ", ".join(sorted(self._handlers)) or "none"
                raise RequestFailed(
                    pb.FAILURE_REASON_UNSUPPORTED,
                    f"extensions[{place}] is required and of the type {found!r}, which this server "
                    f"does not know: expected one of its types ({known}), or one that is not "
                    "required. Nothing was executed.",
                    type=found,
                )

    def answer(self, extensions: Iterable[pb.Extension]) -> list[pb.Extension]:
        """Gives every known one to its handler; gives what is to stand in the answer."""
        answers = []
        for extension in extensions:
            handler = self._handler(extension)
            value = handler(extension.value) if handler is not None else None
            if value is not None:
                answers.append(pb.Extension(value=value))
        return answers

    def _handler(self, extension: pb.Extension) -> Any:
        return self._handlers.get(extension.value.type_url.rpartition("/")[2])
