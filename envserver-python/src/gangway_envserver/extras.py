"""The optional packages, which bring environments and wrappers: whose, and how to install them."""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import logging
import os
import sys
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Final

from gymnasium.envs.registration import EnvSpec

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Extra:
    """An optional dependency of this package, named as in pyproject.toml."""

    name: str
    # The module that registers its environments; empty when Gymnasium registers them.
    registers: str = ""
    # How its ids begin, as far as Gymnasium does not register them.
    ids: tuple[str, ...] = ()
    # Where the entry points of those that Gymnasium registers are.
    entry_points: str = ""

    def has(self, name: str, spec: EnvSpec | None) -> bool:
        """Whether the environment is one of this extra's."""
        point = spec.entry_point if spec else None
        if isinstance(point, str) and self.entry_points:
            return point.startswith(self.entry_points)
        return bool(self.ids) and name.startswith(self.ids)

    def advice(self) -> str:
        """What to do to have it."""
        return (
            f"It belongs to the extra {self.name!r}, which is not installed here: run "
            f"`envserver-python/setup --extras {self.name}` in a checkout, or `pip install "
            f"'gangway-envserver[{self.name}]'`, and start the server again."
        )


EXTRAS: Final = (
    Extra("box2d", entry_points="gymnasium.envs.box2d."),
    Extra("mujoco", entry_points="gymnasium.envs.mujoco."),
    Extra("atari", registers="ale_py", ids=("ALE/",)),
    Extra("images"),  # OpenCV, which two of the wrappers need
    Extra("minigrid", registers="minigrid", ids=("MiniGrid-", "BabyAI-")),
)


def extra_of(name: str, spec: EnvSpec | None = None) -> Extra | None:
    """The extra that an environment belongs to; None for none."""
    return next((extra for extra in EXTRAS if extra.has(name, spec)), None)


def opencv_advice() -> str:
    """What to do to have OpenCV."""
    return next(extra.advice() for extra in EXTRAS if extra.name == "images")


def silence_mujoco() -> None:
    """Takes MuJoCo's warnings into the log; its own way is a file MUJOCO_LOG.TXT wherever it runs.

    To be called before one of its models is made.
    """
    with contextlib.suppress(ImportError):
        importlib.import_module("mujoco").set_mju_user_warning(_log.warning)


def import_installed() -> set[str]:
    """Lets the installed extras register their environments; gives their modules."""
    found = set()
    for extra in EXTRAS:
        if extra.registers:
            try:
                importlib.import_module(extra.registers)
                found.add(extra.registers)
            except Exception as error:  # noqa: BLE001 - an import may raise anything
                if getattr(error, "name", None) != extra.registers:
                    _log.warning("The extra %s cannot be used: %r.", extra.name, error)
    return found


def choose_renderer(environment: MutableMapping[str, str] = os.environ) -> None:
    """Lets MuJoCo draw without a display where that is possible.

    Its own default, GLFW, needs one, and without it the second attempt aborts the process.
    """
    if sys.platform != "linux" or environment.keys() & {"MUJOCO_GL", "DISPLAY", "WAYLAND_DISPLAY"}:
        return
    try:
        ctypes.CDLL("libEGL.so.1")
    except OSError:
        return
    environment["MUJOCO_GL"] = "egl"
