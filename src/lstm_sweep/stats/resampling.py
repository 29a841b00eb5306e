"""Resampling windows in blocks, so that days that depend on each other stay together.

The stationary bootstrap of Politis and Romano (1994, Journal of the American Statistical Association 89, 1303-1313)
with the mean block length of Politis and White (2004, Econometric Reviews 23, 53-70; corrected 2009), by `arch`.
"""

import math

import numpy as np
from numpy.typing import NDArray

Columns = NDArray[np.float64]
"""float64 `(window, column)`: windows in the order of time."""

MOST_WINDOWS = 5000
"""Windows that are resampled one by one; of more, neighbours are averaged first."""

_FEWEST_WINDOWS = 20
"""Fewer have no autocorrelations to choose a block length by."""


def group_size(num_windows: int) -> int:
    """How many neighbouring windows are averaged into one before they are resampled."""
    return max(1, math.ceil(num_windows / MOST_WINDOWS))


def condense(columns: Columns, size: int) -> Columns:
    """Average every `size` neighbouring windows; the few oldest that are left over are dropped.

    Args:
        columns: float64 `(window, column)`.
        size: from `group_size`.

    Returns:
        float64 `(window // size, column)`.
    """
    rest = len(columns) % size
    return columns[rest:].reshape(-1, size, *columns.shape[1:]).mean(axis=1)


def block_length(columns: Columns, horizon: int) -> int:
    """Mean length of the blocks: the median of what each column needs, no shorter than windows overlap.

    Args:
        columns: float64 `(window, column)`, differences of losses.
        horizon: steps of a window.
    """
    from arch.bootstrap import optimal_block_length  # 2 s, needed once at the end of a sweep

    varying = columns[:, np.ptp(columns, axis=0) > 0]
    if varying.size == 0 or len(varying) < _FEWEST_WINDOWS:
        return horizon
    with np.errstate(all="ignore"):  # 0 / 0 where a column hardly varies; it is left out of the median
        lengths = optimal_block_length(varying)["stationary"].to_numpy()
    lengths = lengths[np.isfinite(lengths)]
    return max(horizon, math.ceil(np.median(lengths))) if lengths.size else horizon


def draw_windows(
    folds: NDArray[np.int64], length: int, draws: int, generator: np.random.Generator
) -> NDArray[np.int64]:
    """Draw windows with replacement, in blocks that never run from one fold into another.

    Args:
        folds: int64 `(window,)`, number of the fold of each window; a fold's windows are in the order of time.
        length: mean length of the blocks.
        draws: how often.
        generator: of random numbers.

    Returns:
        int64 `(draw, window)`, rows of windows; each draw has as many of every fold as there are.
    """
    from arch.bootstrap import StationaryBootstrap

    drawn = []
    for fold in np.unique(folds):
        bootstrap = StationaryBootstrap(length, np.flatnonzero(folds == fold), seed=generator)
        drawn.append(np.stack([windows for (windows,), _ in bootstrap.bootstrap(draws)]))
    return np.concatenate(drawn, axis=1)


def resampled_means(columns: Columns, drawn: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean of each column over the windows of each draw: how often each was drawn, as one matrix product.

    Args:
        columns: float64 `(window, column)`.
        drawn: int64 `(draw, window)` from `draw_windows`.

    Returns:
        float64 `(draw, column)`.
    """
    draws, num_windows = len(drawn), len(columns)
    cells = drawn + num_windows * np.arange(draws)[:, None]
    times = np.bincount(cells.ravel(), minlength=draws * num_windows).reshape(draws, num_windows)
    return times.astype(np.float64) @ columns / drawn.shape[1]
