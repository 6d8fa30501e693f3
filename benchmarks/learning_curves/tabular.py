"""How good the greedy policy of a tabular run is, exactly: no episode is sampled.

    envserver-python/.venv/bin/python benchmarks/learning_curves/tabular.py RUN_DIR

For environments with a transition table `P` (FrozenLake-v1, Taxi-v4, CliffWalking-v1) and linear
softmax policies. Prints one JSON object: `mean_return`, the greedy policy's expected undiscounted
return within the time limit; `optimum`, the same for the best policy of the problem discounted by
0.9999, found by value iteration; `uniform`, the same for random actions.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import gymnasium
import numpy as np
from numpy.typing import NDArray

from gangway_envserver._proto import checkpoint_pb2
from gangway_envserver.values import from_tensor

DISCOUNT: Final = 0.9999
TOLERANCE: Final = 1e-10
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Model:
    """A finite decision process; a terminal transition leads nowhere.

    transitions [S, A, S], rewards [S, A] (expected), start [S].
    """

    transitions: Array
    rewards: Array
    start: Array


def read_model(table: Any, start: Array) -> Model:
    """From Gymnasium's `P`: P[s][a] is a list of (probability, s′, reward, terminated)."""
    states, actions = len(table), len(table[0])
    transitions = np.zeros((states, actions, states))
    rewards = np.zeros((states, actions))
    for state in range(states):
        for action in range(actions):
            for probability, successor, reward, terminated in table[state][action]:
                rewards[state, action] += probability * reward
                transitions[state, action, successor] += probability * (not terminated)
    return Model(transitions, rewards, start)


def expected_return(model: Model, policy: Array, horizon: int) -> float:
    """Expected undiscounted return of a policy [S, A] within that many steps."""
    rewards = np.einsum("sa,sa->s", policy, model.rewards)
    transitions = np.einsum("sa,sat->st", policy, model.transitions)
    values = np.zeros(len(rewards))
    for _ in range(horizon):
        values = rewards + transitions @ values
    return float(model.start @ values)


def greedy(scores: Array) -> Array:
    """The policy [S, A] that takes an action of highest score, the first of equals."""
    policy: Array = np.eye(scores.shape[1])[scores.argmax(axis=1)]
    return policy


def optimal(model: Model) -> Array:
    """The optimal policy [S, A] of the discounted problem, by value iteration."""
    values = np.zeros(len(model.start))
    while True:
        scores = model.rewards + DISCOUNT * model.transitions @ values
        improved = scores.max(axis=1)
        if np.abs(improved - values).max() < TOLERANCE:
            return greedy(scores)
        values = improved


def read_policy(path: Path) -> tuple[str, Array]:
    """The environment's id and the logits [S, A] of a checkpoint.

    Raises ValueError when the policy is not linear in a one-hot observation.
    """
    file = checkpoint_pb2.CheckpointFile.FromString(path.read_bytes())
    checkpoint = checkpoint_pb2.Checkpoint.FromString(file.checkpoint)
    tensors = {each.name: from_tensor(each.tensor) for each in checkpoint.policy}
    if not {"layer0.weights"} <= set(tensors) <= {"layer0.weights", "layer0.bias"}:
        raise ValueError(f"Expected a linear_softmax policy in {path}, found {sorted(tensors)}")
    logits = tensors["layer0.weights"] + tensors.get("layer0.bias", 0)
    return checkpoint.experiment.environment.gymnasium.id, logits.astype(np.float64)


def evaluate(run: Path) -> dict[str, float]:
    """The three returns of the module's docstring."""
    name, logits = read_policy(run / "checkpoint.pb")
    env: Any = gymnasium.make(name)
    model = read_model(env.unwrapped.P, env.unwrapped.initial_state_distrib)
    horizon = env.spec.max_episode_steps
    if horizon is None:
        raise ValueError(f"Expected a time limit, found none in {name}.")
    policies = {
        "mean_return": greedy(logits),
        "optimum": optimal(model),
        "uniform": np.full_like(logits, 1 / logits.shape[1]),
    }
    return {each: expected_return(model, policy, horizon) for each, policy in policies.items()}


if __name__ == "__main__":
    print(json.dumps(evaluate(Path(sys.argv[1]))))
