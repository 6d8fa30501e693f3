"""The info dictionary of a vector environment as columns.

Gymnasium's rule (`VectorEnv._add_info`): a key's values stand in one array with a row per copy,
whose dtype is that of the first value; `_key` is the mask of the copies that have it; a nested
dictionary is again of this form; what has no numeric type stands in an array of objects. A column
holds the rows of the copies that have the key, NumPy scalars of the array's dtype, or bools, so
that a client that applies the same rule to them gets the same dictionary.

An environment's own vector implementation may give more: an array with a row per copy and no mask
counts as present in every copy, and so does any other value, as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gangway_envserver._proto import info_pb2
from gangway_envserver.errors import portable_text
from gangway_envserver.info import fill, taken

Array = np.ndarray[Any, Any]


def vector_info_batch(
    infos: Mapping[Any, Any], copies: int, rows: Array | None = None
) -> info_pb2.InfoBatch:
    """One column per key, in the dictionary's order; of all the copies' rows, or of those named."""
    batch = info_pb2.InfoBatch()
    if not infos:
        return batch
    chosen = np.arange(copies) if rows is None else rows
    for key, values in infos.items():
        if _is_mask(key, infos, copies):
            continue
        present = _present(key, infos, copies)[chosen]
        if present.any():
            column = batch.columns.add(key=portable_text(str(key)), present=present.tobytes())
            fill(column, list(map(taken, _values(values, copies, chosen[present]))))
    return batch


def _is_mask(key: Any, infos: Mapping[Any, Any], copies: int) -> bool:
    return (
        isinstance(key, str)
        and key.startswith("_")
        and key[1:] in infos
        and _mask(infos[key], copies) is not None
    )


def _mask(value: Any, copies: int) -> Array | None:
    alike = isinstance(value, np.ndarray) and value.dtype == np.bool_ and value.shape == (copies,)
    return value if alike else None


def _present(key: Any, infos: Mapping[Any, Any], copies: int) -> Array:
    mask = _mask(infos.get(f"_{key}"), copies)
    return np.ones(copies, np.bool_) if mask is None else mask


def _values(values: Any, copies: int, rows: Array) -> list[Any]:
    """The values of these rows, each as its copy's info would hold it."""
    if isinstance(values, Mapping):
        nested: list[dict[Any, Any]] = [{} for _ in rows]
        for key, inner in values.items():
            if not _is_mask(key, values, copies):
                present = _present(key, values, copies)[rows]
                holders = (row for row, has in zip(nested, present, strict=True) if has)
                for row, value in zip(holders, _values(inner, copies, rows[present]), strict=True):
                    row[key] = value
        return nested
    if isinstance(values, np.ndarray) and values.ndim and len(values) == copies:
        # A bool array is what Gymnasium makes of Python's bools; of NumPy's it makes objects.
        plain = values.dtype == np.bool_ and values.ndim == 1
        return values[rows].tolist() if plain else list(values[rows])
    return [values] * len(rows)
