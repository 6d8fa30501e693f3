"""What Gymnasium's ``sample(mask)`` can give: each line a space, a mask, and all samples, sorted.

python action_masks.py
"""

from __future__ import annotations

from itertools import product

import numpy as np
from gymnasium.spaces import Discrete, MultiBinary, MultiDiscrete

SAMPLES = 400


def show(name: str, mask: tuple[int, ...], samples: list[np.ndarray | np.int64]) -> None:
    """Prints one line; an element of a sample follows the other after a comma."""
    shown = {",".join(str(int(x)) for x in np.atleast_1d(sample)) for sample in samples}
    print(name, "".join(map(str, mask)), " ".join(sorted(shown)), sep=" | ")


def main() -> None:
    """Tries every mask that allows something for each element."""
    discrete = Discrete(5, start=2, seed=0)
    for mask in product((0, 1), repeat=5):
        if any(mask):
            array = np.array(mask, np.int8)
            show("discrete", mask, [discrete.sample(array) for _ in range(SAMPLES)])
    multi = MultiDiscrete([3, 2], start=[1, -1], seed=0)
    for mask in product((0, 1), repeat=5):
        if any(mask[:3]) and any(mask[3:]):
            arrays = (np.array(mask[:3], np.int8), np.array(mask[3:], np.int8))
            show("multi_discrete", mask, [multi.sample(arrays) for _ in range(SAMPLES)])
    binary = MultiBinary(3, seed=0)
    for mask in product((0, 1, 2), repeat=3):
        array = np.array(mask, np.int8)
        show("multi_binary", mask, [binary.sample(array) for _ in range(SAMPLES)])


if __name__ == "__main__":
    main()
