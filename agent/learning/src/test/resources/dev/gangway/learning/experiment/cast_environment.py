"""An environment that says what NumPy makes of real numbers as actions; for a test's server."""

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces

DTYPES = [
    *("float16", "float32", "float64", "bool"),
    *("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
]


class Cast(gymnasium.Env[Any, Any]):
    """Observes real numbers; the reward is 1 for the action that they are, clipped and cast.

    `size` chooses the type of the actions. Their first half lies within narrow bounds, the second
    has the type's own limits or, for floats, none.
    """

    def __init__(self, size: int = 0) -> None:
        dtype = np.dtype(DTYPES[size])
        if dtype.kind == "f":
            low, high = np.array([-2.7, -np.inf], dtype), np.array([7.3, np.inf], dtype)
        elif dtype.kind == "b":
            low, high = np.array([0, 0], dtype), np.array([1, 1], dtype)
        else:
            limits = np.iinfo(dtype)
            low = np.array([max(-3, limits.min), limits.min], dtype)
            high = np.array([5, limits.max], dtype)
        self.action_space = spaces.Box(low.repeat(16), high.repeat(16), dtype=dtype.type)
        self.observation_space = spaces.Box(-np.inf, np.inf, (32,), np.float32)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        scale = 10.0 ** self.np_random.integers(-9, 21, 32)
        numbers = self.np_random.standard_normal(32) * scale
        numbers[::5] = self.np_random.integers(-8, 9, numbers[::5].shape) / 2  # halves
        self._numbers = numbers.astype(np.float32)
        return self._numbers, {}

    def step(self, action: Any) -> Any:
        with np.errstate(over="ignore"):
            expected = self._cast()
        reward = float(action.dtype == expected.dtype and action.tobytes() == expected.tobytes())
        return self._numbers, reward, False, False, {"expected": expected, "found": action}

    def _cast(self) -> Any:
        space = self.action_space
        if space.dtype.kind == "f":
            return np.clip(self._numbers.astype(np.float64), space.low, space.high).astype(
                space.dtype
            )
        # Python's integers, which no bound is too wide for; `round` takes halves to the even one.
        numbers = [
            max(int(low), min(int(high), round(float(number))))
            for number, low, high in zip(self._numbers, space.low, space.high, strict=True)
        ]
        return np.array(numbers, space.dtype)


gymnasium.register("Cast-v0", Cast, disable_env_checker=True)
