"""Affine scaling per feature, fitted on the training span only."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_ROUNDING = 1e-9
"""Spread, relative to the largest number, that differences of equally spaced prices have from rounding alone."""


@dataclass(frozen=True)
class Scaler:
    """Scales by `(x - offset) / factor`.

    Attributes:
        offset: float64 `(feature,)`.
        factor: float64 `(feature,)`, above 0.
    """

    offset: NDArray[np.float64]
    factor: NDArray[np.float64]

    def scale(self, columns: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scale `(..., feature)`."""
        return (columns - self.offset) / self.factor

    def scale_target(self, targets: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scale transformed prices of any shape, as feature 0 is scaled."""
        return (targets - self.offset[0]) / self.factor[0]

    def unscale_target(self, outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Undo `scale_target`."""
        return outputs * self.factor[0] + self.offset[0]


def fit_scaler(scale: str, rows: NDArray[np.float64]) -> Scaler:
    """Fit on training rows.

    Args:
        scale: minmax (training rows span -1 .. 1), standard (mean 0, deviation 1) or none.
        rows: float64 `(row, feature)` of the training span.

    Returns:
        The scaler; a constant feature keeps its size, as there is nothing to divide by.
    """
    if scale == "minmax":
        low, high = rows.min(axis=0), rows.max(axis=0)
        offset, factor = high / 2 + low / 2, high / 2 - low / 2  # no overflow
    elif scale == "standard":
        offset, factor = rows.mean(axis=0), rows.std(axis=0)
    else:
        offset, factor = np.zeros(rows.shape[1]), np.ones(rows.shape[1])
    # Not `factor > 0` alone: what differs by no more than rounding is constant, and must not be blown up.
    moves = rows.max(axis=0) - rows.min(axis=0) > _ROUNDING * np.abs(rows).max(axis=0)
    return Scaler(offset, np.where(moves & (factor > 0), factor, 1.0))
