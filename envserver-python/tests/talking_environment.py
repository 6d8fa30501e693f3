"""An environment that warns, draws with letters, has attributes and tells objects."""

from __future__ import annotations

import threading
import time
import warnings
from typing import Any, cast

import gymnasium
from custom_environments import Line
from gymnasium import logger


class Talk(Line):
    """Warns in its constructor and in every step; action 1 tells an object in the info."""

    metadata: dict[str, Any] = {"render_modes": ["rgb_array", "ansi"], "render_fps": 5}  # noqa: RUF012

    def __init__(self, tag: str = "", kinds: int = 1, render_mode: str | None = None) -> None:
        super().__init__(1000, render_mode)
        self.tag = tag
        self.kinds = kinds
        self.gain = 1.0
        self._hidden = 1
        warnings.warn(f"made {tag}", stacklevel=1)

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        time.sleep(0.001)  # other sessions' steps begin before this one warns
        logger.warn(f"step {self.tag} {self.position % self.kinds}")
        if self.tag == "elsewhere":
            thread = threading.Thread(target=warnings.warn, args=("from a thread of its own",))
            thread.start()
            thread.join()
        observation, _, terminated, truncated, _ = super().step(action)
        info = {"deep": [1, {"inner": len}]} if action == 1 else {"plain": [1, None]}
        return observation, self.gain, terminated, truncated, info

    def render(self) -> Any:
        return f"at {self.position}\n" if self.render_mode == "ansi" else super().render()

    def scaled(self, factor: float, *, offset: float = 0.0) -> float:
        """The position, scaled and shifted."""
        return self.position * factor + offset

    def fails(self) -> None:
        """Raises."""
        raise RuntimeError("no luck in a call")


gymnasium.register(
    "test/Talk-v0", entry_point=cast("Any", Talk), disable_env_checker=True, max_episode_steps=1000
)


class Checked(Line):
    """Gives a first observation that the environment checker warns of."""

    def observe(self) -> Any:
        return super().observe() - 1


gymnasium.register("test/Checked-v0", entry_point=cast("Any", Checked), max_episode_steps=9)
