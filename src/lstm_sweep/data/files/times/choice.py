"""Which of the forms that a column may be written in is meant: told from all of its cells, never from one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lstm_sweep.config.spelling import typed
from lstm_sweep.data.files.cells import Cells
from lstm_sweep.data.files.times.rows import refuse_rows
from lstm_sweep.errors import UserError

EXPECTED = "a date such as 2024-12-31 or 2024-12-31 23:59"
ADVICE = "correct it, name the times with data.time, or their form, as in " + typed("data.time_format", "%d/%m/%Y")


@dataclass(frozen=True)
class FormReading:
    """A column read in one form.

    Attributes:
        form: as `data.time_format` takes it.
        times: datetime64[ns] `(row,)`, NaT where a cell is not of the form.
    """

    form: str
    times: NDArray[np.datetime64]

    @property
    def num_failed(self) -> int:
        """Cells that are not of the form."""
        return int(np.isnat(self.times).sum())


def choose(cells: Cells, readings: Sequence[FormReading]) -> FormReading:
    """The one reading that fits all cells.

    Args:
        cells: the column as it stands in the file.
        readings: in all forms that may be meant; one at least.

    Raises:
        UserError: with the line of the first cell that does not fit the form that fits most, or with both readings
            of the first cell that two forms read differently.
    """
    best = min(readings, key=lambda reading: reading.num_failed)
    refuse_rows(cells, np.isnat(best.times), EXPECTED, ADVICE)
    for other in readings:
        if other.num_failed == 0 and (differs := other.times != best.times).any():
            row = int(differs.argmax())
            text = str(cells.column.iloc[row])[:60]
            one, two = (typed("data.time_format", reading.form) for reading in (best, other))
            first, second = (_spelled(reading.times[row]) for reading in (best, other))
            raise UserError(
                f"{cells.table.place(cells.column.index[row])}: {cells.title} must hold dates of one meaning, "
                f"but {text!r} may be {first} or {second}: set {one} for the first, or {two} for the second."
            )
    return best


def _spelled(time: np.datetime64) -> str:
    return str(pd.Timestamp(time)).removesuffix(" 00:00:00")
