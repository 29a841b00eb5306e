"""Tables as a file gives them, and their times read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from lstm_sweep.config import CsvData
from lstm_sweep.data.files.table import FilePart, FileTable
from lstm_sweep.data.files.times.columns import find_time_columns
from lstm_sweep.data.files.times.read import read_times


def table(columns: Mapping[str, Sequence[Any]], parts: Sequence[int] = (2,)) -> FileTable:
    """A table whose first row is line 2 of a file; text as text, and values with a type as they are.

    Args:
        columns: cells by name.
        parts: the first row of each file.
    """
    rows = pd.DataFrame({name: pd.Series(cells) for name, cells in columns.items()})
    rows.index = pd.RangeIndex(2, 2 + len(rows))
    return FileTable("x.csv", rows, True, tuple(FilePart(f"{n}.csv", first, 2) for n, first in enumerate(parts)))


def times_of(source: FileTable | Sequence[Any], **settings: Any) -> tuple[list[datetime], tuple[str, ...]]:
    """The times of a table, or of one column of cells, as UTC without a zone, and what was said."""
    frame = source if isinstance(source, FileTable) else table({"time": source})
    config = CsvData("csv", None, [], path="x.csv", price=None, **{"time": None, "time_unit": None, **settings})
    times, notes = read_times(frame, find_time_columns(frame, config), config)
    assert times.dtype == "datetime64[ns]"
    return list(times.to_pydatetime()), notes
