"""Moments and scaled rewards of real episodes by NumPy, for the tests of the agent's running ones.

Steps copies of Pendulum-v1 with random torques, and writes named arrays to standard output, each
as a line of text ``NAME DTYPE EXTENT…`` and then its elements, row-major and little-endian. Two
runs on one machine write the same bytes. Everything is cut into two batches at step ``FIRST``.
"""

from __future__ import annotations

import sys
from typing import Any

import gymnasium
import numpy as np
import numpy.typing as npt

STEPS, COPIES, FIRST = 240, 3, 90
EPISODE_STEPS = 37
DISCOUNT, CLIP, EPSILON = 0.9, 0.5, 1e-8
FAR = np.array([0.0, 1000.0, -5.0], dtype=np.float32)


def write(name: str, array: npt.NDArray[Any]) -> None:
    """Write one named array."""
    array = np.ascontiguousarray(array)
    header = " ".join([name, str(array.dtype), *(str(extent) for extent in array.shape)])
    sys.stdout.buffer.write(header.encode() + b"\n" + array.tobytes())


def main() -> None:
    """Write everything."""
    observations = np.zeros((STEPS, COPIES, 3), dtype=np.float32)
    rewards = np.zeros((STEPS, COPIES))
    times = np.zeros((STEPS, COPIES), dtype=np.int64)
    returns = np.zeros((STEPS, COPIES))
    for copy in range(COPIES):
        env = gymnasium.make("Pendulum-v1", max_episode_steps=EPISODE_STEPS - copy)
        env.action_space.seed(copy)
        observation, _ = env.reset(seed=copy)
        time, accumulated = 0, 0.0
        for step in range(STEPS):
            observations[step, copy] = observation + FAR
            times[step, copy] = time
            observation, reward, terminated, truncated, _ = env.step(env.action_space.sample())
            rewards[step, copy] = float(reward)
            accumulated = DISCOUNT * accumulated + float(reward)
            returns[step, copy] = accumulated
            time += 1
            if terminated or truncated:
                observation, _ = env.reset()
                time, accumulated = 0, 0.0
    write("observations", observations)
    write("rewards", rewards)
    write("times", times)
    for name, until in (("first", FIRST), ("both", STEPS)):
        seen = observations[:until].reshape(-1, 3).astype(np.float64)
        write(f"{name}.mean", seen.mean(axis=0))
        write(f"{name}.variance", seen.var(axis=0))
        deviation = np.sqrt(returns[:until].var() + EPSILON)
        start = 0 if until == FIRST else FIRST
        scaled = np.clip(rewards[start:until] / deviation, -CLIP, CLIP)
        assert (np.abs(scaled) == CLIP).any()
        assert (np.abs(scaled) < CLIP).any()
        write(f"{name}.scaled", scaled)


main()
