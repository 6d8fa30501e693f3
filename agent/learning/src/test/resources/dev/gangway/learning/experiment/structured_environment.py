"""Environments with structured actions, masks in the observation, or observations out of bounds."""

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces

TARGETS = np.array([[-0.5, 0.5], [0.0, -0.5], [0.5, 0.0]], np.float32)


class Structured(gymnasium.Env[np.int64, dict[str, Any]]):
    """One step: the best action depends on the context c that is observed.

    The reward is the sum of four parts, each 1 at best: the move is c - 1, the force is near the
    c-th target, the bits are those of c, and the gear is one of those that the mask allows, c of 3.
    """

    def __init__(self) -> None:
        self.observation_space = spaces.Discrete(3)
        move = spaces.Tuple((spaces.Discrete(3, start=-1), spaces.Box(-1, 1, (2,), np.float32)))
        self.action_space = spaces.Dict(
            {"way": move, "bits": spaces.MultiBinary(2), "gear": spaces.MultiDiscrete([3, 2])}
        )
        self._context = 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        self._context = int(self.np_random.integers(3))
        gears = np.eye(3, dtype=np.int8)[self._context]
        mask = {"way": (None, None), "gear": (gears, np.ones(2, np.int8)), "bits": None}
        return np.int64(self._context), {"action_mask": mask}

    def step(self, action: dict[str, Any]) -> Any:
        if not self.action_space.contains(action) or list(action) != list(self.action_space.spaces):
            raise ValueError(f"expected an action of {self.action_space}, found {action}")
        move, force = action["way"]
        c = self._context
        error = float(np.abs(force - TARGETS[c]).mean())
        bits = (action["bits"] == [c & 1, c >> 1]).mean()
        reward = float(move == c - 1) + 1 - error + float(bits) + float(action["gear"][0] == c)
        return np.int64(c), reward, True, False, {}


gymnasium.register("Structured-v0", Structured)


class Masked(gymnasium.Env[dict[str, np.ndarray], np.int64]):
    """Observes which of three actions are allowed, as environments for PettingZoo's agents do.

    Of the allowed actions the one that the observation names is worth 1; a forbidden one raises.
    """

    def __init__(self) -> None:
        self.observation_space = spaces.Dict(
            {
                "action_mask": spaces.Box(0, 1, (3,), np.int8),
                "observation": spaces.Box(-1, 1, (3,), np.float32),
            }
        )
        self.action_space = spaces.Discrete(3)
        self._best = 0
        self._mask = np.ones(3, np.int8)
        self._steps = 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        self._steps = 0
        return self._next(), {}

    def step(self, action: np.int64) -> Any:
        if not self._mask[action]:
            raise ValueError(f"expected one of the actions of {self._mask}, found {action}")
        reward = float(action == self._best)
        self._steps += 1
        return self._next(), reward, self._steps == 10, False, {}

    def _next(self) -> dict[str, np.ndarray]:
        self._best = int(self.np_random.integers(3))
        self._mask = np.ones(3, np.int8)
        self._mask[(self._best + 1 + self.np_random.integers(2)) % 3] = 0
        return {"action_mask": self._mask, "observation": np.eye(3, dtype=np.float32)[self._best]}


gymnasium.register("Masked-v0", Masked)


class Beyond(gymnasium.Env[np.ndarray, np.int64]):
    """Observes a number outside of its space."""

    def __init__(self) -> None:
        self.observation_space = spaces.Box(-1, 1, (1,), np.float32)
        self.action_space = spaces.Discrete(2)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        return np.zeros(1, np.float32), {}

    def step(self, action: np.int64) -> Any:
        return np.full(1, 2, np.float32), 1.0, True, False, {}


gymnasium.register("Beyond-v0", Beyond)
