"""Spaces whose `seed` also seeds the environment's own space at the server."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from gymnasium import Space


class _Forwarding:
    """Comes before the space's own class, whose objects its pickles and copies are."""

    def seed(self, seed: Any = None) -> Any:
        """As the space's; what is drawn here is drawn as in process."""
        seeds = super().seed(seed)  # type: ignore[misc]
        if seed is not None:
            self.__dict__["_forward"](seed)
        return seeds

    def __reduce__(self) -> Any:
        """Makes a space of its own class, without the connection."""
        plain: Any = object.__new__(type(self).__bases__[1])
        plain.__dict__ = {key: value for key, value in self.__dict__.items() if key != "_forward"}
        return copy.copy, (plain,)


def forwarding(space: Space[Any], forward: Callable[[Any], None]) -> Space[Any]:
    """An equal space, which tells `forward` the seeds that it is given."""
    own = type(space)
    made: Space[Any] = object.__new__(type(own.__name__, (_Forwarding, own), {}))
    made.__dict__ = space.__dict__ | {"_forward": forward}
    return made
