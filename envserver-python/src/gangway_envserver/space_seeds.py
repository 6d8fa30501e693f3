"""Seeds of the environments' own spaces, from which some environments draw.

Gymnasium's `reset(seed=…)` does not reach a space's generator, which is seeded by the operating
system. This module imports little, because every worker imports it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

import gymnasium

_ROLES: Final = ("action", "observation")
_Resettable = TypeVar(
    "_Resettable", bound="gymnasium.Env[Any, Any] | gymnasium.vector.VectorEnv[Any, Any, Any]"
)


def space_seed(seed: int, role: str, index: int) -> int:
    """A space's seed, as `EnvironmentSettings.seed_spaces` derives it from a reset's `seed`."""
    text = f"gangway/space-seed/{seed}/{role}/{index}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1


def seed_spaces(environment: _Resettable) -> _Resettable:
    """Lets resets seed the environment's own spaces, too; gives the environment.

    The reset is replaced in the environment itself: a wrapper would cost time in every step.
    """
    setattr(environment, "reset", _SeedingReset(environment, environment.reset))  # noqa: B010
    return environment


class _SeedingReset:
    """Once a reset had a seed, spaces that appear later are seeded by it, too."""

    def __init__(self, environment: Any, reset: Callable[..., Any]) -> None:
        self._environment = environment
        self._reset = reset
        self._seed: int | None = None
        self._counts = dict.fromkeys(_ROLES, 0)
        self._seeded: list[Any] = []

    def __call__(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        if seed is not None:
            self._seed = seed
            self._counts = dict.fromkeys(_ROLES, 0)
            self._seeded = []
            self._seed_new(seed)
        result = self._reset(seed=seed, options=options)
        if self._seed is not None:
            self._seed_new(self._seed)
        return result

    def _seed_new(self, seed: int) -> None:
        found: list[Any] = []
        for role, space in _spaces(self._environment):
            if any(space is each for each in found):
                continue
            found.append(space)
            if not any(space is each for each in self._seeded):
                space.seed(space_seed(seed, role, self._counts[role]))
                self._counts[role] += 1
        self._seeded = found


def _spaces(environment: Any) -> Iterator[tuple[str, gymnasium.Space[Any]]]:
    """The spaces of an environment and of all that it wraps, each at least once."""
    while True:
        for role in _ROLES:
            for name in (f"{role}_space", f"single_{role}_space"):
                space = getattr(environment, name, None)
                if isinstance(space, gymnasium.Space):
                    yield role, space
        if not isinstance(environment, gymnasium.Wrapper | gymnasium.vector.VectorWrapper):
            return
        environment = environment.env
