"""Gymnasium's ten fundamental spaces as messages."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from gymnasium import Space, spaces

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver._proto import space_pb2, tensor_pb2
from gangway_envserver.errors import RequestFailed
from gangway_envserver.values import data_type, to_tensor

# How many spaces may lie one within another. Each may cost five levels of messages in a value, and
# protobuf's parsers stop at 100.
MAX_DEPTH: Final = 16
_SHOWN_CHARACTERS: Final = 300


def to_space(space: Space[Any], role: str = "observation") -> space_pb2.Space:
    """The space as a message; UNSUPPORTED for one that has no form on the wire."""
    check_carried(space, role)
    return _to_space(space)


def check_carried(space: Space[Any], role: str) -> None:
    """Fails with UNSUPPORTED, naming the space or part and what to do, if it has no wire form."""
    _check(space, role, 0)


def parts_of(space: Space[Any]) -> list[Space[Any]]:
    """The spaces that this one is made of, in order."""
    match space:
        case spaces.Tuple() | spaces.OneOf():
            return list(space.spaces)
        case spaces.Dict():
            return list(space.spaces.values())
        case spaces.Sequence():
            return [space.feature_space]
        case spaces.Graph():
            edge = [] if space.edge_space is None else [space.edge_space]
            return [space.node_space, *edge]
        case _:
            return []


def _check(space: Space[Any], role: str, depth: int) -> None:  # noqa: C901 - one case a space
    match space:
        case spaces.Box() | spaces.Discrete() | spaces.MultiDiscrete() | spaces.MultiBinary():
            assert space.dtype is not None
            if data_type(space.dtype) is None:
                expected = "a boolean, integer or float16/32/64 dtype"
                raise _unsupported(space, role, f"has dtype {space.dtype}", expected)
        case spaces.Text():
            _check_text("".join(space.character_list), space, role)
        case spaces.Dict():
            for key in space.spaces:
                if not isinstance(key, str):
                    raise _unsupported(space, role, f"has the key {key!r}", "keys that are strings")
                _check_text(key, space, role)
        case spaces.Graph():
            _check_lengths(space, parts_of(space), role)
        case spaces.Sequence():
            _check_lengths(space, parts_of(space) if space.stack else [], role)
        case spaces.Tuple() | spaces.OneOf():
            pass
        case _:
            kind = f"{type(space).__module__}.{type(space).__qualname__}"
            expected = "Gymnasium's ten spaces and their subclasses"
            raise _unsupported(space, role, f"is a {kind}", expected)
    parts = parts_of(space)
    if parts and depth >= MAX_DEPTH:
        expected = f"at most {MAX_DEPTH} spaces one within another"
        raise _unsupported(space, role, f"lies within {depth} others", expected)
    for part in parts:
        _check(part, role, depth + 1)


def _check_text(text: str, space: Space[Any], role: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        found, expected = f"has {text[:50]!r}", "text that UTF-8 can hold"
        raise _unsupported(space, role, found, expected) from None


def _check_lengths(space: Space[Any], batched: list[Space[Any]], role: str) -> None:
    if not all(_shows_length(part) for part in batched):
        found = "stacks values without any part, whose batch has no length"
        raise _unsupported(space, role, found, "elements with at least one part")


def _shows_length(space: Space[Any]) -> bool:
    if isinstance(space, spaces.Tuple | spaces.Dict):
        return any(_shows_length(part) for part in parts_of(space))
    return True


def _to_space(space: Space[Any]) -> space_pb2.Space:  # noqa: C901, PLR0912 - one case a space
    message = space_pb2.Space()
    match space:
        case spaces.Box():
            message.box.CopyFrom(_box(space))
        case spaces.Discrete():
            message.discrete.n = int(space.n)
            message.discrete.start = int(space.start)
            message.discrete.data_type = element_type(space)
        case spaces.MultiDiscrete():
            message.multi_discrete.nvec.CopyFrom(to_tensor(space.nvec.astype(np.int64)))
            message.multi_discrete.start.CopyFrom(to_tensor(space.start.astype(np.int64)))
            message.multi_discrete.data_type = element_type(space)
        case spaces.MultiBinary():
            message.multi_binary.shape.extend(space.shape)
            message.multi_binary.SetInParent()
            message.multi_binary.one_axis_as_tuple = (
                len(space.shape) == 1 and space.n == space.shape
            )
        case spaces.Text():
            message.text.min_length = space.min_length
            message.text.max_length = space.max_length
            message.text.charset = "".join(space.character_list)
        case spaces.Tuple():
            message.tuple.SetInParent()
            message.tuple.spaces.extend(_to_space(part) for part in space.spaces)
        case spaces.Dict():
            message.dict.SetInParent()
            for key, part in space.spaces.items():
                message.dict.entries.add(key=key, space=_to_space(part))
            message.dict.keeps_order = not getattr(space, "sort_keys", True)  # from 1.4 on
        case spaces.Sequence():
            message.sequence.element.CopyFrom(_to_space(space.feature_space))
            message.sequence.stacked = space.stack
        case spaces.Graph():
            message.graph.node.CopyFrom(_to_space(space.node_space))
            if space.edge_space is not None:
                message.graph.edge.CopyFrom(_to_space(space.edge_space))
        case spaces.OneOf():
            message.one_of.SetInParent()
            message.one_of.spaces.extend(_to_space(part) for part in space.spaces)
        case _:
            raise AssertionError(space)  # check_carried has refused it
    return message


def _box(space: spaces.Box) -> space_pb2.BoxSpace:
    return space_pb2.BoxSpace(
        data_type=element_type(space),
        shape=space.shape,
        low=_bound(space.low),
        high=_bound(space.high),
        bounded_below=_flags(space.bounded_below),
        bounded_above=_flags(space.bounded_above),
    )


def _bound(bound: np.ndarray[Any, Any]) -> tensor_pb2.Tensor:
    data = bound.tobytes()
    first = data[: bound.itemsize]
    equal = bound.size > 0 and data == first * bound.size
    return to_tensor(bound.reshape(-1)[0:1].reshape(()) if equal else bound)


def _flags(flags: np.ndarray[Any, Any]) -> bytes:
    data = flags.astype(np.uint8).tobytes()
    return data[:1] if data == data[:1] * len(data) else data


def element_type(space: Space[Any]) -> tensor_pb2.DataType.ValueType:
    """The data type of an array space that `check_carried` has passed."""
    assert space.dtype is not None
    number = data_type(space.dtype)
    assert number is not None
    return number


def _unsupported(space: Space[Any], role: str, found: str, expected: str) -> RequestFailed:
    wrapper = "TransformAction" if role == "action" else "TransformObservation"
    return RequestFailed(
        pb.FAILURE_REASON_UNSUPPORTED,
        f"The {role} space has no form on the wire: {str(space)[:_SHOWN_CHARACTERS]} {found}: "
        f"expected {expected}. Register the environment wrapped in gymnasium.wrappers.{wrapper}, "
        "which gives it such a space.",
    )
