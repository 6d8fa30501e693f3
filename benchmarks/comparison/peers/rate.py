"""How fast something goes once it is warm, told in the way that benchmarks/run reads."""

import time
from collections.abc import Callable

WARM_UP_SECONDS = 2.0
MEASUREMENT_SECONDS = 3.0


def print_rate(work: Callable[[], int]) -> None:
    """Repeats work for 2 s, then for 3 s; prints what a second of the latter did.

    `work` returns how much it did.
    """
    repeat(work, WARM_UP_SECONDS)
    print("measuring", flush=True)
    print("rate", repeat(work, MEASUREMENT_SECONDS), flush=True)


def repeat(work: Callable[[], int], seconds: float) -> float:
    """What a second did."""
    begun = time.perf_counter()
    done = 0
    elapsed = 0.0
    while elapsed < seconds:
        done += work()
        elapsed = time.perf_counter() - begun
    return done / elapsed
