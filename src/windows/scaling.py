"""Affine scaling per feature, fitted on the training span only."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Scaler:
    """Scales by `(x - offset) / factor`.

    Attributes:
        offset: float64 `(feature,)`.
        factor: float64 `(feature,)`, above 0.
    """

    offset: Array
    factor: Array

    def scale(self, columns: Array) -> Array:
        """Scale `(..., feature)`."""
        return (columns - self.offset) / self.factor

    def scale_target(self, targets: Array) -> Array:
        """Scale transformed prices of any shape, as feature 0 is scaled."""
        return (targets - self.offset[0]) / self.factor[0]

    def unscale_target(self, outputs: Array) -> Array:
        """Undo `scale_target`."""
        return outputs * self.factor[0] + self.offset[0]


def fit_scaler(scale: str, rows: Array) -> Scaler:
    """Fit on training rows.

    Args:
        scale: minmax (training rows span -1 .. 1), standard (mean 0, deviation 1) or none.
        rows: float64 `(row, feature)` of the training span.

    Returns:
        The scaler; a constant feature keeps its size, as there is nothing to divide by.
    """
    if scale == "minmax":
        low, high = rows.min(axis=0), rows.max(axis=0)
        offset, factor = (high + low) / 2, (high - low) / 2
    elif scale == "standard":
        offset, factor = rows.mean(axis=0), rows.std(axis=0)
    else:
        offset, factor = np.zeros(rows.shape[1]), np.ones(rows.shape[1])
    # Not `factor > 0`: rounding gives equal numbers a deviation of 1e-17.
    return Scaler(offset, np.where(np.ptp(rows, axis=0) > 0, factor, 1.0))
