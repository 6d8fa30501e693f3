"""Environments that notice on which thread they are, registered when a server imports this module.

Registered by a module of its own, because importing it costs nothing that a worker does not need.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sqlite3
import threading
from pathlib import Path
from typing import Any, cast

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode, SyncVectorEnv


class Bound(gymnasium.Env[Any, Any]):
    """Has a connection to SQLite, which raises on any thread but that of its constructor.

    The info says how many threads the environment has seen, and whether it was made on the main
    one. Its close appends the same to the file `where`.
    """

    metadata: dict[str, Any] = {"render_modes": ["rgb_array"], "render_fps": 5}  # noqa: RUF012

    def __init__(self, where: str = "", render_mode: str | None = None) -> None:
        self.observation_space: Any = spaces.Box(0, 1000, (1,), np.float32)
        self.action_space: Any = spaces.Discrete(2)
        self.render_mode = render_mode
        self._where = where
        self._database = sqlite3.connect(":memory:")
        self._database.execute("create table steps (number)")
        self._on_main = threading.current_thread() is threading.main_thread()
        self._threads = {threading.get_ident()}

    def reset(self, **settings: Any) -> tuple[Any, dict[str, Any]]:
        super().reset(**settings)
        self._database.execute("delete from steps")
        return self._observe(), self.seen()

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        self._database.execute("insert into steps values (?)", (int(action),))
        observation = self._observe()
        return observation, 1.0, bool(observation[0] > 2), False, self.seen()

    def render(self) -> Any:
        return np.full((2, 2, 3), self._observe()[0], np.uint8)

    def close(self) -> None:
        seen = self.seen()
        self._database.close()
        if self._where:
            with Path(self._where).open("a") as closed:
                closed.write(f"{seen}\n")

    def seen(self) -> dict[str, Any]:
        """What `where` is told at the end."""
        self._threads.add(threading.get_ident())
        return {"main": self._on_main, "threads": len(self._threads)}

    @property
    def size(self) -> int:
        """How many steps the database holds."""
        return int(self._database.execute("select count(*) from steps").fetchone()[0])

    @size.setter
    def size(self, size: int) -> None:
        self._database.execute("delete from steps")
        self._database.executemany("insert into steps values (?)", [(0,)] * size)

    def _observe(self) -> Any:
        return np.array([self.size], np.float32)


class BoundVector(SyncVectorEnv[Any, Any]):
    """A vector implementation of its own."""

    def __init__(
        self,
        num_envs: int = 1,
        autoreset_mode: AutoresetMode = AutoresetMode.NEXT_STEP,
        **settings: Any,
    ) -> None:
        super().__init__(
            [lambda: Bound(**settings) for _ in range(num_envs)], autoreset_mode=autoreset_mode
        )


class OfMain(Bound):
    """Does in its constructor what only the main thread may."""

    def __init__(self) -> None:
        super().__init__()
        signal.signal(signal.SIGALRM, lambda *_: None)
        loop = asyncio.new_event_loop()
        try:
            loop.add_signal_handler(signal.SIGUSR1, lambda: None)
            loop.remove_signal_handler(signal.SIGUSR1)
        finally:
            loop.close()


class Deaf(Bound):
    """Hears no signal itself, and in a step no handler can run: it hangs in the C library.

    It opens the pipe `where` before.
    """

    def __init__(self, where: str) -> None:
        super().__init__()
        self._pipe = Path(where)
        signal.signal(signal.SIGTERM, lambda *_: None)

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        del action
        library = ctypes.CDLL(None)
        mutex = ctypes.create_string_buffer(256)
        library.pthread_mutex_lock(mutex)
        self._pipe.open("w").close()
        library.pthread_mutex_lock(mutex)
        raise AssertionError


class Ignoring(Bound):
    """Ignores signals, as libraries do that leave Ctrl-C to another process."""

    def __init__(self) -> None:
        super().__init__()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_DFL)


class IgnoringInStep(Bound):
    """Ignores signals from its first step on."""

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return super().step(action)


class ClosesAll(Bound):
    """Closes descriptors that are not its own, as careless preparations for a fork do."""

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        os.closerange(3, 256)
        return super().step(action)


for each in (Bound, OfMain, Deaf, Ignoring, IgnoringInStep, ClosesAll):
    gymnasium.register(
        f"thread/{each.__name__}-v0",
        entry_point=cast("Any", each),
        vector_entry_point=cast("Any", BoundVector if each is Bound else None),
        disable_env_checker=True,
    )
