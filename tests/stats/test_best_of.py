"""The best of drawn scores: against every draw there is, and against orders drawn at random."""

import itertools

import numpy as np
import pytest

from lstm_sweep.stats.best_of import best_of

SCORES = np.array([0.3, -0.1, 0.7, 0.05, -0.1, 0.4])


def test_expected_best_is_the_mean_over_every_draw() -> None:
    found = best_of(SCORES, np.arange(1, 7))
    for count in range(1, 7):
        lowest = [min(draw) for draw in itertools.combinations(SCORES.tolist(), count)]
        assert found.expected[count - 1] == pytest.approx(sum(lowest) / len(lowest), rel=1e-9)


def test_band_leaves_a_tenth_on_each_side() -> None:
    scores = np.random.default_rng(0).normal(size=40)
    counts = np.array([1, 4, 15, 40])
    found = best_of(scores, counts)
    for place, count in enumerate(counts):
        generator = np.random.default_rng(1)
        lowest = np.array([generator.choice(scores, count, replace=False).min() for _ in range(4000)])
        assert (lowest < found.low[place]).mean() <= 0.12
        assert (lowest <= found.low[place]).mean() >= 0.08
        assert (lowest > found.high[place]).mean() <= 0.12
        assert (lowest >= found.high[place]).mean() >= 0.08
        assert found.expected[place] == pytest.approx(lowest.mean(), abs=0.03)


def test_all_scores_have_the_lowest_of_all_and_one_their_mean() -> None:
    scores = np.random.default_rng(0).normal(size=2000)
    found = best_of(scores, np.array([1, 2000]))
    assert found.expected == pytest.approx([scores.mean(), scores.min()], rel=1e-7)
    assert found.low[1] == found.high[1] == scores.min()


def test_order_of_the_scores_does_not_matter() -> None:
    counts = np.arange(1, 7)
    assert best_of(SCORES[::-1], counts).expected == pytest.approx(best_of(SCORES, counts).expected)
