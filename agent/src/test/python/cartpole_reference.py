"""What Gymnasium's CartPole-v1 does, for the native cart-pole's parity tests.

Writes named arrays to standard output, each as a line of text ``NAME DTYPE EXTENT…`` and then its
elements, row-major and little-endian. Every random choice below is seeded, so that two runs on one
machine write the same bytes.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import gymnasium
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from gymnasium.envs.classic_control.cartpole import CartPoleEnv

Floats = npt.NDArray[np.float64]
Observation = npt.NDArray[np.float32]
Policy = Callable[[Observation], int]

SEED_COUNT = 1_000
INJECTED_COUNT = 10_000
RANDOM_EPISODES = 200
BALANCED_EPISODES = 20


def write(name: str, array: npt.NDArray[Any]) -> None:
    """Write one named array."""
    array = np.ascontiguousarray(array)
    header = " ".join([name, str(array.dtype), *(str(extent) for extent in array.shape)])
    sys.stdout.buffer.write(header.encode() + b"\n" + array.tobytes())


def make(**arguments: Any) -> tuple[gymnasium.Env[Observation, int], CartPoleEnv]:
    """Make the environment with its wrappers, and give the one inside too."""
    env = cast("gymnasium.Env[Observation, int]", gymnasium.make("CartPole-v1", **arguments))
    return env, cast("CartPoleEnv", env.unwrapped)


def state_of(inner: CartPoleEnv) -> Floats:
    """Copy the float64 state."""
    assert inner.state is not None
    return np.array(inner.state, dtype=np.float64)


def write_specification() -> None:
    """Write the bounds of the observation space and the registered limits."""
    env, _ = make()
    space = cast("gymnasium.spaces.Box", env.observation_space)
    write("spec.low", space.low)
    write("spec.high", space.high)
    assert env.spec is not None
    limits = [env.spec.max_episode_steps, env.spec.reward_threshold, env.metadata["render_fps"]]
    write("spec.limits", np.array(limits, dtype=np.float64))


def write_first_states(generator: np.random.Generator) -> None:
    """Write the states after a seeded reset, after an unseeded one, and after one with options."""
    edges = [0, 1, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**53 + 1, 2**63 - 1]
    drawn = generator.integers(2**63, size=SEED_COUNT - len(edges), dtype=np.uint64)
    widths = generator.integers(63, size=drawn.size, dtype=np.uint64)
    seeds = edges + [int(seed) for seed in drawn >> widths]
    env, inner = make()
    first, second, bounded, observations = [], [], [], []
    for seed in seeds:
        observation, _ = env.reset(seed=seed)
        observations.append(observation)
        first.append(state_of(inner))
        env.reset()
        second.append(state_of(inner))
        env.reset(options={"low": -0.1, "high": 0.3})
        bounded.append(state_of(inner))
    write("reset.seeds", np.array(seeds, dtype=np.int64))
    write("reset.first", np.array(first))
    write("reset.observations", np.array(observations))
    write("reset.second", np.array(second))
    write("reset.bounded", np.array(bounded))


def injected_states(generator: np.random.Generator) -> Floats:
    """Draw states near the start, all over an episode, far out and at the limits, and two zeros."""
    count = INJECTED_COUNT // 4
    near = generator.uniform(-0.05, 0.05, (count, 4))
    whole = generator.uniform(-1.0, 1.0, (count, 4)) * [2.4, 3.0, 0.21, 3.5]
    far = generator.normal(size=(count, 4)) * [5.0, 10.0, 3.0, 10.0]
    limits = np.array([2.4, 0.0, 12 * 2 * np.pi / 360, 0.0])
    speeds = generator.uniform(-1.0, 1.0, (count, 4)) * [0.0, 1.0, 0.0, 1.0]
    edge = limits * generator.choice([-1.0, 1.0], (count, 4)) + speeds
    edge[: count // 2] += generator.uniform(-1e-3, 1e-3, (count // 2, 4))
    states = np.concatenate([near, whole, far, edge])
    states[0] = 0.0
    states[1] = -0.0
    return states


def write_injected_steps(generator: np.random.Generator) -> None:
    """Write one step from each injected state, for both integrators and both rewards."""
    for integrator, sutton_barto in itertools.product(("euler", "semi-implicit"), (False, True)):
        states = injected_states(generator)
        actions = generator.integers(2, size=len(states))
        env, inner = make(sutton_barto_reward=sutton_barto)
        inner.kinematics_integrator = integrator
        env.reset(seed=0)
        nexts, observations, rewards, terminations = [], [], [], []
        for state, action in zip(states, actions, strict=True):
            inner.state = state
            inner.steps_beyond_terminated = None
            observation, reward, terminated, _, _ = cast("Any", inner).step(int(action))
            nexts.append(state_of(inner))
            observations.append(observation)
            rewards.append(reward)
            terminations.append(terminated)
        prefix = f"step.{integrator}.{'sutton-barto' if sutton_barto else 'standard'}"
        write(f"{prefix}.states", states)
        write(f"{prefix}.actions", actions.astype(np.int64))
        write(f"{prefix}.nexts", np.array(nexts))
        write(f"{prefix}.observations", np.array(observations))
        write(f"{prefix}.rewards", np.array(rewards, dtype=np.float64))
        write(f"{prefix}.terminations", np.array(terminations, dtype=np.bool_))


def balance(observation: Observation) -> int:
    """Push towards the side to which the pole falls and the cart drifts."""
    weights = np.array([0.1, 0.3, 3.0, 1.0])
    return int(weights @ observation > 0)


def write_episodes(generator: np.random.Generator) -> None:
    """Write whole episodes under random policies and under one that balances to the time limit.

    Episode after episode; the first row of each is its reset, whose action, reward and flags are 0.
    """
    env, inner = make()
    policies: list[Policy] = []
    for _ in range(RANDOM_EPISODES):
        bias = generator.uniform(0.2, 0.8)
        policies.append(lambda _, bias=bias: int(generator.random() < bias))  # type: ignore[misc]
    policies += [balance] * BALANCED_EPISODES
    lengths, states, observations, scalars = [], [], [], []
    for seed, policy in enumerate(policies):
        observation, _ = env.reset(seed=seed)
        length, done = 0, False
        states.append(state_of(inner))
        observations.append(observation)
        scalars.append((0.0, 0.0, 0.0, 0.0))
        while not done:
            action = policy(observation)
            observation, reward, terminated, truncated, _ = env.step(action)
            length, done = length + 1, terminated or truncated
            states.append(state_of(inner))
            observations.append(observation)
            scalars.append((float(action), float(reward), float(terminated), float(truncated)))
        lengths.append(length)
    columns = np.array(scalars).T
    write("episode.lengths", np.array(lengths, dtype=np.int64))
    write("episode.states", np.array(states))
    write("episode.observations", np.array(observations))
    write("episode.actions", columns[0].astype(np.int64))
    write("episode.rewards", columns[1])
    write("episode.terminated", columns[2].astype(np.bool_))
    write("episode.truncated", columns[3].astype(np.bool_))


def main() -> None:
    """Write everything, in this order."""
    generator = np.random.default_rng(20_240_517)
    write_specification()
    write_first_states(generator)
    write_injected_steps(generator)
    write_episodes(generator)


if __name__ == "__main__":
    main()
