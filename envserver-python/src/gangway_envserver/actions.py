"""Checks and decodes a batch of actions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver._proto import value_pb2
from gangway_envserver.errors import RequestFailed
from gangway_envserver.kinds import Kind, Misfit

_SHOWN_CHARACTERS = 300
_WHOLE = "The actions"


class ActionDecoder:
    """Turns a Value into n actions, each as Gymnasium's vector environments would give it."""

    def __init__(self, kind: Kind, copies: int) -> None:
        self._kind = kind
        self._copies = copies
        self._without_length = not kind.has_length()

    def decode(
        self, value: value_pb2.Value, ignored: Sequence[bool] | None = None
    ) -> Iterable[Any]:
        """The actions, n of them. Members are not checked where `ignored` is true."""
        if self._without_length:  # nothing in it: the batch is like a single one
            return [self.decode_whole(value) for _ in range(self._copies)]
        return self._kind.split(self.decode_whole(value, ignored))

    def decode_whole(self, value: value_pb2.Value, ignored: Sequence[bool] | None = None) -> Any:
        """The batch of actions that a vector environment takes, checked likewise."""
        try:
            return self._kind.from_batch(value, self._copies, _WHOLE, ignored)
        except Misfit as misfit:
            raise self._refusal(misfit) from None

    def _refusal(self, misfit: Misfit) -> RequestFailed:
        if misfit.copy is None:
            return RequestFailed(
                pb.FAILURE_REASON_INVALID_ACTION,
                f"{misfit.place} {misfit.found}: expected {misfit.expected}, in a batch of "
                f"{self._copies} × {str(self._kind.space)[:_SHOWN_CHARACTERS]}. No copy was "
                "stepped.",
                expected=misfit.expected,
                found=misfit.found,
            )
        where = misfit.place.removeprefix(_WHOLE)
        return RequestFailed(
            pb.FAILURE_REASON_INVALID_ACTION,
            f"The action of copy {misfit.copy} is {misfit.found}{where and f' at {where}'}: "
            f"expected an element of {misfit.expected}. No copy was stepped.",
            copy=misfit.copy,
            expected=misfit.expected,
            found=misfit.found,
        )
