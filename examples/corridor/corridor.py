"""A corridor: walk right to the door before time runs out. Registers Corridor-v0."""

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces

LENGTH = 10  # cells; the door is behind the last one


class Corridor(gymnasium.Env[np.ndarray, np.int64]):
    """Observation: the position scaled to [0, 1]. Actions: 0 left, 1 right. Reward: -1 a step."""

    def __init__(self) -> None:
        self.observation_space = spaces.Box(0.0, 1.0, (1,), np.float32)
        self.action_space = spaces.Discrete(2)
        self.position = 0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Starts in one of the two leftmost cells."""
        super().reset(seed=seed)
        self.position = int(self.np_random.integers(2))
        return self._observation(), {}

    def step(self, action: np.int64) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """Moves one cell; the wall on the left holds."""
        self.position = max(0, self.position + (1 if action == 1 else -1))
        return self._observation(), -1.0, self.position >= LENGTH, False, {}

    def _observation(self) -> np.ndarray:
        return np.array([self.position / LENGTH], np.float32)


gymnasium.register("Corridor-v0", entry_point=Corridor, max_episode_steps=100)
