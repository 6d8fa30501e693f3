"""Environments whose observations have parts of several kinds."""

import copy
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces


class Mixed(gymnasium.Env[Any, Any]):
    """One step: a half for each part of the action that is right.

    The first is (bright column of the image + kind) mod 3, which neither tells by itself; the
    second is the second element of the pair. The numbers of "noise" mean nothing.
    """

    def __init__(self, tuples: bool = False) -> None:
        self._tuples = tuples
        parts = {
            "image": spaces.Box(0, 255, (3, 6, 1), np.uint8),
            "kind": spaces.Discrete(3, start=5),
            "pair": spaces.MultiDiscrete([4, 2]),
            "noise": spaces.Box(-1, 1, (2,), np.float32),
        }
        self.observation_space = spaces.Tuple(parts.values()) if tuples else spaces.Dict(parts)
        self.action_space = spaces.MultiDiscrete([3, 2])

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        column, kind = self.np_random.integers(3, size=2)
        pair = self.np_random.integers([4, 2])
        image = np.zeros((3, 6, 1), np.uint8)
        image[:, 2 * column : 2 * column + 2] = 255
        self._best = np.array([(column + kind) % 3, pair[1]])
        self._observation = {
            "image": image,
            "kind": np.int64(kind + 5),
            "pair": pair,
            "noise": self.np_random.uniform(-1, 1, 2).astype(np.float32),
        }
        return self._observed(), {}

    def step(self, action: Any) -> Any:
        return self._observed(), float((action == self._best).mean()), True, False, {}

    def _observed(self) -> Any:
        observation = copy.deepcopy(self._observation)
        return tuple(observation.values()) if self._tuples else observation


gymnasium.register("Mixed-v0", Mixed)
gymnasium.register("MixedTuple-v0", Mixed, kwargs={"tuples": True})
