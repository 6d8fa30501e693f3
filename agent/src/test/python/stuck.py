"""Registers Stuck-v0: its third step makes the file `stuck` in the temporary folder and hangs."""

import tempfile
import threading
from pathlib import Path
from typing import Any

import gymnasium
from gymnasium import spaces


class Stuck(gymnasium.Env[int, int]):
    """Observes the steps taken."""

    observation_space = spaces.Discrete(4)
    action_space = spaces.Discrete(2)

    def __init__(self) -> None:
        self._steps = 0

    def reset(self, **_: Any) -> tuple[int, dict[str, Any]]:
        self._steps = 0
        return 0, {}

    def step(self, action: int) -> tuple[int, float, bool, bool, dict[str, Any]]:
        self._steps += 1
        if self._steps == 3:
            (Path(tempfile.gettempdir()) / "stuck").touch()
            threading.Event().wait()
        return self._steps, 1.0, False, False, {}


gymnasium.register("Stuck-v0", entry_point=Stuck, max_episode_steps=10)
