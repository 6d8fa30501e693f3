"""Random spaces and values for property tests; more of what is odd than Gymnasium samples."""

from __future__ import annotations

import functools
import inspect
import math
from typing import Any

import numpy as np
from custom_environments import GRAPHS_OF_ANYTHING
from gymnasium import Space, spaces
from hypothesis import strategies as st

DTYPES = [
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("float16", "float32", "float64"),
]
SHAPES = st.lists(st.integers(0, 3), max_size=3).map(tuple)
CHARACTERS = "abé\0ſ中😀 "
LAYOUTS = ["plain", "big-endian", "strided", "transposed"]


def array_spaces() -> st.SearchStrategy[Space[Any]]:
    """Box, Discrete, MultiDiscrete and MultiBinary."""
    integers = st.sampled_from(["int8", "int32", "int64", "uint8", "uint32"])
    boxes = st.builds(_box, st.sampled_from(DTYPES), SHAPES)
    discrete = st.builds(
        lambda n, start, dtype: spaces.Discrete(n, start=start, dtype=_type(dtype)),
        *(st.integers(1, 9), st.integers(0, 9), integers),
    )
    counts = st.lists(st.integers(1, 5), min_size=1, max_size=3)
    multi = st.builds(
        lambda nvec, first, dtype: spaces.MultiDiscrete(
            nvec, dtype=_type(dtype), start=[first + i for i in range(len(nvec))]
        ),
        *(counts, st.integers(0, 9), integers),
    )
    extents = st.lists(st.integers(1, 3), min_size=1, max_size=2)
    return st.one_of(boxes, discrete, multi, extents.map(spaces.MultiBinary))


def _type(name: str) -> Any:
    return np.dtype(name).type


def _box(name: str, shape: tuple[int, ...]) -> Space[Any]:
    dtype = np.dtype(name)
    limit = 1 if dtype.kind == "b" else np.inf if dtype.kind == "f" else 100
    return spaces.Box(0 if dtype.kind in "bu" else -limit, limit, shape, dtype.type)


def texts() -> st.SearchStrategy[Space[Any]]:
    """Text, with its characters in any order."""
    charsets = st.permutations(CHARACTERS).map("".join)
    return st.builds(
        lambda low, extra, charset: spaces.Text(low + extra, min_length=low, charset=charset),
        *(st.integers(0, 2), st.integers(0, 3), charsets),
    )


# From Gymnasium 1.4 on.
KEEPS_ORDER = "sort_keys" in inspect.signature(spaces.Dict).parameters


@functools.cache
def all_spaces() -> st.SearchStrategy[Space[Any]]:
    """All ten, nested.

    Made once: most of the time would go into making and validating the strategy for each example.
    """

    def compose(inner: st.SearchStrategy[Space[Any]]) -> st.SearchStrategy[Space[Any]]:
        parts = st.lists(inner, max_size=3)
        keys = st.text(CHARACTERS, max_size=3)
        named = st.lists(st.tuples(keys, inner), max_size=3, unique_by=lambda item: item[0])
        measured = inner.filter(_shows_length)
        graphed = measured if GRAPHS_OF_ANYTHING else array_spaces().filter(_is_of_graphs)
        return st.one_of(
            parts.map(spaces.Tuple),
            named.map(spaces.Dict),
            *([named.map(unsorted)] if KEEPS_ORDER else []),
            inner.map(spaces.Sequence),
            measured.map(lambda space: spaces.Sequence(space, stack=True)),
            st.builds(spaces.Graph, graphed, st.one_of(st.none(), graphed)),
            st.lists(inner, min_size=1, max_size=3).map(spaces.OneOf),
        )

    return st.recursive(st.one_of(array_spaces(), texts()), compose, max_leaves=6)


def unsorted(parts: list[tuple[str, Space[Any]]]) -> spaces.Dict:
    """A Dict whose batches keep its order."""
    return spaces.Dict(dict(parts), sort_keys=False)


def _is_of_graphs(space: Space[Any]) -> bool:
    return isinstance(space, spaces.Box | spaces.Discrete)


def _shows_length(space: Space[Any]) -> bool:
    match space:
        case spaces.Tuple():
            return any(map(_shows_length, space.spaces))
        case spaces.Dict():
            return any(map(_shows_length, space.spaces.values()))
        case _:
            return True


@st.composite
def values(  # noqa: C901, PLR0911 - one case a space
    draw: st.DrawFn, space: Space[Any], batch: int | None = None
) -> Any:
    """A value of the space, or a batch as Gymnasium has it."""
    match space:
        case spaces.Tuple():
            return tuple(draw(values(part, batch)) for part in space.spaces)
        case spaces.Dict():
            return {key: draw(values(part, batch)) for key, part in space.spaces.items()}
        case spaces.Box() | spaces.Discrete() | spaces.MultiDiscrete() | spaces.MultiBinary():
            return draw(_arrays(space, batch))
    if batch is not None:
        return tuple(draw(values(space)) for _ in range(batch))
    length = draw(st.integers(0, 3))
    match space:
        case spaces.Text():
            least, most = space.min_length, space.max_length
            return draw(st.text(space.characters, min_size=least, max_size=most))
        case spaces.Sequence():
            if space.stack:
                return draw(values(space.feature_space, length))
            return tuple(draw(values(space.feature_space)) for _ in range(length))
        case spaces.Graph():
            nodes = draw(values(space.node_space, length))
            edge = space.edge_space
            if edge is None or length == 0 or draw(st.booleans()):
                return spaces.GraphInstance(nodes, None, None)
            count = draw(st.integers(0, 3))
            links = draw(
                st.lists(st.integers(0, length - 1), min_size=2 * count, max_size=2 * count)
            )
            dtype = draw(st.sampled_from(["int32", "int64", "uint8"]))
            return spaces.GraphInstance(
                nodes, draw(values(edge, count)), np.array(links, dtype).reshape(count, 2)
            )
        case spaces.OneOf():
            index = draw(st.integers(0, len(space.spaces) - 1))
            return np.int64(index), draw(values(space.spaces[index]))
    raise AssertionError(space)


@st.composite
def _arrays(draw: st.DrawFn, space: Space[Any], batch: int | None) -> Any:
    """Any bits for a Box (payloads of NaN and the sign of zero among them), else members."""
    assert space.shape is not None
    assert space.dtype is not None
    shape = space.shape if batch is None else (batch, *space.shape)
    count = math.prod(shape)
    if not isinstance(space, spaces.Box):
        rows = [space.sample() for _ in range(1 if batch is None else batch)]
        array = np.array(rows, space.dtype).reshape(shape)
        scalar = isinstance(space, spaces.Discrete) and batch is None
        return array[()] if scalar else draw(_laid_out(array))
    size = count * space.dtype.itemsize
    data = draw(st.binary(min_size=size, max_size=size))
    if space.dtype.kind == "b":
        data = bytes(byte & 1 for byte in data)
    return draw(_laid_out(np.frombuffer(data, space.dtype).reshape(shape)))


@st.composite
def _laid_out(draw: st.DrawFn, array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The same elements in another layout."""
    match draw(st.sampled_from(LAYOUTS)):
        case "big-endian":
            return array.astype(array.dtype.newbyteorder(">"))
        case "strided" if array.ndim:
            wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
            wide[..., ::2] = array
            return wide[..., ::2]
        case "transposed" if array.ndim:
            return np.asfortranarray(array)
        case _:
            return array


def plain(value: Any) -> Any:
    """The value with its arrays in this machine's byte order and in C order, to be compared."""
    if isinstance(value, np.ndarray):
        return np.array(value, value.dtype.newbyteorder("="), order="C")
    if isinstance(value, spaces.GraphInstance):
        return spaces.GraphInstance(*(plain(part) for part in value))
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    return {key: plain(part) for key, part in value.items()} if isinstance(value, dict) else value
