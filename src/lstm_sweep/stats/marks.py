"""Marks beside trials in a table: those shown to beat naive even though so many were tried.

They describe; the verdict rests on one test alone. Hansen's test of superior predictive ability (2005, Journal of
Business & Economic Statistics 23, 365-380), in one step, by `arch`.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.stats.columns import ROUNDING, Distinct, are_numbers, find_distinct
from lstm_sweep.stats.diebold_mariano import WINDOWS_NEEDED, num_lags
from lstm_sweep.stats.hac import standard_error
from lstm_sweep.stats.resampling import block_length, condense, group_size


@dataclass(frozen=True)
class Marks:
    """Which trials are shown to beat naive, all of them looked at together.

    Attributes:
        superior: bool `(trial,)`.
        p_value: of the hypothesis that none of the trials beats naive, nan where nothing was compared.
        num_compared: different trials that were compared.
        draws: of the windows; a p-value has no finer steps than their reciprocal.
        skipped: why nothing was compared, a sentence; empty where something was.
    """

    superior: NDArray[np.bool_]
    p_value: float
    num_compared: int
    draws: int
    skipped: str = ""


def mark_superior(
    losses: NDArray[np.float64],
    naive_loss: NDArray[np.float64],
    *,
    horizon: int,
    alpha: float,
    seed: int,
    draws: int = 2000,
) -> Marks:
    """Mark the trials that beat naive, with probability `alpha` of marking any where none does.

    A trial whose losses are not all numbers, naive's own but for rounding, or a constant away from them is not
    compared; equal trials are compared once and marked alike.

    Args:
        losses: float64 `(trial, window)` on the test span, averaged over seeds, windows in the order of time.
        naive_loss: float64 `(window,)`, naive's on the same windows.
        horizon: steps of a window.
        alpha: level.
        seed: of the draws.
        draws: how often windows are drawn.

    Raises:
        ValueError: where the shapes do not fit.
    """
    if losses.ndim != 2 or losses.shape[1:] != naive_loss.shape:
        raise ValueError(
            f"losses must be (trial, window), naive_loss (window,), but {losses.shape}, {naive_loss.shape}."
        )
    if naive_loss.size < WINDOWS_NEEDED * horizon:
        return _nothing(losses, f"{naive_loss.size} windows cannot support marks ({WINDOWS_NEEDED * horizon} needed).")
    distinct = comparable(losses, naive_loss)
    if distinct.first.size == 0:
        return _nothing(losses, "No trial has losses that differ from naive's and are all numbers.")
    groups = group_size(naive_loss.size)
    gains = condense((naive_loss - losses[distinct.first]).T, groups)
    steps = math.ceil(horizon / groups)
    p_value, superior = _compare(studentised(gains, steps), block_length(gains, steps), alpha, seed, draws)
    return Marks(distinct.spread(superior), p_value, distinct.first.size, draws)


def comparable(losses: NDArray[np.float64], naive_loss: NDArray[np.float64]) -> Distinct:
    """The different trials among those that can be compared with naive."""
    scale = float(naive_loss.mean())
    usable = are_numbers(losses)
    gains = naive_loss - np.where(usable[:, None], losses, 0.0)
    usable &= gains.std(axis=1) > ROUNDING * scale if scale > 0 else False
    return find_distinct(losses, scale, usable)


def studentised(gains: NDArray[np.float64], horizon: int) -> NDArray[np.float64]:
    """Gains `(window, trial)` in units in which all their means have the same standard error, `1 / sqrt(T)`."""
    num_windows = len(gains)
    deviation = np.sqrt(num_windows) * standard_error(gains, num_lags(num_windows, horizon))
    # One column of nan would make the test reject: what has no deviation counts as no gain.
    return np.divide(gains, deviation, out=np.zeros_like(gains), where=deviation > 0)


def _compare(
    gains: NDArray[np.float64], length: int, alpha: float, seed: int, draws: int
) -> tuple[float, NDArray[np.bool_]]:
    from arch.bootstrap import SPA

    test = SPA(np.zeros(len(gains)), -gains, block_size=length, reps=draws, seed=seed)
    test.compute()
    superior = np.zeros(gains.shape[1], dtype=bool)
    superior[test.better_models(alpha)] = True
    return float(test.pvalues["consistent"]), superior


def _nothing(losses: NDArray[np.float64], why: str) -> Marks:
    return Marks(np.zeros(len(losses), dtype=bool), math.nan, 0, 0, why)
