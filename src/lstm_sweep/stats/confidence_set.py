"""Which forecasts might be the best: the model confidence set, naive and the baselines among them.

Hansen, Lunde and Nason (2011, Econometrica 79, 453-497), with the range statistic, by `arch`. It describes.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.stats.columns import are_numbers, find_distinct
from lstm_sweep.stats.diebold_mariano import WINDOWS_NEEDED
from lstm_sweep.stats.resampling import block_length, condense, group_size

MOST_FORECASTS = 100
"""Different forecasts that are compared; of more, the references and the trials of lowest loss."""


@dataclass(frozen=True)
class ConfidenceSet:
    """The forecasts among which the best is found with probability 1 - alpha.

    Attributes:
        trials: bool `(trial,)`; false where a trial was shown to be worse than another forecast, or not compared.
        references: bool `(reference,)`, likewise.
        num_compared: different forecasts that were compared.
        skipped: why nothing was compared, a sentence; empty where something was.
    """

    trials: NDArray[np.bool_]
    references: NDArray[np.bool_]
    num_compared: int
    skipped: str = ""


def find_confidence_set(
    losses: NDArray[np.float64],
    references: NDArray[np.float64],
    *,
    horizon: int,
    alpha: float,
    seed: int,
    draws: int = 2000,
) -> ConfidenceSet:
    """Find the forecasts that are not shown to be worse than another.

    Args:
        losses: float64 `(trial, window)` on the test span, averaged over seeds, windows in the order of time.
        references: float64 `(reference, window)`, naive's first, then those of the baselines.
        horizon: steps of a window.
        alpha: chance that the best is not in the set.
        seed: of the draws.
        draws: how often windows are drawn.

    Raises:
        ValueError: where the shapes do not fit.
    """
    if losses.ndim != 2 or references.ndim != 2 or losses.shape[1] != references.shape[1] or len(references) == 0:
        shapes = f"{losses.shape} and {references.shape}"
        raise ValueError(f"losses must be (trial, window) and references (reference, window), but are {shapes}.")
    num_windows, num_references = references.shape[1], len(references)
    if num_windows < WINDOWS_NEEDED * horizon:
        why = f"{num_windows} windows cannot support a set ({WINDOWS_NEEDED * horizon} needed)."
        return _nothing(losses, references, why)
    everyone = np.concatenate([references, losses])
    distinct = find_distinct(everyone, float(references[0].mean()), are_numbers(everyone))
    compared = _choose(everyone[distinct.first], set(distinct.number[:num_references].tolist()))
    if compared.size < 2:
        return _nothing(losses, references, "There are no two different forecasts to compare.")
    kept = np.zeros(distinct.first.size, dtype=bool)
    kept[compared] = _compare(everyone[distinct.first[compared]], references[0], horizon, alpha, seed, draws)
    included = distinct.spread(kept)
    return ConfidenceSet(included[num_references:], included[:num_references], compared.size)


def _choose(losses: NDArray[np.float64], references: set[int]) -> NDArray[np.int64]:
    """Numbers of the forecasts to compare, of `(forecast, window)`: references first, then those of lowest loss.

    Of forecasts whose losses differ by a constant only the lowest is: their difference has no deviation to count in.
    """
    means = losses.mean(axis=1)
    like = find_distinct(
        losses - means[:, None], float(np.abs(means).max(initial=0.0)), np.ones(len(losses), dtype=bool)
    )
    by_loss = np.argsort(means, kind="stable")
    _, leads = np.unique(like.number[by_loss], return_index=True)
    ranked = sorted(by_loss[np.sort(leads)].tolist(), key=lambda number: number not in references)
    return np.array(ranked[:MOST_FORECASTS], dtype=np.int64)


def _nothing(losses: NDArray[np.float64], references: NDArray[np.float64], why: str) -> ConfidenceSet:
    return ConfidenceSet(np.zeros(len(losses), dtype=bool), np.zeros(len(references), dtype=bool), 0, why)


def _compare(
    losses: NDArray[np.float64],
    naive_loss: NDArray[np.float64],
    horizon: int,
    alpha: float,
    seed: int,
    draws: int,
) -> NDArray[np.bool_]:
    """Which forecasts `(forecast, window)` are in the set, bool `(forecast,)`."""
    from arch.bootstrap import MCS

    groups = group_size(naive_loss.size)
    columns = condense(losses.T, groups)
    gains = condense(naive_loss[:, None], groups) - columns
    length = block_length(gains, math.ceil(horizon / groups))
    test = MCS(columns, size=alpha, block_size=length, reps=draws, method="R", seed=seed)
    test.compute()
    kept = np.zeros(len(losses), dtype=bool)
    kept[np.asarray(test.included, dtype=np.int64)] = True
    return kept
