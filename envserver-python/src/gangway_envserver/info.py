"""Info dictionaries of n copies as columns, so exact that a client can rebuild each of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from gangway_envserver._proto import info_pb2, tensor_pb2, value_pb2
from gangway_envserver.dynamic import INT64_MAX, INT64_MIN, is_plain_array, to_dynamic
from gangway_envserver.errors import portable_text
from gangway_envserver.returned import checked_info
from gangway_envserver.values import PLAIN_DTYPES, data_type, to_tensor, wire_bytes

# Dtype, shape and bytes of an array.
ArrayRow = tuple[np.dtype[Any], tuple[int, ...], bytes]
# What the environment cannot change: a scalar, an array's row, or the message of anything else.
Taken = bool | int | float | np.generic | ArrayRow | value_pb2.DynamicValue
_PLAIN: Final[dict[type, tuple[info_pb2.InfoScalarKind.ValueType, Any]]] = {
    bool: (info_pb2.INFO_SCALAR_KIND_BOOL, np.bool_),
    int: (info_pb2.INFO_SCALAR_KIND_INT, np.int64),
    float: (info_pb2.INFO_SCALAR_KIND_FLOAT, np.float64),
}
_OTHERS: Final = frozenset({type(None), str, bytes, list, tuple, dict})


class InfoColumns:
    """The infos of some copies, taken over as they come: one column per key."""

    def __init__(self) -> None:
        self._columns: dict[str, tuple[list[int], list[Taken]]] = {}  # in order of appearance

    def add(self, copy: int, info: Any) -> None:
        """Takes over a copy's info; the copies come in order. Unfit for no dictionary.

        Of keys that render alike (1 and "1") the later wins.
        """
        if type(info) is not dict:
            info = checked_info(info)
        known = self._columns.get
        for key, value in info.items():
            copies, values = known(key) or self._column(key)
            copies.append(copy)
            values.append(value if type(value) in _PLAIN else taken(value))

    def batch(self, rows: int) -> info_pb2.InfoBatch:
        """The infos as a message of so many rows."""
        batch = info_pb2.InfoBatch()
        if not self._columns:
            return batch
        everyone, present = list(range(rows)), b"\1" * rows
        for key, (copies, values) in self._columns.items():
            column = batch.columns.add(key=portable_text(key), present=present)
            if copies == everyone:  # by far the most frequent case
                fill(column, values)
                continue
            holders = dict(zip(copies, values, strict=True))
            column.present = bytes(copy in holders for copy in everyone)
            fill(column, list(holders.values()))
        return batch

    def _column(self, key: Any) -> tuple[list[int], list[Taken]]:
        return self._columns.setdefault(str(key), ([], []))


def to_info_batch(infos: Sequence[Any]) -> info_pb2.InfoBatch:
    """One column per key, in order of first appearance over the copies."""
    columns = InfoColumns()
    for copy, info in enumerate(infos):
        columns.add(copy, info)
    return columns.batch(len(infos))


def taken(value: Any) -> Taken:
    """An info's value as it is now."""
    kind = type(value)
    if kind is np.ndarray:
        dtype = value.dtype
        if dtype in PLAIN_DTYPES:
            return dtype, value.shape, value.tobytes()
    elif kind in _PLAIN:
        return value  # type: ignore[no-any-return]
    elif kind in _OTHERS:
        return to_dynamic(value)
    if is_plain_array(value):
        return value.dtype, value.shape, wire_bytes(value)
    if isinstance(value, np.generic) and data_type(value.dtype) is not None:
        return value
    return to_dynamic(value)


def first_object(batch: info_pb2.InfoBatch) -> tuple[int, str, str] | None:
    """Copy, key and class of the first value that could not travel; None when all could."""
    for column in batch.columns:
        copies = [copy for copy, present in enumerate(column.present) if present]
        for copy, value in zip(copies, column.list.values, strict=False):
            type_name = _object_in(value)
            if type_name:
                return copy, column.key, type_name
    return None


def _object_in(value: value_pb2.DynamicValue) -> str:
    match value.WhichOneof("kind"):
        case "object":
            return value.object.type_name
        case "list" | "tuple" as kind:
            parts = list(getattr(value, kind).values)
        case "dict":
            parts = [entry.value for entry in value.dict.entries]
        case _:
            parts = []
    return next(filter(None, map(_object_in, parts)), "")


def fill(column: info_pb2.InfoColumn, values: Sequence[Taken]) -> None:
    """Puts the values of one key into its column; there is at least one."""
    kinds: list[type] = list(map(type, values))
    kind = kinds[0]
    if kinds.count(kind) < len(kinds) or not _stack(column.stack, kind, values):
        column.list.values.extend(map(_message, values))


def _stack(stack: info_pb2.InfoStack, kind: type, values: Sequence[Any]) -> bool:
    """Whether the values, all of one class, have one dtype and shape, and now are in the stack."""
    if kind is tuple:
        dtypes, shapes, data = zip(*values, strict=True)
        if not dtypes.count(dtypes[0]) == shapes.count(shapes[0]) == len(values):
            return False
        stack.kind = info_pb2.INFO_SCALAR_KIND_ARRAY
        stack.values.CopyFrom(_tensor(dtypes[0], (len(values), *shapes[0]), b"".join(data)))
    elif kind in _PLAIN:
        if kind is int and (min(values) < INT64_MIN or max(values) > INT64_MAX):
            return False
        stack.kind, dtype = _PLAIN[kind]
        stack.values.CopyFrom(to_tensor(np.asarray(values, dtype)))
    elif issubclass(kind, np.generic):
        if any(value.dtype != values[0].dtype for value in values):
            return False
        stack.kind = info_pb2.INFO_SCALAR_KIND_NUMPY_SCALAR
        stack.values.CopyFrom(to_tensor(np.asarray(values, values[0].dtype)))
    else:
        return False
    return True


def _message(value: Taken) -> value_pb2.DynamicValue:
    if type(value) is value_pb2.DynamicValue:
        return value
    if isinstance(value, tuple):
        return value_pb2.DynamicValue(array=_tensor(*value))
    return to_dynamic(value)


def _tensor(dtype: np.dtype[Any], shape: tuple[int, ...], data: bytes) -> tensor_pb2.Tensor:
    number = data_type(dtype) or tensor_pb2.DATA_TYPE_UNSPECIFIED
    return tensor_pb2.Tensor(data_type=number, shape=shape, data=data)
