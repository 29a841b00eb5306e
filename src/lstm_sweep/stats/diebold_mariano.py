"""The one test that decides: is one forecast's loss lower than another's, or may it be chance?

One-sided test of Diebold and Mariano (1995, Journal of Business & Economic Statistics 13, 253-263) with the
correction of Harvey, Leybourne and Newbold (1997, International Journal of Forecasting 13, 281-291, eq. 9).
"""

import math

import numpy as np
from numpy.typing import NDArray

WINDOWS_NEEDED = 100
"""Fewest windows per step of the horizon that can carry a claim."""

_ROUNDING = 1e-9
"""Relative difference between losses below which they are the same: the test would find order in rounding errors."""


def diebold_mariano(loss: NDArray[np.float64], other_loss: NDArray[np.float64], horizon: int) -> tuple[float, float]:
    """Test whether `loss` is lower than `other_loss` in the mean, allowing for windows that overlap.

    Args:
        loss: float64 `(window,)`, in the order of time.
        other_loss: float64 `(window,)`, on the same windows.
        horizon: steps of a window.

    Returns:
        The corrected statistic, negative where `loss` is lower, and the one-sided p-value from Student's t with
        T - 1 degrees of freedom. Losses that differ by rounding only give (0, 1), losses that are not all finite
        (infinity, 1).

    Raises:
        ValueError: where the shapes differ.
    """
    if loss.shape != other_loss.shape or loss.ndim != 1:
        raise ValueError(f"losses must both be (window,), but are {loss.shape} and {other_loss.shape}.")
    if not np.isfinite(loss).all():
        return math.inf, 1.0
    if np.allclose(loss, other_loss, rtol=_ROUNDING, atol=_ROUNDING * other_loss.mean()):
        return 0.0, 1.0
    return _test(loss, other_loss, horizon)


def _test(loss: NDArray[np.float64], other_loss: NDArray[np.float64], horizon: int) -> tuple[float, float]:
    from scipy import stats  # together half a second or more, needed once at the end of a sweep
    from statsmodels.tsa.stattools import diebold_mariano_test

    num_windows = loss.size
    result = diebold_mariano_test(
        np.zeros(num_windows),
        loss,
        other_loss,
        criterion=lambda _, values: values,
        lags=num_lags(num_windows, horizon),
        harvey_adj=True,
        horizon=horizon,
    )
    # The library's own p-value is two-sided: it would reject because a model is worse.
    return result.statistic, float(stats.t.cdf(result.statistic, num_windows - 1))


def num_lags(num_windows: int, horizon: int) -> int:
    """Autocovariances in the variance of the mean: for the overlap of windows, and for volatility that clusters."""
    overlap = math.ceil(1.5 * horizon) if horizon > 1 else 0
    return max(overlap, math.ceil(num_windows ** (1 / 3)))
