from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.spikes.tail import chance_of_at_least, chance_of_none, log_chance

COUNTS = st.integers(0, 60)
MEANS = st.floats(0.01, 80)
DISPERSIONS = st.one_of(st.just(0.0), st.floats(0.001, 3))


def exact_at_least(count: int, mean: Fraction, size: int) -> Fraction:
    """One less the exact sum below, for a dispersion of 1/size: all rational numbers."""
    success = size / (size + mean)
    below = sum((math.comb(k + size - 1, k) * success**size * (1 - success) ** k for k in range(count)), Fraction(0))
    return 1 - below


@pytest.mark.parametrize("size", [1, 2, 5, 10])
@pytest.mark.parametrize(
    ("count", "mean"), [(1, Fraction(1, 10)), (3, Fraction(1)), (14, Fraction(2)), (30, Fraction(12))]
)
def test_a_tail_equals_the_exact_sum(count: int, mean: Fraction, size: int) -> None:
    exact = float(exact_at_least(count, mean, size))
    assert chance_of_at_least(count, float(mean), 1 / size) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize(("count", "mean"), [(1, 0.1), (3, 1.0), (14, 2.0), (40, 12.0)])
def test_without_dispersion_it_is_poisson(count: int, mean: float) -> None:
    exact = math.fsum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(count, 150))
    assert chance_of_at_least(count, mean, 0.0) == pytest.approx(exact, rel=1e-9)


@given(COUNTS, MEANS, DISPERSIONS)
def test_a_tail_is_a_chance_that_falls_with_the_count_and_rises_with_the_mean(
    count: int, mean: float, dispersion: float
) -> None:
    chance = chance_of_at_least(count, mean, dispersion)
    assert 0 <= chance <= 1
    assert chance_of_at_least(count + 1, mean, dispersion) <= chance + 1e-9
    assert chance_of_at_least(count, mean * 1.5, dispersion) >= chance - 1e-9


@given(COUNTS, MEANS, DISPERSIONS)
def test_neighbouring_tails_differ_by_one_term(count: int, mean: float, dispersion: float) -> None:
    term = math.exp(log_chance(count, mean, dispersion))
    difference = chance_of_at_least(count, mean, dispersion) - chance_of_at_least(count + 1, mean, dispersion)
    assert difference == pytest.approx(term, abs=1e-8)


@given(MEANS, DISPERSIONS)
def test_none_or_at_least_one_is_certain(mean: float, dispersion: float) -> None:
    assert chance_of_none(mean, dispersion) + chance_of_at_least(1, mean, dispersion) == pytest.approx(1)


def test_where_nothing_is_expected_nothing_comes() -> None:
    assert (chance_of_none(0, 1), chance_of_at_least(1, 0, 1), chance_of_at_least(0, 0, 1)) == (1, 0, 1)
