"""Chances under a negative binomial: a count whose rate itself goes up and down.

`dispersion` is alpha in variance = mean + alpha * mean²; 0 is the Poisson distribution.
"""

from __future__ import annotations

import math
from typing import Final

_NEGLIGIBLE: Final = 1e-12
"""A term this much smaller than the sum so far ends the sum."""


def log_chance(count: int, mean: float, dispersion: float) -> float:
    """The natural logarithm of the chance of exactly `count`; `mean` is positive."""
    spread = dispersion * mean
    if spread < _NEGLIGIBLE:
        return count * math.log(mean) - mean - math.lgamma(count + 1)
    size = 1 / dispersion
    ways = math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
    return ways - size * math.log1p(spread) + count * (math.log(spread) - math.log1p(spread))


def chance_of_at_least(count: int, mean: float, dispersion: float) -> float:
    """The chance of `count` or more.

    Summed from `count` upwards where that side is the smaller, so that tiny chances keep their digits.
    """
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    if count <= mean:
        below = math.fsum(math.exp(log_chance(k, mean, dispersion)) for k in range(count))
        return max(0.0, 1.0 - below)
    total, term, k = 0.0, math.exp(log_chance(count, mean, dispersion)), count
    grows = dispersion * mean / (1 + dispersion * mean)
    while term > total * _NEGLIGIBLE:
        total += term
        # The ratio of neighbours is (k + 1/alpha) * alpha * mean / (1 + alpha * mean); without a division by 0.
        term *= (k * grows + mean / (1 + dispersion * mean)) / (k + 1)
        k += 1
    return min(1.0, total)


def chance_of_none(mean: float, dispersion: float) -> float:
    """The chance that nothing comes."""
    return math.exp(log_chance(0, mean, dispersion)) if mean > 0 else 1.0
