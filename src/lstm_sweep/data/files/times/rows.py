"""Refusing rows of a column by an array."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lstm_sweep.data.files.cells import Cells, refuse


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
