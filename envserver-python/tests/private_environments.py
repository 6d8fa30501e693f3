"""Environments whose habits a private server meets; a file that servers import by its path."""

from __future__ import annotations

from typing import Any, cast

import gymnasium
import numpy as np
from gymnasium import spaces
from private_neighbour import REWARD


class Habit(gymnasium.Env[Any, Any]):
    """Ends after three steps of reward `REWARD`; the info tells what the constructor was given."""

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012

    def __init__(self, render_mode: str | None = None) -> None:
        self.observation_space: Any = spaces.Box(-1, 1, (2,), np.float32)
        self.action_space: Any = spaces.Discrete(2)
        self.render_mode = render_mode
        self.given: dict[str, Any] = {}
        self.steps = 0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        del options
        super().reset(seed=seed)
        self.steps = 0
        return np.zeros(2, np.float32), {"given": repr(self.given)}

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        del action
        self.steps += 1
        return (
            np.zeros(2, np.float32),
            self.reward(),
            self.steps >= 3,
            False,
            {"given": repr(self.given)},
        )

    def reward(self) -> float:
        """The reward of one step."""
        return REWARD


class Configured(Habit):
    """Takes one dictionary, as highway-env does."""

    def __init__(
        self, config: dict[str, Any] | None = None, render_mode: str | None = None
    ) -> None:
        super().__init__(render_mode)
        self.given = {"config": config}

    def reward(self) -> float:
        config = self.given["config"] or {}
        return float(config.get("reward", {}).get("step", REWARD))


class Named(Habit):
    """Has arguments whose names and defaults a named server takes for files and code."""

    def __init__(
        self, env_name: str = "reach-v3", level: str = "first.txt", render_mode: str | None = None
    ) -> None:
        super().__init__(render_mode)
        self.given = {"env_name": env_name, "level": level}


class Anything(Habit):
    """Takes whatever it is given."""

    def __init__(self, size: int = 3, **others: Any) -> None:
        super().__init__()
        self.given = {"size": size, **others}


class Strict(Habit):
    """Asserts, without a word, that its render mode and its actions are right."""

    metadata = {"render_modes": ["rgb_array"], "render_fps": 5}  # noqa: RUF012

    def __init__(self, render_mode: str | None = None) -> None:
        super().__init__(render_mode)
        assert render_mode in (None, "rgb_array")

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        assert action == 0
        return super().step(action)


class Silent(Habit):
    """Raises an exception without a text, or one whose text cannot be read."""

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        if action == 0:
            raise NotImplementedError

        class UnreadableError(Exception):
            """Its text raises."""

            def __str__(self) -> str:
                raise RuntimeError("no text")

        raise UnreadableError


class Short(Habit):
    """Gives four things, as before Gymnasium, or an observation of lists of two lengths."""

    def step(self, action: Any) -> Any:
        if action == 0:
            return super().step(action)[:4]
        return [[0.0], [0.0, 0.0]], 0.0, False, False, {}


class Flags(Habit):
    """Gives two flags where one is due."""

    def step(self, action: Any) -> Any:
        observation, reward, _, truncated, info = super().step(action)
        return observation, reward, np.array([True, False]), truncated, info


class Wide(Habit):
    """Gives an observation of its space's class and dtype, of another shape."""

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        _, *rest = super().step(action)
        return np.zeros(3, np.float32), *rest


for each in (Configured, Named, Anything, Strict, Silent, Short, Flags, Wide):
    point = cast("Any", each)
    gymnasium.register(f"private/{each.__name__}-v0", entry_point=point, disable_env_checker=True)
