"""baselines_train.py sb3|sbx ppo|a2c SEED: seconds of learning until CartPole-v1 is solved.

Settings are those of RL Baselines3 Zoo: https://github.com/DLR-RM/rl-baselines3-zoo (hyperparams).
"""

import sys
from collections.abc import Callable
from typing import Any

from comparison.peers.solving import Solving

MAX_STEPS = 100_000
COPIES = 8


def linear(start: float) -> Callable[[float], float]:
    """A schedule that falls to 0 with what is left of the steps."""
    return lambda left: left * start


SETTINGS: dict[str, dict[str, Any]] = {
    "ppo": {
        "n_steps": 32,
        "batch_size": 256,
        "gae_lambda": 0.8,
        "gamma": 0.98,
        "n_epochs": 20,
        "ent_coef": 0.0,
        "learning_rate": linear(0.001),
        "clip_range": linear(0.2),
    },
    "a2c": {"ent_coef": 0.0},
}


def main(library: str, algorithm: str, seed: int) -> None:
    """Learns."""
    import stable_baselines3 as sb3  # noqa: PLC0415 - SBX is built on it, and asks for more
    from stable_baselines3.common.callbacks import BaseCallback  # noqa: PLC0415
    from stable_baselines3.common.env_util import make_vec_env  # noqa: PLC0415

    class Stop(BaseCallback):  # type: ignore[misc]
        """Ends learning when it is solved."""

        def __init__(self) -> None:
            super().__init__()
            self.solving = Solving()

        def _on_step(self) -> bool:
            infos = self.locals["infos"]
            return not self.solving.add(info["episode"]["r"] for info in infos if "episode" in info)

    if library == "sbx":
        import sbx  # noqa: PLC0415

        source: Any = sbx
    else:
        source = sb3
    envs = make_vec_env("CartPole-v1", COPIES, seed=seed)
    device = {} if library == "sbx" else {"device": "cpu"}
    settings = SETTINGS[algorithm] | device
    model = getattr(source, algorithm.upper())("MlpPolicy", envs, seed=seed, **settings)
    stop = Stop()
    model.learn(MAX_STEPS, callback=stop)
    stop.solving.print()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
