"""Stable-Baselines3's PPO learns CartPole on a Gangway server: `train.py ADDRESS [STEPS]`.

Stable-Baselines3 has a vector interface of its own, so the vector environment needs an adapter.
"""

import sys
from typing import Any

import numpy as np
from stable_baselines3 import PPO
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.vec_env import VecEnv, VecMonitor

from gangway_envserver.client import RemoteVectorEnv, make_vec


class Adapter(VecEnv):
    """A vector of environments with same-step autoreset, in Stable-Baselines3's terms."""

    def __init__(self, environments: RemoteVectorEnv) -> None:
        self.environments = environments
        super().__init__(
            environments.num_envs,
            environments.single_observation_space,
            environments.single_action_space,
        )

    def reset(self) -> Any:
        """Resets all, with the seeds that `seed` left."""
        seeds = self._seeds if any(seed is not None for seed in self._seeds) else None
        self._reset_seeds()
        return self.environments.reset(seed=seeds)[0]

    def step_async(self, actions: np.ndarray) -> None:
        """Keeps the actions for `step_wait`."""
        self.actions = actions

    def step_wait(self) -> Any:
        """Steps all; an episode's last observation goes into its info."""
        observations, rewards, terminated, truncated, infos = self.environments.step(self.actions)
        ended = terminated | truncated
        rows: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        for copy in np.flatnonzero(ended):
            rows[copy]["terminal_observation"] = infos["final_obs"][copy]
            rows[copy]["TimeLimit.truncated"] = bool(truncated[copy] and not terminated[copy])
        return observations, rewards.astype(np.float32), ended, rows

    def close(self) -> None:
        """Frees the environments at the server."""
        self.environments.close()

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """Only what all copies share is here: the render mode, which Stable-Baselines3 asks for."""
        if attr_name == "render_mode":
            return [self.environments.render_mode for _ in self._get_indices(indices)]
        raise AttributeError(f"{attr_name} is the server's")

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Attributes are the server's."""
        raise AttributeError(f"{attr_name} is the server's")

    def env_method(self, method_name: str, *args: Any, indices: Any = None, **kwargs: Any) -> Any:
        """Methods are the server's."""
        raise AttributeError(f"{method_name} is the server's")

    def env_is_wrapped(self, wrapper_class: Any, indices: Any = None) -> list[bool]:
        """Wrappers are the server's."""
        return [False for _ in self._get_indices(indices)]


def main(address: str, steps: int) -> None:
    """Trains, then plays 20 episodes."""
    environments = VecMonitor(
        Adapter(make_vec(address, "CartPole-v1", 8, autoreset_mode="SameStep"))
    )
    agent = PPO(
        *("MlpPolicy", environments),
        n_steps=32,
        batch_size=256,
        n_epochs=20,
        learning_rate=1e-3,
        gae_lambda=0.8,
        gamma=0.98,
        seed=0,
        device="cpu",
    )
    agent.learn(steps)
    mean, deviation = evaluate_policy(agent, environments, n_eval_episodes=20)
    print(f"after {steps:,} steps: return {mean:.1f} ± {deviation:.1f} over 20 episodes")
    environments.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 30_000)  # noqa: PLR2004
