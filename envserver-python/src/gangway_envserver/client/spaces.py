"""Messages as Gymnasium's spaces: order, dtypes, starts, character sets and bounds as they were."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import Space, spaces

from gangway_envserver._proto import space_pb2, tensor_pb2
from gangway_envserver.values import dtype_of, from_tensor


def from_space(message: space_pb2.Space) -> Space[Any]:  # noqa: C901, PLR0911 - one case a space
    """The space of a message, equal to the one that the message was made of."""
    kind = message.WhichOneof("kind")
    match kind:
        case "box":
            return _box(message.box)
        case "discrete":
            discrete = message.discrete
            dtype = dtype_of(discrete.data_type)
            return spaces.Discrete(discrete.n, start=discrete.start, dtype=dtype.type)
        case "multi_discrete":
            multi = message.multi_discrete
            dtype = dtype_of(multi.data_type)
            nvec, start = from_tensor(multi.nvec), from_tensor(multi.start)
            return spaces.MultiDiscrete(
                nvec.astype(dtype), dtype=dtype.type, start=start.astype(dtype)
            )
        case "multi_binary":
            shape = list(message.multi_binary.shape)
            as_tuple = len(shape) != 1 or message.multi_binary.one_axis_as_tuple
            return spaces.MultiBinary(shape if as_tuple else shape[0])
        case "text":
            text = message.text
            return spaces.Text(text.max_length, min_length=text.min_length, charset=text.charset)
        case "tuple":
            return spaces.Tuple([from_space(part) for part in message.tuple.spaces])
        case "dict":
            entries = message.dict.entries
            named = spaces.Dict([(entry.key, from_space(entry.space)) for entry in entries])
            named.sort_keys = not message.dict.keeps_order  # Gymnasium 1.3 does not look at it
            return named
        case "sequence":
            sequence = message.sequence
            return spaces.Sequence(from_space(sequence.element), stack=sequence.stacked)
        case "graph":
            graph = message.graph
            edge = from_space(graph.edge) if graph.HasField("edge") else None
            return spaces.Graph(from_space(graph.node), edge)
        case "one_of":
            return spaces.OneOf([from_space(part) for part in message.one_of.spaces])
        case _:
            raise ValueError("a Space has no kind that this client knows: expected one of ten")


def _box(message: space_pb2.BoxSpace) -> spaces.Box[Any]:
    shape = tuple(message.shape)
    low, high = _bound(message.low, shape), _bound(message.high, shape)
    space = spaces.Box(low, high, shape, dtype_of(message.data_type).type)
    space.bounded_below = _flags(message.bounded_below, shape)
    space.bounded_above = _flags(message.bounded_above, shape)
    return space


def _bound(message: tensor_pb2.Tensor, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    return np.broadcast_to(from_tensor(message), shape).copy()


def _flags(data: bytes, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    flags = np.frombuffer(data, np.bool_)
    return np.broadcast_to(flags[0] if flags.size == 1 else flags.reshape(shape), shape).copy()
