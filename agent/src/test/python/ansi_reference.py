"""Prints what an environment draws as text: after the reset, and after every step to the end.

Arguments: id, seed, actions with commas between them (a cycle), most steps.
"""

import itertools
import sys

import gymnasium


def main(name: str, seed: str, actions: str, steps: str) -> None:
    """Plays."""
    env = gymnasium.make(name, render_mode="ansi")
    env.reset(seed=int(seed))
    print(env.render().rstrip())
    for action in itertools.islice(itertools.cycle(actions.split(",")), int(steps)):
        _, _, terminated, truncated, _ = env.step(int(action))
        print(env.render().rstrip())
        if terminated or truncated:
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
