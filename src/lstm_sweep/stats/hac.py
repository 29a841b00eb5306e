"""Standard error of a mean of values that depend on the ones before them."""

import numpy as np
from numpy.typing import NDArray


def standard_error(columns: NDArray[np.float64], num_lags: int) -> NDArray[np.float64]:
    """Standard error of the mean of each column, after Newey and West (1987, Econometrica 55, 703-708).

    `variance = (c[0] + 2 * sum over lags l of (1 - l / (num_lags + 1)) * c[l]) / T`, where `c[l]` is the
    autocovariance at lag l, divided by T.

    Args:
        columns: float64 `(window,)` or `(window, column)`, in the order of time.
        num_lags: autocovariances that count.

    Returns:
        float64 `()` or `(column,)`, in the unit of the columns.
    """
    centred = columns - columns.mean(axis=0)
    total = np.square(centred).sum(axis=0)
    for lag in range(1, min(num_lags, len(columns) - 1) + 1):
        weight = 1.0 - lag / (num_lags + 1)
        total = total + 2.0 * weight * (centred[lag:] * centred[:-lag]).sum(axis=0)
    # The weights make the sum a square, but for its rounding.
    return np.asarray(np.sqrt(np.maximum(total, 0.0)) / len(columns))
