"""Which columns of losses can be compared: those that hold numbers, each once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDING = 1e-9
"""Share of a typical loss (or price) by which equals may differ: all beyond is order in rounding errors."""

_RUNAWAY = 1e100
"""A loss from which on squares stop being numbers."""


@dataclass(frozen=True)
class Distinct:
    """The different columns among many.

    Attributes:
        first: int64 `(distinct,)`, column that stands for each.
        number: int64 `(column,)`, which distinct one each column is, -1 where it cannot be compared.
    """

    first: NDArray[np.int64]
    number: NDArray[np.int64]

    def spread(self, marks: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Give every column the mark of the one that stands for it, bool `(distinct,)` to `(column,)`."""
        return np.append(marks, False)[self.number]


def are_numbers(losses: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which rows `(row, ...)` hold nothing but numbers that can be reckoned with, bool `(row,)`."""
    axes = tuple(range(1, losses.ndim))
    return np.asarray((np.abs(losses) < _RUNAWAY).all(axis=axes))


def find_distinct(losses: NDArray[np.float64], scale: float, usable: NDArray[np.bool_]) -> Distinct:
    """Find the different columns, whatever their order.

    Args:
        losses: float64 `(column, window)`.
        scale: a typical loss, against which differences are small; 0 where only equal ones are the same.
        usable: bool `(column,)`, which may be compared.
    """
    number = np.full(len(losses), -1, dtype=np.int64)
    rows = np.flatnonzero(usable)
    if rows.size == 0:
        return Distinct(rows, number)
    rounded = np.round(losses[rows] / (scale * ROUNDING)) if scale > 0 else losses[rows]
    _, first, number[rows] = np.unique(rounded, axis=0, return_index=True, return_inverse=True)
    return Distinct(rows[first], number)
