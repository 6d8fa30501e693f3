"""Info dictionaries of n copies as columns, so exact that a client can rebuild each of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gangway.v1 import info_pb2, tensor_pb2, value_pb2
from gangway_envserver.dynamic import INT64_MAX, INT64_MIN, is_plain_array, to_dynamic
from gangway_envserver.errors import portable_text
from gangway_envserver.values import data_type, to_tensor, wire_bytes

_Layout = tuple[info_pb2.InfoScalarKind.ValueType, Any, tuple[int, ...]]


def to_info_batch(infos: Sequence[dict[Any, Any]]) -> info_pb2.InfoBatch:
    """One column per key, in order of first appearance over the copies.

    Keys that render alike (1 and "1") share a column; within one copy the later of them wins.
    """
    batch = info_pb2.InfoBatch()
    if not any(infos):
        return batch
    keys = list(infos[0])
    if all(list(info) == keys for info in infos) and all(type(key) is str for key in keys):
        everyone = b"\1" * len(infos)  # by far the most frequent case
        for key in keys:
            column = batch.columns.add(key=portable_text(key), present=everyone)
            fill(column, [info[key] for info in infos])
        return batch
    columns: dict[str, dict[int, Any]] = {}
    for copy, info in enumerate(infos):
        for key, value in info.items():
            columns.setdefault(str(key), {})[copy] = value
    for key, values in columns.items():
        present = bytes(copy in values for copy in range(len(infos)))
        column = batch.columns.add(key=portable_text(key), present=present)
        fill(column, list(values.values()))
    return batch


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


def fill(column: info_pb2.InfoColumn, values: list[Any]) -> None:
    """Puts the values of one key into its column; there is at least one."""
    layout = _layout(values[0])
    if layout is not None and all(_layout(value) == layout for value in values[1:]):
        kind, dtype, shape = layout
        column.stack.kind = kind
        if kind == info_pb2.INFO_SCALAR_KIND_ARRAY:
            tensor = column.stack.values
            tensor.data_type = data_type(dtype) or tensor_pb2.DATA_TYPE_UNSPECIFIED
            tensor.shape.extend((len(values), *shape))
            tensor.data = b"".join([wire_bytes(value) for value in values])
        else:
            column.stack.values.CopyFrom(to_tensor(np.asarray(values, dtype)))
    else:
        column.list.CopyFrom(value_pb2.DynamicList(values=[to_dynamic(value) for value in values]))


def _layout(value: Any) -> _Layout | None:
    """Kind, dtype and shape of a value that can be stacked, else None."""
    kind = type(value)
    if kind is float:
        return info_pb2.INFO_SCALAR_KIND_FLOAT, np.float64, ()
    if kind is int:
        fits = INT64_MIN <= value <= INT64_MAX
        return (info_pb2.INFO_SCALAR_KIND_INT, np.int64, ()) if fits else None
    if kind is bool:
        return info_pb2.INFO_SCALAR_KIND_BOOL, np.bool_, ()
    if is_plain_array(value):
        return info_pb2.INFO_SCALAR_KIND_ARRAY, value.dtype, value.shape
    if isinstance(value, np.generic) and data_type(value.dtype) is not None:
        return info_pb2.INFO_SCALAR_KIND_NUMPY_SCALAR, value.dtype, ()
    return None
