"""gymnasium_rate.py ENV_ID COPIES MODE: environment steps per second in process.

MODE is single, sync, async or vector_entry_point.
"""

import itertools
import sys
from typing import Any

import gymnasium
import numpy as np

from comparison.peers.rate import print_rate

ACTIONS = 64


def step_one(env_id: str) -> None:
    """One environment without a vector around it."""
    env = gymnasium.make(env_id)
    env.action_space.seed(2)
    actions = itertools.cycle([env.action_space.sample() for _ in range(ACTIONS)])
    env.reset(seed=1)

    def work() -> int:
        for _ in range(ACTIONS):
            _, _, terminated, truncated, _ = env.step(next(actions))
            if terminated or truncated:
                env.reset()
        return ACTIONS

    print_rate(work)


def step_many(env_id: str, copies: int, mode: str) -> None:
    """A vector environment; SAME_STEP as over the bridge, NEXT_STEP of the entry point."""
    options: dict[str, Any] = {}
    if mode != "vector_entry_point":
        options["vector_kwargs"] = {"autoreset_mode": gymnasium.vector.AutoresetMode.SAME_STEP}
    envs = gymnasium.make_vec(env_id, copies, mode, **options)
    rng = np.random.default_rng(2)
    space = envs.single_action_space
    if isinstance(space, gymnasium.spaces.Discrete):
        batches = rng.integers(0, space.n, (ACTIONS, copies))
    else:
        batches = rng.uniform(-1, 1, (ACTIONS, copies, *(space.shape or ()))).astype(space.dtype)
    actions = itertools.cycle(list(batches))
    envs.reset(seed=1)

    def work() -> int:
        envs.step(next(actions))
        return copies

    print_rate(work)
    envs.close()


if __name__ == "__main__":
    if sys.argv[3] == "single":
        step_one(sys.argv[1])
    else:
        step_many(sys.argv[1], int(sys.argv[2]), sys.argv[3])
