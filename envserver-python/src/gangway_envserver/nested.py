"""How values travel that are no arrays: texts, tuples, dictionaries, sequences, graphs, OneOf."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from gymnasium import Space, spaces

from gangway_envserver._proto import value_pb2
from gangway_envserver.gave import Unfit
from gangway_envserver.kinds import Kind, Misfit, kind_name
from gangway_envserver.values import MalformedTensor, data_type, from_tensor, to_tensor

_SHOWN_CHARACTERS = 300
_LINK_AXES = 2

PartDecoder = Callable[[Kind, value_pb2.Value, str], Any]


def _unfit(value: Any, space: Space[Any]) -> Unfit:
    return Unfit(
        f"{repr(value)[:_SHOWN_CHARACTERS]}, which does not fit its space "
        f"{str(space)[:_SHOWN_CHARACTERS]}"
    )


def _columns(
    kinds: Sequence[Kind], batches: Sequence[Any], whole: Any, space: Space[Any]
) -> list[Sequence[Any]]:
    """The values of each part, as many of each; a part without anything in it is like any other."""
    columns = [
        list(kind.split(batch)) if kind.has_length() else None
        for kind, batch in zip(kinds, batches, strict=True)
    ]
    lengths = {len(column) for column in columns if column is not None}
    if len(lengths) != 1:
        raise _unfit(whole, space)
    (n,) = lengths
    return [
        [batch] * n if column is None else column
        for column, batch in zip(columns, batches, strict=True)
    ]


class TupleKind(Kind):
    """Tuple: a tuple of values, or of batches."""

    def __init__(self, space: Space[Any], parts: Sequence[Kind]) -> None:
        self.space = space
        self._parts = tuple(parts)

    def encode(self, value: Any) -> list[Any]:
        """The parts, encoded; as in `Tuple.contains`, a list or an array is as good as a tuple."""
        if not isinstance(value, tuple | list | np.ndarray) or len(value) != len(self._parts):
            raise _unfit(value, self.space)
        return [kind.encode(part) for kind, part in zip(self._parts, value, strict=True)]

    def single(self, row: list[Any]) -> value_pb2.Value:
        """A tuple of values."""
        return _tuple([kind.single(part) for kind, part in zip(self._parts, row, strict=True)])

    def batch(self, rows: Sequence[list[Any]]) -> value_pb2.Value:
        """A tuple of batches."""
        return _tuple([kind.batch([row[i] for row in rows]) for i, kind in enumerate(self._parts)])

    def whole(self, batch: Any, n: int) -> value_pb2.Value:
        """A tuple of batches."""
        if not isinstance(batch, tuple | list) or len(batch) != len(self._parts):
            raise _unfit(batch, self.space)
        return _tuple([kind.whole(part, n) for kind, part in zip(self._parts, batch, strict=True)])

    def from_single(self, message: value_pb2.Value, place: str) -> tuple[Any, ...]:
        """A tuple of values."""
        return self._decode(message, place, lambda kind, part, at: kind.from_single(part, at))

    def from_batch(
        self, message: value_pb2.Value, n: int, place: str, ignored: Sequence[bool] | None = None
    ) -> tuple[Any, ...]:
        """A tuple of batches."""
        return self._decode(
            message, place, lambda kind, part, at: kind.from_batch(part, n, at, ignored)
        )

    def split(self, batch: Any) -> Iterable[Any]:
        """One tuple per row."""
        if not isinstance(batch, tuple | list) or len(batch) != len(self._parts):
            raise _unfit(batch, self.space)
        return zip(*_columns(self._parts, batch, batch, self.space), strict=True)

    def has_length(self) -> bool:
        """Only the parts show it."""
        return any(kind.has_length() for kind in self._parts)

    def _decode(self, message: value_pb2.Value, place: str, decode: PartDecoder) -> tuple[Any, ...]:
        values = _values(message, len(self._parts), place)
        return tuple(
            decode(kind, part, f"{place}[{i}]")
            for i, (kind, part) in enumerate(zip(self._parts, values, strict=True))
        )


class DictKind(Kind):
    """Dict: a dictionary of values, or of batches, in the space's order."""

    def __init__(self, space: Space[Any], parts: Mapping[str, Kind]) -> None:
        self.space = space
        self._parts = dict(parts)
        self._keys = list(parts)

    def encode(self, value: Any) -> list[Any]:
        """The parts in the space's order, encoded."""
        if not isinstance(value, Mapping) or value.keys() != self._parts.keys():
            raise _unfit(value, self.space)
        return [kind.encode(value[key]) for key, kind in self._parts.items()]

    def single(self, row: list[Any]) -> value_pb2.Value:
        """A dictionary of values."""
        return self._message(
            [kind.single(part) for kind, part in zip(self._parts.values(), row, strict=True)]
        )

    def batch(self, rows: Sequence[list[Any]]) -> value_pb2.Value:
        """A dictionary of batches."""
        kinds = enumerate(self._parts.values())
        return self._message([kind.batch([row[i] for row in rows]) for i, kind in kinds])

    def whole(self, batch: Any, n: int) -> value_pb2.Value:
        """A dictionary of batches."""
        if not isinstance(batch, Mapping) or batch.keys() != self._parts.keys():
            raise _unfit(batch, self.space)
        return self._message([kind.whole(batch[key], n) for key, kind in self._parts.items()])

    def from_single(self, message: value_pb2.Value, place: str) -> dict[str, Any]:
        """A dictionary of values."""
        return self._decode(message, place, lambda kind, part, at: kind.from_single(part, at))

    def from_batch(
        self, message: value_pb2.Value, n: int, place: str, ignored: Sequence[bool] | None = None
    ) -> dict[str, Any]:
        """A dictionary of batches."""
        return self._decode(
            message, place, lambda kind, part, at: kind.from_batch(part, n, at, ignored)
        )

    def split(self, batch: Any) -> Iterable[Any]:
        """One dictionary per row."""
        if not isinstance(batch, Mapping) or batch.keys() != self._parts.keys():
            raise _unfit(batch, self.space)
        values = [batch[key] for key in self._keys]
        columns = _columns(list(self._parts.values()), values, batch, self.space)
        return (dict(zip(self._keys, row, strict=True)) for row in zip(*columns, strict=True))

    def has_length(self) -> bool:
        """Only the parts show it."""
        return any(kind.has_length() for kind in self._parts.values())

    def _message(self, parts: Sequence[value_pb2.Value]) -> value_pb2.Value:
        entries = [
            value_pb2.NamedValue(key=key, value=part)
            for key, part in zip(self._keys, parts, strict=True)
        ]
        return value_pb2.Value(dict=value_pb2.DictValue(entries=entries))

    def _decode(self, message: value_pb2.Value, place: str, decode: PartDecoder) -> dict[str, Any]:
        if message.WhichOneof("kind") != "dict":
            raise Misfit(place, f"have {kind_name(message)}", "a dict")
        entries = message.dict.entries
        keys = [entry.key for entry in entries]
        if sorted(keys) != sorted(self._keys):
            raise Misfit(place, f"have the keys {keys}", f"the keys {self._keys}")
        values = {entry.key: entry.value for entry in entries}
        return {
            key: decode(kind, values[key], f"{place}[{key!r}]") for key, kind in self._parts.items()
        }


class LooseKind(Kind):
    """What cannot be stacked: a batch is a tuple of single values, and `encode` gives messages."""

    def single(self, row: value_pb2.Value) -> value_pb2.Value:
        """The message itself."""
        return row

    def batch(self, rows: Sequence[value_pb2.Value]) -> value_pb2.Value:
        """A tuple of the messages."""
        return _tuple(rows)

    def whole(self, batch: Any, n: int) -> value_pb2.Value:
        """A tuple of the encoded values."""
        rows = [self.encode(value) for value in self.split(batch)]
        if len(rows) != n:
            raise _unfit(batch, self.space)
        return _tuple(rows)

    def from_batch(
        self, message: value_pb2.Value, n: int, place: str, ignored: Sequence[bool] | None = None
    ) -> tuple[Any, ...]:
        """A tuple of n values. Those of ignored copies must be members too."""
        del ignored
        values = []
        for copy, each in enumerate(_values(message, n, place)):
            try:
                values.append(self.from_single(each, place))
            except Misfit as misfit:
                raise Misfit(misfit.place, misfit.found, misfit.expected, copy) from None
        return tuple(values)

    def split(self, batch: Any) -> Iterable[Any]:
        """The values."""
        if not isinstance(batch, tuple | list):
            raise _unfit(batch, self.space)
        return batch


class TextKind(LooseKind):
    """Text: a string. In a message it must be a member if `members`."""

    def __init__(self, space: spaces.Text, *, members: bool = True) -> None:
        self.space: spaces.Text = space
        self._members = members

    def encode(self, value: Any) -> value_pb2.Value:
        """The string, as long as UTF-8 can hold it."""
        if not isinstance(value, str):
            raise _unfit(value, self.space)
        try:
            return value_pb2.Value(text=str(value))
        except ValueError:  # lone surrogates
            raise _unfit(value, self.space) from None

    def from_single(self, message: value_pb2.Value, place: str) -> str:
        """The string."""
        if message.WhichOneof("kind") != "text":
            raise Misfit(place, f"have {kind_name(message)}", "a text")
        if self._members and not self.space.contains(message.text):
            found = repr(message.text)[:_SHOWN_CHARACTERS]
            raise Misfit(place, found, str(self.space)[:_SHOWN_CHARACTERS])
        return message.text


class SequenceKind(LooseKind):
    """Sequence, not stacked: a tuple of values."""

    def __init__(self, space: Space[Any], element: Kind) -> None:
        self.space = space
        self._element = element

    def encode(self, value: Any) -> value_pb2.Value:
        """A tuple of the elements; a list is as good."""
        if not isinstance(value, tuple | list):
            raise _unfit(value, self.space)
        element = self._element
        return _tuple([element.single(element.encode(each)) for each in value])

    def from_single(self, message: value_pb2.Value, place: str) -> tuple[Any, ...]:
        """A tuple of the elements."""
        values = _values(message, None, place)
        return tuple(
            self._element.from_single(each, f"{place}[{i}]") for i, each in enumerate(values)
        )


class StackedKind(LooseKind):
    """A stacked Sequence: the batch of its elements."""

    def __init__(self, space: Space[Any], element: Kind) -> None:
        self.space = space
        self._element = element

    def encode(self, value: Any) -> value_pb2.Value:
        """The batch, checked row by row."""
        return value_pb2.Value(stacked=_stacked(self._element, value))

    def from_single(self, message: value_pb2.Value, place: str) -> Any:
        """The batch."""
        if message.WhichOneof("kind") != "stacked":
            raise Misfit(place, f"have {kind_name(message)}", "a stacked")
        return _from_stacked(self._element, message.stacked, place)


class GraphKind(LooseKind):
    """Graph: batches of nodes and edges, and which nodes an edge joins."""

    def __init__(self, space: Space[Any], node: Kind, edge: Kind | None) -> None:
        self.space = space
        self._node = node
        self._edge = edge

    def encode(self, value: Any) -> value_pb2.Value:
        """Nodes, and both edges and links or neither."""
        if not isinstance(value, spaces.GraphInstance):
            raise _unfit(value, self.space)
        graph = value_pb2.GraphValue(nodes=_stacked(self._node, value.nodes))
        if value.edges is not None or value.edge_links is not None:
            if self._edge is None or value.edges is None or value.edge_links is None:
                raise _unfit(value, self.space)
            graph.edges.CopyFrom(_stacked(self._edge, value.edges))
            if _link_problem(value.edge_links, graph.nodes.length, graph.edges.length):
                raise _unfit(value, self.space)
            graph.edge_links.CopyFrom(to_tensor(value.edge_links))
        return value_pb2.Value(graph=graph)

    def from_single(self, message: value_pb2.Value, place: str) -> spaces.GraphInstance:
        """A GraphInstance."""
        if message.WhichOneof("kind") != "graph":
            raise Misfit(place, f"have {kind_name(message)}", "a graph")
        graph = message.graph
        nodes = _from_stacked(self._node, graph.nodes, f"{place}.nodes")
        if not graph.HasField("edges") and not graph.HasField("edge_links"):
            return spaces.GraphInstance(nodes, None, None)
        if not graph.HasField("edges") or not graph.HasField("edge_links"):
            raise Misfit(place, "have edges or edge_links alone", "both or neither")
        if self._edge is None:
            raise Misfit(place, "have edges", "none, as the space has none")
        edges = _from_stacked(self._edge, graph.edges, f"{place}.edges")
        try:
            links = from_tensor(graph.edge_links)
        except MalformedTensor as error:
            raise Misfit(place, f"have malformed edge_links ({error})", "a tensor") from None
        problem = _link_problem(links, graph.nodes.length, graph.edges.length)
        if problem:
            raise Misfit(place, f"have edge_links that are {problem[0]}", problem[1])
        return spaces.GraphInstance(nodes, edges, links)


class OneOfKind(LooseKind):
    """OneOf: the index of an alternative and its value."""

    def __init__(self, space: Space[Any], parts: Sequence[Kind]) -> None:
        self.space = space
        self._parts = tuple(parts)

    def encode(self, value: Any) -> value_pb2.Value:
        """Index and value."""
        if not isinstance(value, tuple) or len(value) != 2:  # noqa: PLR2004 - a pair
            raise _unfit(value, self.space)
        try:
            index = operator.index(value[0])
        except TypeError:
            raise _unfit(value, self.space) from None
        if not 0 <= index < len(self._parts):
            raise _unfit(value, self.space)
        part = self._parts[index]
        chosen = value_pb2.OneOfValue(index=index, value=part.single(part.encode(value[1])))
        return value_pb2.Value(one_of=chosen)

    def from_single(self, message: value_pb2.Value, place: str) -> tuple[np.int64, Any]:
        """Index, an int64 as Gymnasium samples it, and value."""
        if message.WhichOneof("kind") != "one_of":
            raise Misfit(place, f"have {kind_name(message)}", "a one_of")
        index = message.one_of.index
        if not 0 <= index < len(self._parts):
            raise Misfit(place, f"have index {index}", f"one of {len(self._parts)} alternatives")
        part = self._parts[index]
        return np.int64(index), part.from_single(message.one_of.value, f"{place}[1]")


def _tuple(values: Sequence[value_pb2.Value]) -> value_pb2.Value:
    return value_pb2.Value(tuple=value_pb2.TupleValue(values=values))


def _values(message: value_pb2.Value, n: int | None, place: str) -> Sequence[value_pb2.Value]:
    if message.WhichOneof("kind") != "tuple":
        raise Misfit(place, f"have {kind_name(message)}", "a tuple")
    values = message.tuple.values
    if n is not None and len(values) != n:
        raise Misfit(place, f"have {len(values)} values", f"{n}")
    return values


def _stacked(element: Kind, batch: Any) -> value_pb2.StackedValue:
    rows = [element.encode(each) for each in element.split(batch)]
    return value_pb2.StackedValue(length=len(rows), batch=element.batch(rows))


def _from_stacked(element: Kind, message: value_pb2.StackedValue, place: str) -> Any:
    if message.length < 0:
        raise Misfit(place, f"have length {message.length}", "a length ≥ 0")
    try:
        return element.from_batch(message.batch, message.length, place)
    except Misfit as misfit:  # its copy is a row of this batch, none of the environment's copies
        row = "" if misfit.copy is None else f"[{misfit.copy}]"
        raise Misfit(f"{misfit.place}{row}", misfit.found, misfit.expected) from None


def _link_problem(links: Any, nodes: int, edges: int) -> tuple[str, str] | None:
    """What was found and what was expected; None when the links are right."""
    if (
        not isinstance(links, np.ndarray)
        or links.dtype.kind not in "iu"
        or data_type(links.dtype) is None
        or links.shape != (edges, _LINK_AXES)
    ):
        return repr(links)[:_SHOWN_CHARACTERS], f"integers of shape [{edges}, 2]"
    if links.size and (links.min() < 0 or links.max() >= nodes):
        return f"in {links.min()} … {links.max()}", f"indices of {nodes} nodes"
    return None
