"""Python objects as self-describing values, and back.

Out of an environment anything may come: what has no portable form travels as its class and `repr`.
From a client only what is data is taken. A subclass of a plain type (an IntEnum, a named tuple)
travels as that type.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from gangway_envserver._proto import value_pb2
from gangway_envserver.returned import MAX_DEPTH, Described
from gangway_envserver.values import MalformedTensor, data_type, from_tensor, to_tensor

INT64_MIN: Final = -(2**63)
INT64_MAX: Final = 2**63 - 1
_MAX_DIGITS: Final = 4000  # Python itself refuses to convert more than 4,300
# Where values of just these classes go, without further ado; subclasses may be NumPy's.
_FIELDS: Final = {bool: "boolean", float: "floating", str: "text", bytes: "binary"}

Opaque = Callable[[value_pb2.DynamicObject], Any]


class MalformedValue(ValueError):  # noqa: N818 - as RequestFailed
    """A client's value is not data."""


def to_dynamic(value: Any, depth: int = 0) -> value_pb2.DynamicValue:
    """The value as a message; never raises."""
    message = value_pb2.DynamicValue()
    try:
        # Each level costs three levels of messages in a dictionary; protobuf's parsers stop at 100.
        if depth >= MAX_DEPTH or not _fill(message, value, depth):
            message.object.CopyFrom(_object(value))
    except (ValueError, RecursionError):  # text that UTF-8 cannot hold, too many digits
        message = value_pb2.DynamicValue(object=_object(value))
    return message


def _fill(message: value_pb2.DynamicValue, value: Any, depth: int) -> bool:  # noqa: C901, PLR0912 - one case a kind
    field = _FIELDS.get(type(value))
    if field is not None:
        setattr(message, field, value)
        return True
    match value:
        case None:
            message.none.SetInParent()
        case np.ndarray() if is_plain_array(value):
            message.array.CopyFrom(to_tensor(value))
        case np.generic() if data_type(value.dtype) is not None:
            message.numpy_scalar.CopyFrom(to_tensor(np.asarray(value)))
        case bool():
            message.boolean = value
        case int() if INT64_MIN <= value <= INT64_MAX:
            message.integer = value
        case int():
            message.big_integer = str(int(value))
        case float():
            message.floating = value
        case str():
            message.text = value
        case bytes():
            message.binary = value
        case list():
            message.list.SetInParent()
            message.list.values.extend(to_dynamic(item, depth + 1) for item in value)
        case tuple():
            message.tuple.SetInParent()
            message.tuple.values.extend(to_dynamic(item, depth + 1) for item in value)
        case dict():
            message.dict.SetInParent()
            for key, item in value.items():
                message.dict.entries.add(key=str(key), value=to_dynamic(item, depth + 1))
        case _:
            return False
    return True


def is_plain_array(value: Any) -> bool:
    """Whether a Tensor can hold the value wholly: an array of a known dtype without a mask."""
    return (
        isinstance(value, np.ndarray)
        and data_type(value.dtype) is not None
        and not isinstance(value, np.ma.MaskedArray)
    )


def _object(value: Any) -> value_pb2.DynamicObject:
    described = value if isinstance(value, Described) else Described.of(value)
    return value_pb2.DynamicObject(type_name=described.type_name, text=described.text)


def from_dynamic(  # noqa: C901, PLR0911, PLR0912 - one case a kind
    message: value_pb2.DynamicValue, opaque: Opaque | None = None
) -> Any:
    """A message as a Python value; MalformedValue for what is not data.

    `opaque` says what stands for an object that had no portable form; without it there is none.
    """
    kind = message.WhichOneof("kind")
    match kind:
        case "none":
            return None
        case "boolean" | "integer" | "floating" | "text" | "binary":
            return getattr(message, kind)
        case "big_integer":
            return decimal(message.big_integer)
        case "array" | "numpy_scalar":
            try:
                array = from_tensor(getattr(message, kind))
            except MalformedTensor as error:
                raise MalformedValue(str(error)) from None
            if kind == "array":
                return array
            if array.shape != ():
                raise MalformedValue(f"a numpy_scalar has shape {list(array.shape)}: expected []")
            return array[()]
        case "list":
            return [from_dynamic(item, opaque) for item in message.list.values]
        case "tuple":
            return tuple(from_dynamic(item, opaque) for item in message.tuple.values)
        case "dict":
            return from_dynamic_dict(message.dict, opaque)
        case "object" if opaque:
            return opaque(message.object)
        case "object":
            raise MalformedValue(
                f"an object of type {message.object.type_name!r} cannot be received"
            )
        case _:
            raise MalformedValue("a DynamicValue has no kind")


def from_dynamic_dict(
    message: value_pb2.DynamicDict, opaque: Opaque | None = None
) -> dict[str, Any]:
    """A dictionary; MalformedValue also for a key that occurs twice."""
    result = {entry.key: from_dynamic(entry.value, opaque) for entry in message.entries}
    if len(result) != len(message.entries):
        raise MalformedValue("a dictionary has the same key twice")
    return result


def decimal(text: str) -> int:
    """The integer of these digits; MalformedValue when they are none, or too many."""
    if (
        len(text) > _MAX_DIGITS
        or not text.removeprefix("-").isascii()
        or not text.removeprefix("-").isdigit()
    ):
        raise MalformedValue(f"an integer is {text[:50]!r}: expected decimal digits")
    return int(text)
