"""compiled_ppo.py rate|seconds SEED: PPO and the cart-pole compiled into one program by JAX.

Written after PureJaxRL (Lu et al. 2022, https://github.com/luchris429/purejaxrl), which is no
package, with its settings: 4 environments × 128 steps, 4 epochs, 4 minibatches, 500,000 steps.
`rate` is environment steps per second once compiled, `seconds` the time until CartPole-v1 is
solved, compilation included.
"""

import sys
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from comparison.peers.rate import print_rate
from comparison.peers.solving import Solving

COPIES, STEPS, EPOCHS, MINIBATCHES, TOTAL = 4, 128, 4, 4, 500_000
DISCOUNT, LAMBDA, CLIP, ENTROPY, VALUE = 0.99, 0.95, 0.2, 0.01, 0.5
UPDATES = TOTAL // (COPIES * STEPS)
CHUNK = 8  # updates of one call of the compiled program
SIZES = (4, 64, 64)
LIMIT, EDGE, TILT = 500, 2.4, 12 * 2 * jnp.pi / 360
OPTIMIZER = optax.chain(
    optax.clip_by_global_norm(0.5),
    optax.adam(optax.linear_schedule(2.5e-4, 0.0, UPDATES * EPOCHS * MINIBATCHES), eps=1e-5),
)


class Envs(NamedTuple):
    """States [COPIES, 4], and steps and returns of the episodes under way."""

    state: jax.Array
    steps: jax.Array
    returns: jax.Array


class Batch(NamedTuple):
    """What a step left, and the returns of episodes that it ended, elsewhere NaN."""

    observation: jax.Array
    action: jax.Array
    log_probability: jax.Array
    value: jax.Array
    reward: jax.Array
    done: jax.Array
    finished: jax.Array


def fresh(key: jax.Array) -> jax.Array:
    """First states."""
    return jax.random.uniform(key, (COPIES, 4), minval=-0.05, maxval=0.05)


def step(envs: Envs, action: jax.Array, key: jax.Array) -> tuple[Envs, jax.Array, jax.Array]:
    """Gymnasium's CartPole-v1 (explicit Euler); ended episodes begin anew."""
    _, v, angle, spin = envs.state.T
    force = jnp.where(action == 1, 10.0, -10.0)
    cosine, sine = jnp.cos(angle), jnp.sin(angle)
    push = (force + 0.05 * spin**2 * sine) / 1.1
    turn = (9.8 * sine - cosine * push) / (0.5 * (4 / 3 - 0.1 * cosine**2 / 1.1))
    pull = push - 0.05 * turn * cosine / 1.1
    state = envs.state + 0.02 * jnp.stack([v, pull, spin, turn], 1)
    steps = envs.steps + 1
    returns = envs.returns + 1.0
    fallen = (jnp.abs(state[:, 0]) > EDGE) | (jnp.abs(state[:, 2]) > TILT)
    done = fallen | (steps >= LIMIT)
    finished = jnp.where(done, returns, jnp.nan)
    state = jnp.where(done[:, None], fresh(key), state)
    return Envs(state, jnp.where(done, 0, steps), jnp.where(done, 0.0, returns)), done, finished


def layers(key: jax.Array, output: int, gain: float) -> list[tuple[jax.Array, jax.Array]]:
    """Orthogonal weights and no bias."""
    sizes = (*SIZES, output)
    gains = (2**0.5, 2**0.5, gain)
    return [
        (jax.nn.initializers.orthogonal(gains[i])(each, sizes[i : i + 2]), jnp.zeros(sizes[i + 1]))
        for i, each in enumerate(jax.random.split(key, 3))
    ]


def apply(network: Any, features: jax.Array) -> jax.Array:
    """A network's outputs."""
    for weights, bias in network[:-1]:
        features = jnp.tanh(features @ weights + bias)
    weights, bias = network[-1]
    return features @ weights + bias


def evaluate(networks: Any, observation: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Log probabilities of the actions, and values."""
    actor, critic = networks
    return jax.nn.log_softmax(apply(actor, observation)), apply(critic, observation)[..., 0]


def collect(carry: Any, key: jax.Array) -> tuple[Any, Batch]:
    """One step of all environments."""
    networks, envs = carry
    choose, begin = jax.random.split(key)
    logs, value = evaluate(networks, envs.state)
    action = jax.random.categorical(choose, logs)
    log = jnp.take_along_axis(logs, action[:, None], 1)[:, 0]
    after, done, finished = step(envs, action, begin)
    reward = jnp.ones(COPIES)
    return (networks, after), Batch(envs.state, action, log, value, reward, done, finished)


def advantages(batch: Batch, last: jax.Array) -> jax.Array:
    """Generalised advantages; every end counts as one, as in PureJaxRL."""

    def back(carry: Any, row: Any) -> tuple[Any, jax.Array]:
        advantage, next_value = carry
        reward, value, done = row
        going = 1.0 - done
        delta = reward + DISCOUNT * next_value * going - value
        advantage = delta + DISCOUNT * LAMBDA * going * advantage
        return (advantage, value), advantage

    rows = (batch.reward, batch.value, batch.done)
    return jax.lax.scan(back, (jnp.zeros_like(last), last), rows, reverse=True)[1]


def loss(networks: Any, batch: Batch, advantage: jax.Array, target: jax.Array) -> jax.Array:
    """The clipped surrogate, the clipped value loss and the entropy."""
    logs, value = evaluate(networks, batch.observation)
    log = jnp.take_along_axis(logs, batch.action[:, None], 1)[:, 0]
    ratio = jnp.exp(log - batch.log_probability)
    advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
    clipped = jnp.clip(ratio, 1 - CLIP, 1 + CLIP)
    policy = -jnp.minimum(ratio * advantage, clipped * advantage).mean()
    near = batch.value + jnp.clip(value - batch.value, -CLIP, CLIP)
    error = 0.5 * jnp.maximum((value - target) ** 2, (near - target) ** 2).mean()
    entropy = -(jnp.exp(logs) * logs).sum(-1).mean()
    return policy + VALUE * error - ENTROPY * entropy


def update(carry: Any, _: Any) -> tuple[Any, jax.Array]:
    """One batch and all its minibatches; the returns of episodes that ended."""
    networks, state, envs, key = carry
    key, rollout, shuffle = jax.random.split(key, 3)
    (_, envs), batch = jax.lax.scan(collect, (networks, envs), jax.random.split(rollout, STEPS))
    advantage = advantages(batch, evaluate(networks, envs.state)[1])
    rows = jax.tree.map(
        lambda each: each.reshape(-1, *each.shape[2:]), (batch, advantage, advantage + batch.value)
    )

    def minibatch(carry: Any, part: Any) -> tuple[Any, None]:
        networks, state = carry
        gradient = jax.grad(loss)(networks, *part)
        change, state = OPTIMIZER.update(gradient, state)
        networks = optax.apply_updates(networks, change)
        return (networks, state), None

    def epoch(carry: Any, key: jax.Array) -> tuple[Any, None]:
        order = jax.random.permutation(key, COPIES * STEPS)
        parts = jax.tree.map(
            lambda each: each[order].reshape(MINIBATCHES, -1, *each.shape[1:]), rows
        )
        carry, _ = jax.lax.scan(minibatch, carry, parts)
        return carry, None

    keys = jax.random.split(shuffle, EPOCHS)
    (networks, state), _ = jax.lax.scan(epoch, (networks, state), keys)
    return (networks, state, envs, key), batch.finished


def start(seed: int) -> Any:
    """Untrained networks, and environments at their first states."""
    key, actor, critic, first = jax.random.split(jax.random.key(seed), 4)
    networks = (layers(actor, 2, 0.01), layers(critic, 1, 1.0))
    envs = Envs(fresh(first), jnp.zeros(COPIES, int), jnp.zeros(COPIES))
    return networks, OPTIMIZER.init(networks), envs, key


def train(carry: Any) -> Any:
    """Some updates, and the returns of episodes that ended."""
    return jax.lax.scan(update, carry, None, CHUNK)


def measure_rate(seed: int) -> None:
    """Repeats updates of one agent."""
    carry = start(seed)
    compiled = jax.jit(train)

    def work() -> int:
        nonlocal carry
        carry, finished = compiled(carry)
        jax.block_until_ready(finished)
        return CHUNK * COPIES * STEPS

    work()
    print_rate(work)


def solve(seed: int) -> None:
    """Trains until it is solved or the budget is spent."""
    solving = Solving()
    carry = start(seed)
    compiled = jax.jit(train)
    for _ in range(UPDATES // CHUNK):
        carry, finished = compiled(carry)
        returns = np.asarray(finished).ravel()
        if solving.add(returns[~np.isnan(returns)].tolist()):
            break
    solving.print()


if __name__ == "__main__":
    {"rate": measure_rate, "seconds": solve}[sys.argv[1]](int(sys.argv[2]))
