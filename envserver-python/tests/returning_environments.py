"""Environments whose returned values are easily taken over wrongly, registered on import."""

from __future__ import annotations

from typing import Any, ClassVar, cast

import gymnasium
import numpy as np
from gymnasium import spaces


class Base(gymnasium.Env[Any, Any]):
    """Counts its steps, of which an episode has three."""

    metadata: dict[str, Any] = {"render_modes": ["rgb_array"], "render_fps": 5}  # noqa: RUF012

    def __init__(self, render_mode: str | None = None) -> None:
        self.observation_space: Any = spaces.Box(-1000, 1000, (1,), np.float32)
        self.action_space: Any = spaces.Discrete(10)
        self.render_mode = render_mode
        self.t = 0

    def reset(self, **settings: Any) -> Any:
        super().reset(**settings)
        self.t = 0
        return self.observe(), self.inform()

    def step(self, action: Any) -> Any:
        self.t += 1
        return self.observe(), self.reward(action), self.t >= 3, False, self.inform()

    def observe(self) -> Any:
        return np.array([self.t], np.float32)

    def inform(self) -> Any:
        return {}

    def reward(self, action: Any) -> Any:
        return float(action)


class Reuse(Base):
    """Returns the same objects for its whole life, and clears the reward at a reset."""

    def __init__(self, render_mode: str | None = None) -> None:
        super().__init__(render_mode)
        self._observation = np.zeros(1, np.float32)
        self._reward = np.zeros((), np.float32)
        self._array = np.zeros(2, np.int64)
        self._list = [0]
        self._deep = {"array": np.zeros(1, np.int64)}
        self._info: dict[str, Any] = {"array": self._array, "list": self._list, "deep": self._deep}

    def reset(self, **settings: Any) -> Any:
        self._reward[...] = 0
        return super().reset(**settings)

    def observe(self) -> Any:
        self._observation[:] = self.t
        return self._observation

    def inform(self) -> Any:
        self._array[:] = self.t
        self._list[0] = self.t
        self._deep["array"][:] = self.t
        self._info["flat"] = self.t
        return self._info

    def reward(self, action: Any) -> Any:
        self._reward[...] = 10 * self.t + action
        return self._reward


class Shared(Base):
    """All copies return the same objects, with the action of the copy that was stepped last."""

    observation: ClassVar[Any] = np.zeros(1, np.float32)
    info: ClassVar[dict[str, Any]] = {}
    mask: ClassVar[Any] = np.zeros(10, np.int8)
    rewards: ClassVar[Any] = np.zeros(1)
    frame: ClassVar[Any] = np.zeros((2, 2, 3), np.uint8)
    value: ClassVar[list[int]] = [0]

    def __init__(self, render_mode: str | None = None) -> None:
        super().__init__(render_mode)
        self.action = 0

    def step(self, action: Any) -> Any:
        self.action = int(action)
        return super().step(action)

    def observe(self) -> Any:
        self.observation[:] = self.action
        return self.observation

    def inform(self) -> Any:
        self.mask[:] = 0
        self.mask[self.action] = 1
        self.value[0] = self.action
        if self.action:
            self.info.update(mask=self.mask, action=self.action, list=self.value)
        else:
            self.info.clear()
        return self.info

    def reward(self, action: Any) -> Any:
        self.rewards[0] = action
        return self.rewards

    def render(self) -> Any:
        self.frame[...] = self.action
        return self.frame

    def told(self) -> list[int]:
        """The action, in the list that all copies share."""
        self.value[0] = self.action
        return self.value

    @property
    def seen(self) -> Any:
        """The action, in the array that all copies share."""
        self.observation[:] = self.action
        return self.observation


class Odd(Base):
    """Copy 1 gives something odd at its second step, or at its reset, of the sort `what`."""

    made = 0

    def __init__(self, what: str = "") -> None:
        super().__init__()
        self.what = what if Odd.made % 2 else ""
        Odd.made += 1

    def reset(self, **settings: Any) -> Any:
        observation, info = super().reset(**settings)
        if self.what == "reset alone":
            return observation
        return observation, None if self.what == "reset info" else info

    def step(self, action: Any) -> Any:
        observation, reward, terminated, truncated, info = super().step(action)
        if self.t < 2:
            return observation, reward, terminated, truncated, info
        match self.what:
            case "four":
                return observation, reward, terminated, info
            case "none":
                return None
            case "terminated":
                terminated = None
            case "truncated":
                truncated = np.array([True, False])
            case "info":
                info = None
            case "observation":
                observation = None
        rewards: dict[str, Any] = {
            "reward none": None,
            "rewards": np.array([1.0, -1.0], np.float32),
            "text": "1.5",
            "complex": 1j,
            "huge": 10**400,
            "one": np.array([[1.5]]),
            "list": [1.5],
            "nan": np.array([0x7FF8DEADBEEF0001], np.uint64).view(np.float64)[0],
            "infinite": float("-inf"),
            "flags": 1.5,
        }
        if self.what == "flags":
            return observation, 1.5, np.array([True]), 0, info
        return observation, rewards.get(self.what, reward), terminated, truncated, info


class Several(Base):
    """Three rewards: the action, ten times the action, and 1."""

    def reward(self, action: Any) -> Any:
        return np.array([action, 10 * action, 1], np.float32)


for each in (Reuse, Shared, Odd, Several):
    gymnasium.register(
        f"returning/{each.__name__}-v0", entry_point=cast("Any", each), disable_env_checker=True
    )
