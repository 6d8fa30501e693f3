"""Equality as tests mean it: of type, dtype, shape, order of keys and every bit, at any depth."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np


def difference(found: Any, expected: Any, place: str = "it") -> str:
    """What differs first, and where; empty when nothing does."""
    if type(found) is not type(expected) or _form(found) != _form(expected):
        return f"{place} is {found!r}, expected {expected!r}"
    inner = (difference(found[key], expected[key], place + f"[{key!r}]") for key in _keys(expected))
    return next(filter(None, inner), "")


def _form(value: Any) -> Any:
    """What makes up a value beside its parts: for what has no parts, all of it."""
    match value:
        case dict() | list() | tuple():
            return list(_keys(value))
        case np.ndarray() | np.generic():
            return value.dtype, value.shape, b"" if value.dtype == object else value.tobytes()
        case _:
            return value


def _keys(value: Any) -> Iterable[Any]:
    match value:
        case dict():
            return value
        case list() | tuple():
            return range(len(value))
        case np.ndarray() if value.dtype == object:
            return np.ndindex(value.shape)
        case _:
            return ()


def same(found: Any, expected: Any) -> bool:
    """Whether nothing differs."""
    return not difference(found, expected)


def assert_same(found: Any, expected: Any) -> None:
    """Fails with what differs, and where."""
    assert difference(found, expected) == ""
