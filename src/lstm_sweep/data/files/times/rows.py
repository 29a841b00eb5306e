"""Refusing rows of a column by an array."""

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lstm_sweep.data.files.cells import Cells, refuse
from lstm_sweep.data.files.times.calendar import FIRST_YEAR, LAST_YEAR

_YEAR = re.compile(r"(?<!\d)\d{4}(?=\D|$)|(?<!\d)\d{4}(?=\d{4}(?:\D|$))")
_BUDDHIST = 543  # years ahead of the Gregorian calendar


def refuse_rows(cells: Cells, bad: NDArray[np.bool_], expected: str, advice: str) -> None:
    """As `cells.refuse`, with bad rows by their place.

    Args:
        cells: the column.
        bad: `(row,)`.
        expected: completes 'must be ...'.
        advice: what to do.

    Raises:
        UserError: where any row is bad.
    """
    refuse(cells, pd.Series(bad, index=cells.column.index, dtype="bool"), expected, advice)


def refuse_years(cells: Cells, bad: NDArray[np.bool_]) -> None:
    """Refuse the first bad row, if all that is wrong there is a year that times cannot be of.

    Args:
        cells: the column.
        bad: `(row,)`.

    Raises:
        UserError: where the first bad row holds such a year.
    """
    if not bad.any():
        return
    years = [int(year) for year in _YEAR.findall(str(cells.column.iloc[int(bad.argmax())]))]
    outside = [year for year in years if not FIRST_YEAR <= year <= LAST_YEAR]
    if not outside or len(outside) < len(years):
        return
    gregorian = outside[0] - _BUDDHIST
    is_buddhist = 1900 <= gregorian <= 2100
    advice = f"if it is of the Buddhist calendar, write {gregorian} for {outside[0]}, else " if is_buddhist else ""
    refuse_rows(cells, bad, f"a date from {FIRST_YEAR} to {LAST_YEAR}", f"{advice}correct it or remove the line")
