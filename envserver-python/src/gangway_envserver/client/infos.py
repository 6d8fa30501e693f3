"""Info dictionaries of each copy, rebuilt from the columns that travel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from gangway_envserver._proto import info_pb2, value_pb2
from gangway_envserver.dynamic import from_dynamic
from gangway_envserver.values import from_tensor

_PLAIN: Final = frozenset(
    {
        info_pb2.INFO_SCALAR_KIND_BOOL,
        info_pb2.INFO_SCALAR_KIND_INT,
        info_pb2.INFO_SCALAR_KIND_FLOAT,
    }
)


@dataclass(frozen=True, slots=True)
class RemoteObject:
    """An object that could not travel: its class and its `repr`, possibly cut."""

    type_name: str
    text: str

    def __str__(self) -> str:
        """The text."""
        return self.text


def info_dicts(batch: info_pb2.InfoBatch, rows: int) -> list[dict[str, Any]]:
    """One dictionary per row; their values share no memory."""
    infos: list[dict[str, Any]] = [{} for _ in range(rows)]
    for column in batch.columns:
        if len(column.present) != rows:
            raise ValueError(
                f"the info {column.key!r} is marked for {len(column.present)} rows: expected {rows}"
            )
        holders = [row for row, present in enumerate(column.present) if present]
        for row, value in zip(holders, _values(column), strict=True):
            infos[row][column.key] = value
    return infos


def _values(column: info_pb2.InfoColumn) -> list[Any]:
    if column.WhichOneof("values") != "stack":
        return [python_value(value) for value in column.list.values]
    stack = from_tensor(column.stack.values)
    if column.stack.kind in _PLAIN:
        return stack.tolist()  # type: ignore[no-any-return]
    if column.stack.kind == info_pb2.INFO_SCALAR_KIND_ARRAY:
        return [np.array(value) for value in stack]
    return list(stack)


def python_value(message: value_pb2.DynamicValue) -> Any:
    """A self-describing value; what is no data is a `RemoteObject`."""
    return from_dynamic(message, opaque=lambda found: RemoteObject(found.type_name, found.text))
