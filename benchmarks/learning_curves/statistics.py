"""Statistics over a handful of runs, as Agarwal et al. 2021 recommend.

"Deep Reinforcement Learning at the Edge of the Statistical Precipice", arXiv:2108.13264: the
interquartile mean instead of mean or median, and stratified bootstrap intervals.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Sequence
from operator import itemgetter
from statistics import NormalDist

RESAMPLES = 10_000
LEVEL = 0.95


def interquartile_mean(values: Sequence[float]) -> float:
    """The mean without the lowest and highest ⌊n/4⌋ of n values."""
    cut = len(values) // 4
    kept = sorted(values)[cut : len(values) - cut]
    return math.fsum(kept) / len(kept)


def bootstrap_interval(
    strata: Sequence[Sequence[float]], seed: int = 0, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """The percentile interval of the interquartile mean of all values.

    Every stratum (an environment's runs) is resampled with replacement by itself, so that each
    keeps its weight.
    """
    generator = random.Random(seed)  # noqa: S311 - no secret
    means = sorted(
        interquartile_mean(
            [each for stratum in strata for each in generator.choices(stratum, k=len(stratum))]
        )
        for _ in range(resamples)
    )
    tail = (1 - LEVEL) / 2
    return means[int(tail * (resamples - 1))], means[math.ceil((1 - tail) * (resamples - 1))]


def wilson_interval(successes: int, trials: int) -> tuple[float, float]:
    """The 95 % score interval of a success probability (Wilson 1927); also at 0 and n."""
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    share = successes / trials
    middle = share + z * z / (2 * trials)
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def censored_median(values: Sequence[float | None]) -> float | None:
    """The median where None stands for more than any number; None when it lies there itself."""
    ordered = sorted(math.inf if value is None else value for value in values)
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    return None if math.isinf(median) else median


def at_steps(curve: Sequence[tuple[float, float]], steps: float) -> float:
    """The curve's value at a number of steps: its last point up to there; its end's beyond."""
    after = bisect_right(curve, steps, key=itemgetter(0))
    return curve[after - 1][1] if after else math.nan
