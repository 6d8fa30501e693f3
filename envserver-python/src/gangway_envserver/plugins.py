"""Installed packages that register environments by an entry point of the group `gymnasium.envs`.

Gymnasium loaded these itself before its version 1.0. The name of an entry point is the namespace of
the ids that it registers; `__root__` stands for those that the plugin chooses itself.
"""

from __future__ import annotations

import contextlib
import logging
from importlib import metadata
from typing import Any, Final

import gymnasium
from gymnasium.envs.registration import namespace

GROUP: Final = "gymnasium.envs"
_ROOT: Final = "__root__"
_log = logging.getLogger(__name__)


def load_all() -> dict[str, str]:
    """Lets every plugin register its environments; gives the plugin of each id that is new."""
    owners: dict[str, str] = {}
    for point in metadata.entry_points(group=GROUP):
        before = set(gymnasium.registry)
        try:
            _load(point)
        except Exception as error:  # noqa: BLE001 - a plugin may raise anything
            _log.warning("The plugin %s cannot be used: %r.", point.value, error)
        owners |= dict.fromkeys(set(gymnasium.registry) - before, point.name)
    return owners


def load(name: str) -> None:
    """Lets the plugins of this name register their environments; raises what they raise."""
    for point in metadata.entry_points(group=GROUP, name=name):
        _load(point)


def _load(point: metadata.EntryPoint) -> None:
    loaded: Any = point.load()
    inside = contextlib.nullcontext() if point.name == _ROOT else namespace(point.name)
    with inside:
        if callable(loaded):  # a module registers its environments when it is imported
            loaded()
