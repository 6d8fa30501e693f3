"""Environments for tests, registered when a server imports this module."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import warnings
from enum import IntEnum
from pathlib import Path
from typing import Any, Final, cast

import gymnasium
import numpy as np
from described import described
from gymnasium import spaces

# Before Gymnasium 1.4 the nodes and edges of a Graph are of a Box or a Discrete.
GRAPHS_OF_ANYTHING: Final = [int(each) for each in gymnasium.__version__.split(".")[:2]] >= [1, 4]

print("importing the test environments")  # noqa: T201 - must not reach standard output


class Color(IntEnum):
    """Some enum."""

    RED = 1


class Line(gymnasium.Env[Any, Any]):
    """Observes the number of steps; ends after `length` of them."""

    metadata: dict[str, Any] = {"render_modes": ["rgb_array"], "render_fps": 5}  # noqa: RUF012

    def __init__(self, length: int = 3, render_mode: str | None = None) -> None:
        self.observation_space: Any = spaces.Box(0, 1000, (1,), np.float32)
        self.action_space: Any = spaces.Discrete(2)
        self.length = length
        self.render_mode = render_mode
        self.position = 0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed)
        self.position = 0
        return self.observe(), {"options": options, "seed": seed}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        del action
        self.position += 1
        return self.observe(), float(self.position), self.position >= self.length, False, {}

    def observe(self) -> Any:
        return np.array([self.position], np.float32)

    def render(self) -> Any:
        return np.full((2, 3, 3), self.position, np.uint8)


class IgnoresSeeds(Line):
    """Seeds no generator in its reset."""

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        del seed, options
        self.position = 0
        return self.observe(), {}


class Raises(Line):
    """Raises where it is told to."""

    def __init__(self, where: str = "", render_mode: str | None = None) -> None:
        super().__init__(100, render_mode)
        self.where = where
        self.armed = True
        if where == "constructor":
            raise RuntimeError("no luck: \udc80 " + "é" * 5000)

    def _maybe(self, where: str) -> None:
        if self.where == where and self.armed:
            self.armed = False
            raise RuntimeError(f"no luck in {where}")

    def reset(self, **settings: Any) -> tuple[Any, dict[str, Any]]:
        self._maybe("reset")
        return super().reset(**settings)

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        if action == 1:
            self._maybe("step")
            if self.where == "local":

                class LocalError(Exception):
                    """Cannot be pickled, and takes two arguments."""

                    def __init__(self, one: int, two: int) -> None:
                        super().__init__(f"{one} and {two}")

                raise LocalError(1, 2)
            if self.where == "exit" and self.armed:
                self.armed = False
                sys.exit("an environment wants to end the server")
        return super().step(action)

    def render(self) -> Any:
        self._maybe("render")
        return None if self.where == "frame" else super().render()

    def close(self) -> None:
        self._maybe("close")


class Misfit(Line):
    """Gives observations outside its space's type or shape."""

    def __init__(self, what: str = "shape") -> None:
        super().__init__()
        self.what = what

    def observe(self) -> Any:
        if self.what == "shape":
            return np.zeros(2, np.float32)
        return np.array(["x"]) if self.what == "dtype" else np.array([self.position], np.float64)


class Waits(Line):
    """Notes steps and its close in the folder `where`; action 1 waits for the pipe there."""

    def __init__(self, where: str) -> None:
        super().__init__(100)
        self.where = Path(where)

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        if action == 1:
            with (self.where / "begun").open("w"), (self.where / "go").open():
                pass
        with (self.where / "steps").open("a") as steps:
            steps.write("x")
        return super().step(action)

    def close(self) -> None:
        with (self.where / "closed").open("w"):
            pass


class Hangs(Line):
    """Starts a child process that never ends, announces its number, then hangs for good."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = Path(where)

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        command = [sys.executable, "-c", "import threading; threading.Event().wait()"]
        child = subprocess.Popen(command)
        with (self.where / "begun").open("w") as begun:
            begun.write(str(child.pid))
        threading.Event().wait()
        raise AssertionError(action)


class Prints(Line):
    """Writes to standard output in every way."""

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        print("step", action)  # noqa: T201
        os.write(1, b"raw\n")
        warnings.warn("a warning", stacklevel=1)
        return super().step(action)


class Informs(Line):
    """Infos of all sorts, given by the position."""

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        observation, reward, terminated, truncated, _ = super().step(action)
        return observation, reward, terminated, truncated, dict(INFOS)


INFOS: dict[Any, Any] = {
    "none": None,
    "boolean": True,
    "integer": -7,
    "big": 2**80,
    "floating": 0.1,
    "text": "grüß",
    "binary": b"\0\xff",
    "array": np.arange(6, dtype=np.int16).reshape(2, 3),
    "scalar_array": np.array(2.5, np.float32),
    "numpy": np.float64(1 / 3),
    "numpy_boolean": np.bool_(True),  # noqa: FBT003
    "list": [1, (2.0, "x"), {"a": [None]}],
    "enum": Color.RED,
    "object": Line,
    7: "seven",
}


class Varies(Line):
    """Random lengths, ends of both kinds at once, and infos that come, go and change their type."""

    def __init__(self) -> None:
        super().__init__()
        self.observation_space = spaces.Dict(
            at=spaces.Box(0, 1000, (1,), np.float32), word=spaces.Text(2, charset="ab")
        )

    def observe(self) -> Any:
        word = "".join(self.np_random.choice(["a", "b"], 2))
        return {"word": word, "at": np.array([self.position], np.float32)}

    def reset(self, **settings: Any) -> tuple[Any, dict[str, Any]]:
        observation, _ = super().reset(**settings)
        return observation, {"fresh": True}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        _, reward, _, _, _ = super().step(action)
        draw = int(self.np_random.integers(12))
        infos: list[dict[Any, Any]] = [
            {},
            {"number": draw, "deep": {"number": draw / 3, "empty": {}}},
            {"number": draw / 7, "word": "x" * draw, "array": np.full((2, 2), draw, np.int16)},
            {"deep": {"word": None, "flag": bool(draw % 2)}, "flag": np.bool_(draw % 2)},
            {"scalar": np.float32(draw / 3), "list": [draw], "action": action},
        ]
        ends = (draw == 0 or draw == 1, draw == 0 or draw == 2)  # noqa: PLR1714 - reads better
        return self.observe(), reward, *ends, infos[draw % len(infos)]


class Rewards(Line):
    """The actions are 0 … 3; the reward of each is of another type, and of 3 it is no number."""

    def __init__(self) -> None:
        super().__init__()
        self.action_space = spaces.Discrete(4)

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        observation, _, terminated, truncated, info = super().step(action)
        rewards: list[Any] = [0.1, np.float32(0.1), 7, [1.5, 2.5]]
        return observation, rewards[action], terminated, truncated, info


class Wide(Line):
    """Observes a random number and its step 30,000 times, in one array that it uses again."""

    def __init__(self) -> None:
        super().__init__()
        self.observation_space = spaces.Box(0, 1000, (150, 200), np.float32)
        self._observed = np.zeros((150, 200), np.float32)

    def observe(self) -> Any:
        if self.position == 0:
            self._first = self.np_random.random()
        self._observed[...] = self._first + self.position
        self._observed[-1, -1] = self.position
        return self._observed


class Mission(gymnasium.Space[str]):
    """A space of one's own."""

    def sample(self, mask: Any = None, probability: Any = None) -> str:
        del mask, probability
        return "go"

    def contains(self, x: Any) -> bool:
        return bool(x == "go")


def _nested(depth: int) -> spaces.Space[Any]:
    space: spaces.Space[Any] = spaces.Discrete(2)
    for _ in range(depth):
        space = spaces.Dict(a=space)
    return space


# Not the default characters: before Gymnasium 1.4 each process has an order of its own for them.
_TEXT: Final = spaces.Text(2, charset="zxy")


class Kinds(Line):
    """Takes and gives values of one kind; says in its info what type of action it got."""

    SPACES: dict[str, Any] = {  # noqa: RUF012
        "discrete": spaces.Discrete(5, start=-2),
        "small_discrete": spaces.Discrete(5, dtype=np.int32),
        "multi_discrete": spaces.MultiDiscrete([3, 4], start=[1, 0]),
        "multi_binary": spaces.MultiBinary((2, 2)),
        "box": spaces.Box(-1, 1, (2,), np.float64),
        "scalar_box": spaces.Box(-1, 1, (), np.float32),
        "bytes": spaces.Box(0, 255, (2, 2, 3), np.uint8),
        "tuple": spaces.Tuple([spaces.Discrete(2), spaces.Discrete(3)]),
        "text": spaces.Text(3, charset="zxy"),
        "dict": spaces.Dict(
            [("z", spaces.Text(4, charset="né😀")), ("a", spaces.Box(-1, 1, (2,), np.float32))]
        ),
        "sequence": spaces.Sequence(spaces.Tuple([spaces.Discrete(3), _TEXT])),
        "stacked": spaces.Sequence(spaces.Dict(a=spaces.Discrete(3), b=_TEXT), stack=True),
        "graph": spaces.Graph(spaces.Box(-1, 1, (2,)), spaces.Discrete(4)),
        "one_of": spaces.OneOf([spaces.Discrete(3), _TEXT, spaces.Box(0, 1, ())]),
        "empty_tuple": spaces.Tuple([]),
        "mission": Mission(),
        "masked": spaces.Dict(a=spaces.Tuple([Mission()])),
        "leafless": spaces.Sequence(spaces.Dict({}), stack=True),
        "keys": spaces.Dict(cast("Any", {1: spaces.Discrete(2)})),
        "deepest": _nested(16),
        "too_deep": _nested(17),
    }
    if GRAPHS_OF_ANYTHING:
        SPACES["nested_graph"] = spaces.Graph(spaces.Dict(a=spaces.Discrete(3), b=_TEXT), None)

    def __init__(self, kind: str = "discrete") -> None:
        super().__init__(3)
        self.action_space = self.observation_space = self.SPACES[kind]
        self.action = self.action_space.sample()

    def observe(self) -> Any:
        return self.action

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        self.action = action
        observation, reward, terminated, truncated, _ = super().step(action)
        member = self.action_space.contains(action)
        info = {"type": type(action).__name__, "member": member}
        return observation, reward, terminated, truncated, info


class Open(Line):
    """A constructor with arguments that the policy must tell apart."""

    def __init__(
        self,
        size: int = 1,
        model: str = "a/b.xml",
        data_file: str = "",
        maker: Any = dict,
        **rest: Any,
    ) -> None:
        super().__init__()
        self.size, self.model, self.data_file, self.maker, self.rest = (
            *(size, model, data_file, maker),
            rest,
        )


class Receives(Line):
    """Tells in words what options it received."""

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        observation, _ = super().reset(seed=seed, options=options)
        return observation, {"received": described(options)}


class Different(Line):
    """Every copy has another space."""

    made = 0

    def __init__(self) -> None:
        super().__init__()
        Different.made += 1
        self.action_space = spaces.Discrete(1 + Different.made)


class OwnSpace(Line):
    """Has a space without a form on the wire, each copy one of its own that equals no other."""

    def __init__(self) -> None:
        super().__init__()
        self.observation_space = Mission()


class Draws(Line):
    """Says of each object, and not of the class, how it may be drawn."""

    def __init__(self, render_mode: str | None = None) -> None:
        super().__init__(3, render_mode)
        self.metadata = {"render_modes": ["ansi"], "render_fps": 5}

    def render(self) -> Any:
        return f"at {self.position}"


for each in (
    Line,
    OwnSpace,
    Draws,
    Raises,
    Misfit,
    Waits,
    Hangs,
    Prints,
    Informs,
    Varies,
    Rewards,
    Wide,
    Kinds,
    Open,
    Receives,
    Different,
    IgnoresSeeds,
):
    gymnasium.register(
        f"test/{each.__name__}-v0",
        entry_point=cast("Any", each),
        max_episode_steps=50,
        disable_env_checker=True,
        nondeterministic=each is Different,
        reward_threshold=9.5 if each is Line else None,
    )
