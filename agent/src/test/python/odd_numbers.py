"""Environments whose numbers a network cannot take. Registers odd/…-v0."""

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces


class Odd(gymnasium.Env[Any, Any]):
    """Episodes of 40 steps that observe (0, 0.5) and earn 1 a step."""

    length = 40
    observation_space: spaces.Space[Any] = spaces.Box(-1, 1, (2,), np.float32)
    action_space = spaces.Discrete(2)

    def __init__(self) -> None:
        self.t = 0

    def observation(self) -> Any:
        return np.array([0, 0.5], np.float32)

    def reward(self) -> float:
        return 1.0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        self.t = 0
        return self.observation(), {}

    def step(self, action: Any) -> Any:
        self.t += 1
        return self.observation(), self.reward(), self.t >= self.length, False, {}


class BadReward(Odd):
    """Earns another number in one step of its life."""

    def __init__(self, what: str = "nan", at: int = 300) -> None:
        super().__init__()
        self.what = float(what)
        self.at = at
        self.total = 0

    def reward(self) -> float:
        self.total += 1
        return self.what if self.total == self.at else 1.0


class NanObservation(Odd):
    """Observes what is not a number from step 3 on."""

    def observation(self) -> Any:
        return np.array([0, np.nan if self.t >= 3 else 0.5], np.float32)


class HugeObservation(Odd):
    """Observes float64 numbers beyond float32."""

    observation_space = spaces.Box(-np.inf, np.inf, (2,), np.float64)

    def observation(self) -> Any:
        return np.array([1e300, 1.0])


class OutOfRange(Odd):
    """An off-by-one: the last state is n."""

    observation_space = spaces.Discrete(20)

    def observation(self) -> Any:
        return self.t


class OutOfBounds(Odd):
    """Observes 7 at step 5, where the bounds are ±1."""

    def observation(self) -> Any:
        return np.array([0, 7 if self.t == 5 else 0.5], np.float32)


class Empty(Odd):
    """Nothing to see."""

    observation_space = spaces.Box(-1, 1, (0,), np.float32)

    def observation(self) -> Any:
        return np.zeros(0, np.float32)


class Light(Odd):
    """One step: say which half of a noisy picture is brighter."""

    length = 1
    observation_space = spaces.Box(0, 255, (12, 12, 1), np.uint8)

    def observation(self) -> Any:
        self.side = int(self.np_random.integers(2))
        picture = self.np_random.integers(60, 140, (12, 12, 1))
        picture[:, 6 * self.side : 6 * self.side + 6] += 40
        return picture.astype(np.uint8)

    def step(self, action: Any) -> Any:
        reward = float(action == self.side)
        return self.observation(), reward, True, False, {}


for environment in (
    BadReward,
    NanObservation,
    HugeObservation,
    OutOfRange,
    OutOfBounds,
    Empty,
    Light,
):
    gymnasium.register(f"odd/{environment.__name__}-v0", environment)
