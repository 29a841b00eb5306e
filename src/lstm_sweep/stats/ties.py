"""Which trials are no worse than the leader but for noise: of the windows, and of the seeds.

All pairs are compared at once, so that the best of many is not taken for better because it is the best of many. What
is said holds on these folds of this series.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.stats.columns import ROUNDING, are_numbers
from lstm_sweep.stats.resampling import block_length, condense, draw_windows, group_size, resampled_means


@dataclass(frozen=True)
class Ties:
    """How the trials stand to the leader on validation.

    Attributes:
        leader: row of the trial that the others are compared with, or None where none can be.
        separated: bool `(trial,)`, shown to be worse than the leader; all others are tied with it.
        p_best: float64 `(trial,)`, share of draws in which a trial has the lowest loss; nan where that is unknown.
    """

    leader: int | None
    separated: NDArray[np.bool_]
    p_best: NDArray[np.float64]


def find_ties(
    losses: NDArray[np.float64],
    folds: NDArray[np.int64],
    *,
    horizon: int,
    alpha: float,
    seed: int,
    leader: int | None = None,
    draws: int = 2000,
) -> Ties:
    """Compare all trials with each other, over resampled windows and resampled seeds.

    Nothing is said of a trial whose losses are not all numbers, and nothing at all of trials with one seed.

    Args:
        losses: float64 `(trial, seed, window)` on validation, windows of a fold in the order of time.
        folds: int64 `(window,)`, number of the fold of each window.
        horizon: steps of a window.
        alpha: chance of calling any trial worse where all are equal.
        seed: of the draws.
        leader: row to compare with; None for the lowest mean loss.
        draws: how often windows and seeds are drawn.

    Raises:
        ValueError: where the shapes do not fit.
    """
    if losses.ndim != 3 or losses.shape[2:] != folds.shape:
        raise ValueError(f"losses must be (trial, seed, window), folds (window,), but {losses.shape}, {folds.shape}.")
    num_trials, num_seeds, _ = losses.shape
    separated, p_best = np.zeros(num_trials, dtype=bool), np.full(num_trials, np.nan)
    trials = _by_loss(losses)
    if trials.size == 0 or (leader is not None and leader not in trials):
        return Ties(leader, separated, p_best)
    place = 0 if leader is None else int(np.flatnonzero(trials == leader)[0])
    if num_seeds > 1:
        means, drawn = draw_means(losses[trials], folds, horizon, draws, np.random.default_rng(seed))
        separated[trials] = separate(means, drawn, place, alpha)
        p_best[trials] = share_best(drawn)
    return Ties(int(trials[place]), separated, p_best)


def _by_loss(losses: NDArray[np.float64]) -> NDArray[np.int64]:
    """Trials that can be compared, lowest mean loss first: so no draw depends on where a trial stands in the list."""
    trials = np.flatnonzero(are_numbers(losses))
    return trials[np.argsort(losses[trials].mean(axis=(1, 2)), kind="stable")]


def draw_means(
    losses: NDArray[np.float64], folds: NDArray[np.int64], horizon: int, draws: int, generator: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean losses of the trials `(trial,)`, and what they might have been `(draw, trial)`."""
    groups = group_size(folds.size)
    each = [condense(losses.mean(axis=1).T[folds == fold], groups) for fold in np.unique(folds)]
    columns = np.concatenate(each)
    numbers = np.repeat(np.arange(len(each)), [len(fold) for fold in each])
    length = block_length(columns - columns[:, :1], math.ceil(horizon / groups))
    drawn = resampled_means(columns, draw_windows(numbers, length, draws, generator))
    return columns.mean(axis=0), drawn + draw_seed_noise(losses.mean(axis=2), draws, generator)


def draw_seed_noise(losses: NDArray[np.float64], draws: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Seed noise in the mean over the seeds: `sqrt(s2 / S) * t(k * (S - 1))`, float64 `(draw, trial)`.

    Args:
        losses: float64 `(trial, seed)`, mean over the windows; `s2` is the mean variance of a trial over its seeds.
        draws: how often.
        generator: of random numbers.
    """
    num_trials, num_seeds = losses.shape
    variance = losses.var(axis=1, ddof=1).mean()
    draw = generator.standard_t(num_trials * (num_seeds - 1), size=(draws, num_trials))
    return np.sqrt(variance / num_seeds) * draw


def separate(means: NDArray[np.float64], drawn: NDArray[np.float64], leader: int, alpha: float) -> NDArray[np.bool_]:
    """Which trials lie further behind the leader than any two equal trials would, with probability 1 - alpha.

    A gap counts in standard deviations of its draws, and is held against the 1 - alpha quantile of the largest
    such difference of any pair, drawn around its mean (the range statistic of Hansen, Lunde and Nason,
    2011, Econometrica 79, 453-497, without their elimination).

    Args:
        means: float64 `(trial,)`.
        drawn: float64 `(draw, trial)`.
        leader: number of the trial to compare with.
        alpha: chance of separating any pair of equals.

    Returns:
        bool `(trial,)`.
    """
    errors = drawn - means
    least = ROUNDING * np.abs(means).mean()
    largest = np.zeros(len(drawn))
    for trial in range(means.size):
        difference = errors - errors[:, [trial]]
        largest = np.maximum(largest, np.abs(_in_deviations(difference, difference, least)).max(axis=1))
    gaps = _in_deviations(means - means[leader], errors - errors[:, [leader]], least)
    return np.asarray(gaps > np.quantile(largest, 1.0 - alpha))


def share_best(drawn: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of the draws `(draw, trial)` in which each trial is lowest, float64 `(trial,)`; equals share a draw."""
    lowest = drawn == drawn.min(axis=1, keepdims=True)
    return np.asarray((lowest / lowest.sum(axis=1, keepdims=True)).mean(axis=0))


def _in_deviations(values: NDArray[np.float64], draws: NDArray[np.float64], least: float) -> NDArray[np.float64]:
    """Values over the standard deviation of their draws; 0 where that is no more than rounding errors."""
    deviation = np.broadcast_to(draws.std(axis=0), values.shape)
    return np.divide(values, deviation, out=np.zeros_like(values), where=deviation > least)
