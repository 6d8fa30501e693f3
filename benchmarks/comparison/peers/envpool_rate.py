"""envpool_rate.py ENV_ID COPIES: environment steps per second in process, a thread per core."""

import itertools
import os
import sys

import envpool
import numpy as np

from comparison.peers.rate import print_rate

if __name__ == "__main__":
    copies = int(sys.argv[2])
    envs = envpool.make_gymnasium(
        sys.argv[1], num_envs=copies, num_threads=min(copies, os.cpu_count() or 1), seed=1
    )
    rng = np.random.default_rng(2)
    actions = itertools.cycle(list(rng.integers(0, envs.action_space.n, (64, copies))))
    envs.reset()

    def work() -> int:
        """One step of all copies; those that ended are reset by the next."""
        envs.step(next(actions))
        return copies

    print_rate(work)
