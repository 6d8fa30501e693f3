"""Environments that do what Gymnasium's own never do; the tests' server imports this module."""

import threading
from typing import Any

import gymnasium
import numpy as np
from described import described
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


SENT = {
    "z": None,
    "a": {"y": {"x": {}}, "b": [True, [None, "t", []], {"k": -0.0}]},
    "numbers": [0, -1, 2**63 - 1, -(2**63), 2**63, -(2**200), 1.5, float("inf"), float("nan")],
    "texts": ["", "é😀", b"", b"\0\xff"],
    "scalars": [np.float32(1.5), np.uint8(255)],
    "arrays": [
        np.arange(6).reshape(2, 3).astype(name)
        for name in (
            *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
            *("float16", "float32", "float64"),
        )
    ],
    "odd arrays": [np.zeros((2, 0)), np.array(7, np.int8)],
}


class Receives(Odd):
    """Tells in words what options it received, and what it receives in process of `SENT`."""

    def __init__(self, *, compares: bool = True) -> None:
        super().__init__()
        self._compares = compares

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        info = {"received": described(options)}
        if self._compares:
            alone = gymnasium.make("Receives-v0", compares=False)
            info["in process"] = alone.reset(options=SENT)[1]["received"]
        return super().reset(seed=seed)[0], info


gymnasium.register("Odd-v0", Odd)
gymnasium.register("Receives-v0", Receives)
gymnasium.register("Speaks-v0", Speaks)
gymnasium.register("Own-v0", Own)
