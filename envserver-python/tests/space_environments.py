"""Environments that draw from their own spaces."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

Array = np.ndarray[Any, Any]


class Draws(gymnasium.Env[Array, Any]):
    """Observes what it draws from both of its spaces; `replaces` makes them anew in each reset."""

    def __init__(self, *, replaces: bool = False, parts: bool = False) -> None:
        self._replaces = replaces
        self._parts = parts
        self._renew()

    def _renew(self) -> None:
        number = spaces.Discrete(1_000_000)
        self.action_space: Any = spaces.Dict({"a": number}) if self._parts else number
        self.observation_space = spaces.Box(0, 1, (3,), np.float64)

    def _draw(self) -> Array:
        action = self.action_space.sample()
        first = (action["a"] if self._parts else action) / 1_000_000
        return np.array([first, *self.observation_space.sample()[:2]])

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Array, Any]:
        """Draws."""
        super().reset(seed=seed, options=options)
        drawn = self._draw()
        if self._replaces:
            self._renew()
        return drawn, {}

    def step(self, action: Any) -> tuple[Array, float, bool, bool, Any]:
        """Draws."""
        del action
        return self._draw(), 0.0, False, False, {}


class DrawsInAWrapper(gymnasium.ActionWrapper[Array, Any, Any]):
    """Plays an action of its own space now and then."""

    def __init__(self) -> None:
        super().__init__(Draws())
        self.action_space = spaces.Discrete(1000)

    def action(self, action: Any) -> Any:
        """Another one."""
        del action
        return self.action_space.sample()

    def step(self, action: Any) -> tuple[Array, Any, bool, bool, Any]:
        """Rewards the action's number."""
        observation, _, *rest = super().step(action)
        return observation, float(self.action(action)), *rest  # type: ignore[return-value]


class DrawsForAll(VectorEnv[Array, Array, Array]):
    """A vector environment that draws from its own spaces."""

    metadata = {"autoreset_mode": AutoresetMode.NEXT_STEP}  # noqa: RUF012 - Gymnasium's

    def __init__(self, num_envs: int = 1, max_episode_steps: int = 5) -> None:
        del max_episode_steps
        self.num_envs = num_envs
        self.single_action_space = spaces.Discrete(1_000_000)
        self.single_observation_space = spaces.Box(0, 1e6, (2,), np.float64)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.observation_space = batch_space(self.single_observation_space, num_envs)

    def _draw(self) -> Array:
        one = [self.single_action_space.sample()] * self.num_envs
        return np.stack([one, self.action_space.sample()], axis=1).astype(np.float64)

    def reset(self, *, seed: Any = None, options: Any = None) -> tuple[Array, Any]:
        """Draws."""
        super().reset(seed=seed, options=options)
        return self._draw(), {}

    def step(self, actions: Any) -> tuple[Array, Array, Array, Array, Any]:
        """Draws."""
        del actions
        no = np.zeros(self.num_envs, np.bool_)
        return self._draw(), np.zeros(self.num_envs), no, no, {}


for _name, _settings in {
    "Draws": {},
    "Replaces": {"replaces": True},
    "Parts": {"parts": True},
}.items():
    gymnasium.register(
        f"space/{_name}-v0",
        f"{__name__}:Draws",
        vector_entry_point=f"{__name__}:DrawsForAll",
        kwargs=_settings,
        max_episode_steps=5,
    )
gymnasium.register("space/Wrapper-v0", f"{__name__}:DrawsInAWrapper", max_episode_steps=5)
