"""An environment of images with what AtariPreprocessing asks of ale-py, registered at import."""

from __future__ import annotations

from typing import Any, cast

import gymnasium
import numpy as np
from gymnasium import spaces

Array = np.ndarray[Any, Any]
_SHAPE = (30, 40, 3)
_LIVES = 3


class Screen(gymnasium.Env[Any, Any]):
    """Random pixels; a life is lost on some of the actions 1, an episode ends with the last."""

    metadata: dict[str, Any] = {"render_modes": ["rgb_array"], "render_fps": 60}  # noqa: RUF012
    _frameskip = 1

    def __init__(self, render_mode: str | None = None) -> None:
        self.observation_space = spaces.Box(0, 255, _SHAPE, np.uint8)
        self.action_space = spaces.Discrete(2)
        self.render_mode = render_mode
        self.ale = self
        self.pixels = np.zeros(_SHAPE, np.uint8)
        self.left = _LIVES

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Array, dict[str, Any]]:
        super().reset(seed=seed)
        del options
        self.left = _LIVES
        return self._next(), {"lives": self.left}

    def step(self, action: int) -> tuple[Array, float, bool, bool, dict[str, Any]]:
        pixels = self._next()
        if action == 1 and pixels[0, 0, 0] < 32:
            self.left -= 1
        return pixels, float(pixels[0, 0, 1]), self.left == 0, False, {"lives": self.left}

    def render(self) -> Any:
        return self.pixels

    def _next(self) -> Array:
        self.pixels = self.np_random.integers(0, 256, _SHAPE, np.uint8)
        return self.pixels

    def get_action_meanings(self) -> list[str]:
        return ["NOOP", "FIRE"]

    def lives(self) -> int:
        return self.left

    def getScreenGrayscale(self, into: Array) -> None:  # noqa: N802 - ale-py's name
        into[:] = self.pixels.mean(axis=2)

    def getScreenRGB(self, into: Array) -> None:  # noqa: N802 - ale-py's name
        into[:] = self.pixels


gymnasium.register(
    "test/Screen-v0",
    entry_point=cast("Any", Screen),
    disable_env_checker=True,
    max_episode_steps=90,
)
