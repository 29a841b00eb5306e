"""Ticks: round, inside of the range, and few."""

import itertools
import math

import pytest

from lstm_sweep.report.page.ranges import ticks_of


@pytest.mark.parametrize("is_log", [True, False], ids=["log", "linear"])
def test_ticks_are_round_few_and_inside(is_log: bool) -> None:
    for low, ratio in itertools.product((1e-7, 3.3e-5, 0.02, 1.0, 57.0, 4e6), (1.001, 1.7, 3.0, 9.0, 80.0, 1e4, 1e9)):
        high = low * ratio
        ticks = ticks_of(low, high, is_log)
        assert 2 <= len(ticks) <= 7, (low, high, ticks)
        assert all(low * (1 - 1e-6) <= tick <= high * (1 + 1e-6) for tick in ticks)
        assert ticks == sorted(ticks)
        if is_log and ratio > 100:
            mantissas = {round(tick / 10 ** math.floor(math.log10(tick * (1 + 1e-9))), 6) for tick in ticks}
            assert mantissas <= {1.0, 2.0, 3.0, 5.0}


@pytest.mark.parametrize(
    ("low", "high", "is_log", "ticks"),
    [
        (0.0, 0.5, False, [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]),
        (-2.4, 0.1, False, [-2.0, -1.5, -1.0, -0.5, 0.0]),
        (1e-4, 1e-1, True, [1e-4, 1e-3, 1e-2, 1e-1]),
        (8, 128, True, [10, 20, 50, 100]),
        (7.0, 7.0, True, [7.0]),
    ],
)
def test_ticks_of_usual_ranges(low: float, high: float, is_log: bool, ticks: list[float]) -> None:
    assert ticks_of(low, high, is_log) == pytest.approx(ticks)
