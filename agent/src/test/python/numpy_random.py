"""What NumPy's default generator gives, for the tests of its Java twin.

Prints one line per seed, separated by spaces: the seed; ``state`` and ``inc`` after seeding, in
hexadecimal; two 64-bit numbers; two 32-bit numbers (the halves of the third); ``random()`` and
``uniform(-0.05, 0.05)`` as hexadecimal floats; a third 32-bit number, whose other half stays
buffered; ``state``, ``has_uint32`` and ``uinteger`` at the end.

    python numpy_random.py COUNT

The first lines do not depend on COUNT. The tests keep the first 40 of them as
``resources/dev/gangway/environment/random/numpy-random.txt``.
"""

from __future__ import annotations

import sys
from hashlib import sha512

import numpy as np

EDGES = (0, 1, 42, 2**31 - 1, 2**32 - 1, 2**32, 2**63 - 1, 2**63, 2**64 - 1, 2**64, 2**128 - 1)


def seeds(count: int) -> list[int]:
    """Return the edges, then integers of 1 to 300 bits."""
    hashes = (int.from_bytes(sha512(b"%d" % i).digest()) for i in range(count - len(EDGES)))
    drawn = [value >> (511 - i * 7 % 300) for i, value in enumerate(hashes)]
    return [*EDGES, *drawn][:count]


def line(seed: int) -> str:
    """Return the numbers of one seed."""
    generator = np.random.default_rng(seed)
    bits = generator.bit_generator
    start = bits.state["state"]

    def word() -> int:
        return int(generator.integers(2**32, dtype=np.uint32))

    fields = [
        str(seed),
        f"{start['state']:x}",
        f"{start['inc']:x}",
        *(f"{int(bits.random_raw()):x}" for _ in range(2)),
        *(f"{word():x}" for _ in range(2)),
        float(generator.random()).hex(),
        float(generator.uniform(-0.05, 0.05)).hex(),
        f"{word():x}",
        f"{bits.state['state']['state']:x}",
        str(bits.state["has_uint32"]),
        f"{bits.state['uinteger']:x}",
    ]
    return " ".join(fields)


if __name__ == "__main__":
    for seed in seeds(int(sys.argv[1])):
        sys.stdout.write(line(seed) + "\n")
