"""An interval of skill. Approximate: it holds the true skill in 75 to 89 samples of 100 where 90 are meant."""

import math

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.stats.columns import are_numbers
from lstm_sweep.stats.resampling import block_length, condense, group_size


def skill_interval(
    loss: NDArray[np.float64],
    naive_loss: NDArray[np.float64],
    *,
    horizon: int,
    alpha: float,
    seed: int,
    draws: int = 2000,
) -> tuple[float, float]:
    """Percentile interval of `1 - RMSE / RMSE of naive`, by the stationary bootstrap.

    Args:
        loss: float64 `(window,)`, averaged over the seeds, windows in the order of time.
        naive_loss: float64 `(window,)`, naive's on the same windows.
        horizon: steps of a window.
        alpha: level of the one-sided test; the interval is meant to hold the true skill with 1 - 2 alpha.
        seed: of the draws.
        draws: how often windows are drawn.

    Returns:
        Lower and upper end, fractions; (nan, nan) where a loss is no number or naive makes no error.

    Raises:
        ValueError: where the shapes differ.
    """
    if loss.shape != naive_loss.shape or loss.ndim != 1:
        raise ValueError(f"losses must both be (window,), but are {loss.shape} and {naive_loss.shape}.")
    both = np.stack([loss, naive_loss])
    if not are_numbers(both).all():
        return math.nan, math.nan
    groups = group_size(loss.size)
    columns = condense(both.T, groups)
    length = block_length(columns[:, 1:] - columns[:, :1], math.ceil(horizon / groups))
    return _interval(columns, length, 1.0 - 2.0 * alpha, seed, draws)


def _interval(columns: NDArray[np.float64], length: int, coverage: float, seed: int, draws: int) -> tuple[float, float]:
    from arch.bootstrap import StationaryBootstrap

    bootstrap = StationaryBootstrap(length, columns[:, 0], columns[:, 1], seed=seed)
    with np.errstate(divide="ignore", invalid="ignore"):  # a draw of nothing but windows without a move
        ends = bootstrap.conf_int(_skill, reps=draws, method="percentile", size=coverage).ravel()
    return (float(ends[0]), float(ends[1])) if np.isfinite(ends).all() else (math.nan, math.nan)


def _skill(loss: NDArray[np.float64], naive_loss: NDArray[np.float64]) -> np.float64:
    return 1.0 - np.sqrt(loss.mean() / naive_loss.mean())
