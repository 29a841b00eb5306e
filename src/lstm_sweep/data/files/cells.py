"""One column of a table, and the sentence that a bad cell ends in."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lstm_sweep.data.files.table import FileTable
from lstm_sweep.errors import UserError


@dataclass(frozen=True)
class Cells:
    """One column of a table, or what was made of it.

    Attributes:
        table: that it stands in, for messages.
        column: text, numbers or times, nan where a cell is empty, with the index of the table's rows.
    """

    table: FileTable
    column: "pd.Series[Any]"

    @property
    def title(self) -> str:
        """What the column is called in messages."""
        name = str(self.column.name)
        return f"column {name}" if name.isdecimal() else name


def refuse(cells: Cells, bad: "pd.Series[bool]", expected: str, advice: str) -> None:
    """Raise on the first bad cell, by line, value, what was expected and what to do.

    Args:
        cells: the column.
        bad: true where a cell is bad, on the index of the column.
        expected: completes 'must be ...'.
        advice: what to do.

    Raises:
        UserError: where any cell is bad.
    """
    if not bad.any():
        return
    line = bad.index[int(bad.to_numpy(dtype=bool).argmax())]
    value = cells.column.loc[line]
    found = "empty" if pd.isna(value) else repr(value.item() if isinstance(value, np.generic) else value)[:60]
    raise UserError(f"{cells.table.place(line)}: {cells.title} must be {expected}, but is {found}: {advice}.")
