"""An environment whose observations are large and cost nothing to make: 84 × 84 × 4 bytes."""

from typing import Any

import gymnasium
import numpy as np

SHAPE = (84, 84, 4)


class Pixels(gymnasium.Env[np.ndarray, np.int64]):
    """Shows noise that is drawn once, one of a few pictures at each step; episodes never end."""

    def __init__(self) -> None:
        self.observation_space = gymnasium.spaces.Box(0, 255, SHAPE, np.uint8)
        self.action_space = gymnasium.spaces.Discrete(4)
        self._pictures = np.random.default_rng(0).integers(0, 256, (8, *SHAPE), np.uint8)
        self._steps = 0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """The next picture."""
        super().reset(seed=seed)
        return self._picture(), {}

    def step(self, action: np.int64) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """The next picture."""
        return self._picture(), 1.0, False, False, {}

    def _picture(self) -> np.ndarray:
        self._steps += 1
        picture: np.ndarray = self._pictures[self._steps % len(self._pictures)]
        return picture


gymnasium.register("Pixels-v0", f"{__name__}:Pixels")
