"""Makes one copy of an environment, in this process or in a worker of its own.

This module imports little, because every worker imports it.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import Any

import gymnasium

from gangway_envserver import plugins
from gangway_envserver.copies import NumberedCopy
from gangway_envserver.extras import extra_of, silence_mujoco
from gangway_envserver.portable import portable

Environment = gymnasium.Env[Any, Any]


@dataclass(frozen=True, slots=True)
class CopyMaker:
    """Calls `gymnasium.make`. Can be pickled; imports the modules that register the environment.

    Where it was registered by a plugin, `plugin` names that.
    """

    name: str
    arguments: dict[str, Any]
    modules: tuple[str, ...]
    plugin: str | None
    wraps: tuple[Callable[[Environment], Environment], ...]

    def __call__(self) -> Environment:
        """A new copy; raises what the import or the constructor raises."""
        for module in self.modules:
            importlib.import_module(module)
        if self.plugin is not None and self.name not in gymnasium.registry:  # in a worker
            plugins.load(self.plugin)
        environment = portable(gymnasium.make(self.name, **self.arguments))
        try:
            for wrap in self.wraps:
                environment = wrap(environment)
        except BaseException:
            environment.close()
            raise
        return environment


@dataclass(frozen=True, slots=True)
class WorkerMaker:
    """Makes the copy of a worker process, which then ends with the process that it works for."""

    make: CopyMaker
    copy: int

    def __call__(self) -> Environment:
        """As the maker."""
        parent = multiprocessing.parent_process()
        if parent is not None:  # Gymnasium calls it in this process, too, to see the spaces
            threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
            extra = extra_of(self.make.name, gymnasium.registry.get(self.make.name))
            if extra and extra.name == "mujoco":
                silence_mujoco()
        return NumberedCopy(self.make(), self.copy)


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
