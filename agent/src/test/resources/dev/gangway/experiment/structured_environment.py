"""An environment whose actions are a Dict with a Tuple in it."""

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
