"""Seeds of the environments' own spaces, from which some environments draw.

Gymnasium's `reset(seed=…)` does not reach a space's generator, which is seeded by the operating
system. This module imports little, because every worker imports it.
"""

from __future__ import annotations

import hashlib
import operator
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
        self._reset = reset
        self._places = list(_places(environment))
        self._seed: int | None = None
        self._counts = dict.fromkeys(_ROLES, 0)
        self._found: list[Any] = [None] * len(self._places)

    def __call__(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        if seed is not None:
            self._seed = seed
            self._counts = dict.fromkeys(_ROLES, 0)
            self._found = [None] * len(self._places)
            self._seed_new(seed)
        result = self._reset(seed=seed, options=options)
        if self._seed is not None:
            self._seed_new(self._seed)
        return result

    def _seed_new(self, seed: int) -> None:
        found = [getattr(owner, name, None) for _, owner, name in self._places]
        if all(map(operator.is_, found, self._found)):  # nearly always, and in no time
            return
        seeded = [space for space in self._found if space is not None]
        for (role, _, _), space in zip(self._places, found, strict=True):
            if isinstance(space, gymnasium.Space) and not any(space is each for each in seeded):
                space.seed(space_seed(seed, role, self._counts[role]))
                self._counts[role] += 1
                seeded.append(space)
        self._found = found


def _places(environment: Any) -> Iterator[tuple[str, Any, str]]:
    """Where an environment and all that it wraps hold spaces: role, holder and attribute."""
    wrappers = (gymnasium.Wrapper, gymnasium.vector.VectorWrapper)
    while True:
        for role in _ROLES:
            for name in (f"{role}_space", f"single_{role}_space"):
                if not isinstance(environment, wrappers):
                    if not name.startswith("single") or isinstance(
                        environment, gymnasium.vector.VectorEnv
                    ):
                        yield role, environment, name
                elif any(name in vars(kind) for kind in type(environment).__mro__[:-1]):
                    # Gymnasium's own properties ask the wrapped environment, at each layer again,
                    # where the wrapper has no space.
                    own = f"_{name}" if _is_gymnasiums(type(environment), name) else name
                    yield role, environment, own
        if not isinstance(environment, wrappers):
            return
        environment = environment.env


def _is_gymnasiums(kind: type[Any], name: str) -> bool:
    """Whether a wrapper class has the property of Gymnasium's base class."""
    bases = (gymnasium.Wrapper, gymnasium.vector.VectorWrapper)
    return any(getattr(kind, name) is getattr(base, name, None) for base in bases)
