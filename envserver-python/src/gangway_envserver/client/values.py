"""Observations and actions of a space between Gymnasium's forms and messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from gymnasium import Space, spaces

from gangway_envserver._proto import value_pb2
from gangway_envserver.kind_of import kind_of

_SHOWN_CHARACTERS = 300


class Codec:
    """Values of one space. What comes is what the environment gave, member of its space or not."""

    def __init__(self, space: Space[Any], role: str) -> None:
        self.space = space
        self._kind = kind_of(space, role, members=False)

    def batch(self, message: value_pb2.Value, n: int) -> Any:
        """The batch of n values of a message, in Gymnasium's vector form."""
        return self._kind.from_batch(message, n, "The observations")

    def rows(self, message: value_pb2.Value, n: int) -> list[Any]:
        """The n values of a batch, one by one, as a single environment gives them."""
        batch = self.batch(message, n)
        rows: Iterable[Any] = (
            self._kind.split(batch) if self._kind.has_length() else [batch for _ in range(n)]
        )
        return [_as_single(self.space, row) for row in rows]

    def message(self, values: Iterable[Any]) -> value_pb2.Value:
        """The message of a batch of values given one by one; ValueError when one does not fit."""
        return self._kind.batch([self._encode(value) for value in values])

    def batch_message(self, batch: Any, n: int) -> value_pb2.Value:
        """The message of a batch in Gymnasium's vector form; ValueError when it does not fit."""
        if not self._kind.has_length():
            return self.message([batch for _ in range(n)])
        try:
            rows = list(self._kind.split(batch))
        except (TypeError, ValueError):
            rows = []
        if len(rows) != n:
            found = repr(batch)[:_SHOWN_CHARACTERS]
            raise ValueError(f"The actions are {found}: expected {n} of {self.space}.")
        return self.message(rows)

    def _encode(self, value: Any) -> Any:
        try:
            return self._kind.encode(value)
        except (TypeError, ValueError):
            found = repr(value)[:_SHOWN_CHARACTERS]
            raise ValueError(
                f"The action is {found}, a {type(value).__name__}: expected an element of "
                f"{self.space}."
            ) from None


def _as_single(space: Space[Any], value: Any) -> Any:
    """A row of a batch as the space has it: NumPy makes a scalar of an array without axes."""
    match space:
        case spaces.Tuple():
            return tuple(
                _as_single(part, each) for part, each in zip(space.spaces, value, strict=True)
            )
        case spaces.Dict():
            return {key: _as_single(part, value[key]) for key, part in space.spaces.items()}
        case spaces.Box():
            return np.asarray(value)
        case _:
            return value
