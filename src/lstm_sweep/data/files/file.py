"""The bars of one series, out of the files that a user named."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from lstm_sweep.config import CsvData
from lstm_sweep.data.bars import Bars, check_features
from lstm_sweep.data.files.cells import Cells
from lstm_sweep.data.files.columns import find_price
from lstm_sweep.data.files.contents.read import read_table
from lstm_sweep.data.files.numbers.read import check_prices, read_numbers
from lstm_sweep.data.files.table import FileTable
from lstm_sweep.data.files.times.columns import find_time_columns
from lstm_sweep.data.files.times.read import read_times
from lstm_sweep.errors import UserError


def read_files(config: CsvData, features: Sequence[str]) -> Bars:
    """The bars of files of one series; layout, columns, units and forms are found unless they are named.

    What is a gap and what is an error: an empty cell says that nothing was traded, so an empty price is an empty bar,
    as is a row that a regular grid misses; both are filled forward and never scored. A cell that says something
    else than a number above 0 (text, the word NaN, infinity, zero) says that what wrote the file went wrong, and ends
    the sweep. Rows out of order are sorted, and a note says so; two rows of the same time are an error even if they
    are equal, for the file was then put together by mistake.

    Args:
        config: the files, and what is named of them.
        features: names of columns to read beside the price.

    Raises:
        UserError: with file and line, where something cannot be read.
    """
    table = read_table(config)
    times_in = find_time_columns(table, config)
    price = find_price(table, times_in, config)
    check_features(table.path, features, [name for name in table.rows.columns if name not in (*times_in, price)])
    numbers, of_numbers = read_numbers(table, [price, *features], config)
    check_prices(Cells(table, numbers[price]))
    times, of_times = read_times(table, times_in, config)
    _check_distinct(times, table)
    notes = (*table.notes, *of_times, *of_numbers, *_order(times))
    return Bars(Path(table.path).name, numbers.set_axis(times).sort_index(), price, notes=notes)


def _check_distinct(times: pd.DatetimeIndex, table: FileTable) -> None:
    repeated = times.duplicated()
    if repeated.any():
        second = int(repeated.argmax())
        first = int(np.argmax(times == times[second]))
        place, other = (table.place(table.rows.index[row]) for row in (second, first))
        other = other.removeprefix(f"{table.part(table.rows.index[second]).path}, ")
        raise UserError(
            f"{place}: every row must have its own time, but {times[second]} is also that of {other}: "
            "remove one of the two, or name another column of times with data.time."
        )


def _order(times: pd.DatetimeIndex) -> list[str]:
    if times.is_monotonic_increasing:
        return []
    return ["rows were newest first: sorted" if times.is_monotonic_decreasing else "rows were out of order: sorted"]
