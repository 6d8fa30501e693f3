"""Environments that do what Gymnasium's own never do; the tests' server imports this module."""

import threading
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces


class Odd(gymnasium.Env[np.ndarray, np.int64]):
    """Action 0 steps, 1 raises, 2 never returns."""

    def __init__(self, size: int = 1) -> None:
        self.observation_space = spaces.Box(0, 255, (size,), np.uint8)
        self.action_space = spaces.Discrete(3)
        self._size = size

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        return np.zeros(self._size, np.uint8), {} if options is None else {"options": options}

    def step(self, action: np.int64) -> Any:
        if action == 1:
            raise ValueError("the odd environment does not like 1")
        if action == 2:
            threading.Event().wait()
        return np.full(self._size, 7, np.uint8), 0.5, False, False, {}


class OwnSpace(gymnasium.Space[np.ndarray]):
    """A space that is none of Gymnasium's."""


class Own(Odd):
    """Observes a Dict with a space of its own, which has no form on the wire."""

    def __init__(self) -> None:
        super().__init__()
        self.observation_space = spaces.Dict({"position": OwnSpace()})


class Speaks(Odd):
    """Its infos hold an object, after a reset as `reset`, after a step deep in `step`."""

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        observation, info = super().reset(seed=seed, options=options)
        return observation, info if options else {"reset": Odd}

    def step(self, action: np.int64) -> Any:
        return (*super().step(action)[:4], {"step": [{"deep": threading.Event}]})


gymnasium.register("Odd-v0", Odd)
gymnasium.register("Speaks-v0", Speaks)
gymnasium.register("Own-v0", Own)
