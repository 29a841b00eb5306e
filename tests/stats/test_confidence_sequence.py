"""The interval that holds at every bar, against its formula worked out elsewhere, and by how often it holds."""

import math

import numpy as np
import pytest

from lstm_sweep.stats.confidence_sequence import FEWEST, ConfidenceSequence, margin, rho_squared


@pytest.mark.parametrize(
    ("alpha", "bars", "expected"),
    [
        (0.05, 100, 0.303521),
        (0.05, 500, 0.135739),
        (0.05, 1000, 0.0959817),
        (0.10, 100, 0.276394),
        (0.10, 500, 0.123607),
        (0.10, 1000, 0.0874034),
    ],
)
def test_margins_are_those_that_were_worked_out_by_hand(alpha: float, bars: int, expected: float) -> None:
    assert margin(bars, alpha, tightest_at=bars) == pytest.approx(expected, abs=5e-7)


def test_the_parameter_is_the_one_that_was_worked_out_and_is_best_where_it_should_be() -> None:
    assert rho_squared(0.05, 100) == pytest.approx(0.0793615, abs=5e-8)
    assert rho_squared(0.10, 100) == pytest.approx(0.0632886, abs=5e-8)
    margins = {at: margin(1000, 0.05, at) for at in (250, 500, 1000, 2000, 4000)}
    assert min(margins, key=lambda at: margins[at]) == 1000


def test_ends_are_mean_and_deviation_of_numpy_times_the_margin() -> None:
    numbers = np.random.default_rng(0).normal(3.0, 2.0, (300, 2))
    sequence = ConfidenceSequence(0.1, 2)
    for each in numbers:
        sequence.add(each)
    low, high = sequence.interval()
    half = numbers.std(axis=0, ddof=1) * margin(300, 0.1, 2000)
    np.testing.assert_allclose(low, numbers.mean(axis=0) - half)
    np.testing.assert_allclose(high, numbers.mean(axis=0) + half)


def test_there_is_no_interval_of_too_few_numbers() -> None:
    sequence = ConfidenceSequence(0.1)
    for _ in range(FEWEST - 1):
        sequence.add(np.ones(1))
    assert sequence.interval() == (-math.inf, math.inf)


def test_it_holds_at_all_bars_at_once() -> None:
    numbers = np.random.default_rng(1).standard_normal((3000, 500))
    sequence, missed = ConfidenceSequence(0.1, 500), np.zeros(500, bool)
    for each in numbers:
        sequence.add(each)
        low, high = sequence.interval()
        missed |= (low > 0) | (high < 0)
    assert missed.mean() <= 0.1 + 2 * math.sqrt(0.1 * 0.9 / 500)
