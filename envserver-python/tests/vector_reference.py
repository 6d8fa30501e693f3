"""What Gymnasium's own vector environments give in process, for `test_vectorization.py`.

`main` runs in a process of its own, where a fork of `AsyncVectorEnv` disturbs nobody.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import custom_environments
import gymnasium
import numpy as np
from gymnasium import wrappers as gw
from gymnasium.vector import AutoresetMode

from gangway_envserver._proto import wrapper_pb2

STEPS = 1000
COPIES = 3
SEED = 2**40 + 5


@dataclass(frozen=True)
class Case:
    """What is stepped, and how."""

    name: str
    vectorization: str
    autoreset: str
    limit: int | None
    wrapped: bool = False

    def __str__(self) -> str:
        wrapped = " wrapped" if self.wrapped else ""
        return f"{self.name} {self.vectorization} {self.autoreset}{wrapped}"


def wrappers() -> list[wrapper_pb2.Wrapper]:
    """Some of every sort: of actions, rewards, observations and infos, with memory and without."""
    return [
        wrapper_pb2.Wrapper(
            rescale_action=wrapper_pb2.RescaleActionWrapper(min_action=-0.5, max_action=4)
        ),
        wrapper_pb2.Wrapper(normalize_reward=wrapper_pb2.NormalizeRewardWrapper(gamma=0.9)),
        wrapper_pb2.Wrapper(
            transform_reward=wrapper_pb2.TransformRewardWrapper(scale=0.1, offset=3)
        ),
        wrapper_pb2.Wrapper(normalize_observation=wrapper_pb2.NormalizeObservationWrapper()),
        wrapper_pb2.Wrapper(
            frame_stack_observation=wrapper_pb2.FrameStackObservationWrapper(stack_size=3)
        ),
        wrapper_pb2.Wrapper(time_limit=wrapper_pb2.TimeLimitWrapper(max_episode_steps=20)),
    ]


def wrap(env: gymnasium.Env[Any, Any]) -> gymnasium.Env[Any, Any]:
    """Gymnasium's own of those."""
    env = gw.RescaleAction(env, np.float64(-0.5), np.float64(4))
    env = gw.NormalizeReward(env, 0.9)
    env = gw.TransformReward(env, lambda reward: float(reward) * 0.1 + 3.0)
    env = gw.NormalizeObservation(env)
    return gw.TimeLimit(gw.FrameStackObservation(env, 3), 20)


# With limits that cut many episodes.
CASES = [
    Case("CartPole-v1", "SYNC", "NEXT_STEP", 15),
    Case("MountainCar-v0", "SYNC", "DISABLED", 70),
    Case("Pendulum-v1", "SYNC", "SAME_STEP", 45),
    Case("FrozenLake-v1", "SYNC", "NEXT_STEP", None),
    Case("Taxi-v4", "SYNC", "DISABLED", 33),
    Case("Blackjack-v1", "SYNC", "SAME_STEP", None),
    Case("test/Varies-v0", "SYNC", "SAME_STEP", None),
    Case("test/Varies-v0", "SYNC", "NEXT_STEP", None),
    Case("test/Varies-v0", "SYNC", "DISABLED", None),
    Case("CartPole-v1", "ASYNC", "NEXT_STEP", 15),
    Case("Taxi-v4", "ASYNC", "DISABLED", 33),
    Case("Blackjack-v1", "ASYNC", "SAME_STEP", None),
    Case("test/Varies-v0", "ASYNC", "SAME_STEP", None),
    Case("CartPole-v1", "VECTOR_ENTRY_POINT", "NEXT_STEP", 15),
    Case("Pendulum-v1", "SYNC", "SAME_STEP", None, wrapped=True),
    Case("Pendulum-v1", "SYNC", "DISABLED", None, wrapped=True),
    Case("Pendulum-v1", "ASYNC", "NEXT_STEP", None, wrapped=True),
    Case("Pendulum-v1", "ASYNC", "SAME_STEP", None, wrapped=True),
]


@dataclass(frozen=True)
class Reset:
    """A reset, and what it gave."""

    seed: Any
    mask: np.ndarray[Any, Any] | None
    given: tuple[Any, ...]


@dataclass(frozen=True)
class Step:
    """A step, and what it gave."""

    actions: Any
    given: tuple[Any, ...]


def run(case: Case) -> list[Reset | Step]:
    """Steps with random actions and resets as the mode asks, with all sorts of seeds."""
    limit: dict[str, Any] = {} if case.limit is None else {"max_episode_steps": case.limit}
    if case.vectorization != "VECTOR_ENTRY_POINT":
        limit["vector_kwargs"] = {"autoreset_mode": AutoresetMode[case.autoreset]}
    if case.wrapped:
        limit["wrappers"] = [wrap]
    env = gymnasium.make_vec(
        case.name, COPIES, vectorization_mode=case.vectorization.lower(), **limit
    )
    env.action_space.seed(7)
    done: list[Reset | Step] = []

    def reset(seed: Any, mask: np.ndarray[Any, Any] | None = None) -> None:
        options = None if mask is None else {"reset_mask": mask.copy()}
        done.append(Reset(seed, mask, env.reset(seed=seed, options=options)))

    reset(SEED)
    for t in range(STEPS):
        actions = env.action_space.sample()
        given = env.step(actions)
        done.append(Step(actions, given))
        ended = given[2] | given[3]
        if case.autoreset == "DISABLED" and ended.any():
            reset([SEED + t, None, 2**64 - 1] if t % 5 == 0 else None, ended)
        elif t == STEPS // 2:  # amid episodes; the generators go on
            reset(None if case.vectorization == "VECTOR_ENTRY_POINT" else [None, 3, None])
    env.close()
    return done


def main(path: str) -> None:
    """Writes what every case gives."""
    assert custom_environments
    Path(path).write_bytes(pickle.dumps({str(case): run(case) for case in CASES}))
