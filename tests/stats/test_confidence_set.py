"""The set of forecasts that might be best, against a loop over the same draws, and against what breaks the library."""

import math
import statistics

import numpy as np
import pytest
from arch.bootstrap import StationaryBootstrap
from numpy.typing import NDArray

from lstm_sweep.stats import confidence_set
from lstm_sweep.stats.confidence_set import ConfidenceSet, find_confidence_set
from lstm_sweep.stats.resampling import MOST_WINDOWS, block_length
from tests.stats.losses import losses_of

Losses = NDArray[np.float64]


def set_of(losses: Losses, references: Losses, seed: int = 5, **changes: object) -> ConfidenceSet:
    settings = {"horizon": 1, "alpha": 0.05, "draws": 200, **changes}
    return find_confidence_set(losses, references, seed=seed, **settings)


def find_with_most(losses: Losses, references: Losses, most: int) -> ConfidenceSet:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(confidence_set, "MOST_FORECASTS", most)
        return set_of(losses, references)


def set_by_loop(losses: Losses, length: int, alpha: float, seed: int, draws: int) -> set[int]:
    """Eliminate the worst of the largest studentised difference until equality is no longer rejected."""
    count = losses.shape[1]
    means = [sum(row) / count for row in losses]
    drawn_means = []
    for (drawn,), _ in StationaryBootstrap(length, np.arange(count), seed=seed).bootstrap(draws):
        drawn_means.append([sum(row[w] for w in drawn) / count - mean for row, mean in zip(losses, means, strict=True)])
    pairs = [(i, j) for i in range(len(means)) for j in range(len(means)) if i != j]
    deviation = {
        (i, j): math.sqrt(statistics.fmean((errors[i] - errors[j]) ** 2 for errors in drawn_means)) for i, j in pairs
    }
    left = set(range(len(means)))
    while len(left) > 1:
        here = [(i, j) for i, j in pairs if i in left and j in left]
        largest = max((means[i] - means[j]) / deviation[i, j] for i, j in here)
        chance = sum(
            max((errors[i] - errors[j]) / deviation[i, j] for i, j in here) > largest for errors in drawn_means
        )
        if chance / draws > alpha:
            break
        left.remove(max(here, key=lambda pair: (means[pair[0]] - means[pair[1]]) / deviation[pair])[0])
    return left


@pytest.mark.parametrize("alpha", [0.01, 0.02, 0.07, 0.15])
def test_set_equals_a_plain_loop_on_the_same_draws(alpha: float) -> None:
    losses, naive_loss = losses_of([1.0, 0.8, 0.3, -0.5, -1.5], 300)
    trials = losses.mean(axis=1)
    everyone = np.concatenate([naive_loss[None], trials])
    length = block_length((naive_loss - everyone).T, 1)
    expected = set_by_loop(everyone, length, alpha, seed=5, draws=200)
    found = set_of(trials, naive_loss[None], alpha=alpha)
    assert set(np.flatnonzero([*found.references, *found.trials])) == expected
    assert len(expected) == {0.01: 3, 0.02: 2, 0.07: 2, 0.15: 1}[alpha]


def test_equals_stay_together_about_as_often_as_alpha_says() -> None:
    generator = np.random.default_rng(0)
    whole = 0
    for _ in range(60):
        change, forecasts = generator.normal(size=200), generator.normal(0, 0.2, (4, 200))
        losses = (change - forecasts) ** 2
        found = set_of(losses[1:], losses[:1], draws=100)
        whole += found.trials.all() and found.references.all()
    assert whole >= 50  # 57 expected


def test_forecasts_that_are_shown_to_be_worse_are_left_out() -> None:
    losses, naive_loss = losses_of([1.0, -2.0], 750)
    found = set_of(losses.mean(axis=1), naive_loss[None])
    assert found.trials.tolist() == [True, False]
    assert found.references.tolist() == [False]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e200])
def test_forecast_without_numbers_is_left_out_and_changes_no_other(bad: float) -> None:
    losses, naive_loss = losses_of([1.0, 0.9, -1.0], 300)
    trials = losses.mean(axis=1)
    ruined = trials[:1].copy()
    ruined[0, 3] = bad
    alone, together = set_of(trials, naive_loss[None]), set_of(np.concatenate([ruined, trials]), naive_loss[None])
    assert not together.trials[0]
    assert (together.trials[1:] == alone.trials).all()
    assert together.num_compared == alone.num_compared


def test_equal_forecasts_count_once_and_stand_alike() -> None:
    losses, naive_loss = losses_of([1.0, -2.0], 750)
    good, bad = losses.mean(axis=1)
    found = set_of(np.stack([good, bad, good * (1 + 1e-15), bad, naive_loss]), np.stack([naive_loss, bad]))
    assert found.trials.tolist() == [True, False, True, False, False]
    assert found.references.tolist() == [False, False]
    assert found.num_compared == 3


def test_of_forecasts_a_constant_apart_only_the_lowest_is_in_the_set() -> None:
    """The library divides by their deviation, which is 0 where numbers are exact, and keeps the wrong one."""
    trial = np.random.default_rng(0).integers(0, 4, 128).astype(float)
    other = np.random.default_rng(1).integers(1, 9, 128).astype(float)
    found = set_of(np.stack([trial + 1, trial, trial + 2, trial + 4]), other[None])
    assert found.trials.tolist() == [False, True, False, False]
    assert found.num_compared == 2


def test_price_that_never_moves_supports_no_set() -> None:
    assert set_of(np.repeat([[0.1], [0.2], [0.3]], 200, axis=1), np.zeros((1, 200))).skipped


def test_permuted_trials_have_permuted_answers() -> None:
    losses, naive_loss = losses_of([1.0, 0.0, 0.7, -1.0], 300)
    trials, order = losses.mean(axis=1), np.array([2, 0, 3, 1])
    found, permuted = set_of(trials, naive_loss[None]), set_of(trials[order], naive_loss[None])
    assert (permuted.trials == found.trials[order]).all()
    assert (permuted.references == found.references).all()


@pytest.mark.parametrize("seed", range(4))
def test_of_many_forecasts_references_and_best_trials_are_compared(seed: int) -> None:
    losses, naive_loss = losses_of([-3.0, 1.0, -3.0, 0.98, -3.0], 300, seed=seed)
    found = find_with_most(losses.mean(axis=1), np.stack([naive_loss, naive_loss * 2]), 4)
    assert found.num_compared == 4
    assert found.trials.any()
    assert not found.trials[[0, 2, 4]].any()


def test_references_are_compared_however_many_trials_are_better() -> None:
    generator = np.random.default_rng(0)
    losses = (generator.normal(size=200) - generator.normal(0, 0.1, (4, 200))) ** 2
    worst, *others = losses[np.argsort(-losses.mean(axis=1))]
    found = find_with_most(np.stack(others), worst[None], 2)
    assert found.references.tolist() == [True]
    assert found.trials.tolist() == [False, False, True]


def test_nothing_to_compare_is_said() -> None:
    _, naive_loss = losses_of([], 300)
    for trials in (np.empty((0, 300)), naive_loss[None], np.full((2, 300), np.nan)):
        found = set_of(trials, naive_loss[None])
        assert not found.trials.any()
        assert "no two different forecasts" in found.skipped


def test_few_windows_support_no_set() -> None:
    losses, naive_loss = losses_of([1.0], 99)
    found = set_of(losses[0], naive_loss[None])
    assert not found.trials.any()
    assert "99 windows cannot support a set (100 needed)" in found.skipped


def test_long_spans_have_a_set_too() -> None:
    losses, naive_loss = losses_of([1.0, -1.0], 2 * MOST_WINDOWS + 1, seeds=1)
    assert set_of(losses[:, 0], naive_loss[None], draws=50).trials.tolist() == [True, False]


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(reference, window\)"):
        set_of(np.ones((2, 300)), np.ones(300))
