"""Prices from any CSV file."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from lstm_sweep.config import CsvData
from lstm_sweep.data.bars import Bars, check_features
from lstm_sweep.data.csv.cells import Cells, parse_numbers, parse_prices
from lstm_sweep.data.csv.clock import add_clock, find_clock
from lstm_sweep.data.csv.columns import find_columns
from lstm_sweep.data.csv.layout import Layout, find_layout
from lstm_sweep.data.csv.rows import read_rows
from lstm_sweep.data.csv.text import read_text
from lstm_sweep.data.csv.times import parse_times
from lstm_sweep.errors import UserError


def read_csv_file(config: CsvData, features: Sequence[str]) -> Bars:
    """The bars of a CSV file, gzipped or not; its layout, columns and time unit are found unless they are named.

    What is a gap and what is an error: an empty cell says that nothing was traded, so an empty price is an empty bar,
    as is a row that a regular grid misses; both are filled forward and never scored. A cell that says something
    else than a number above 0 (text, the word NaN, infinity, zero) says that what wrote the file went wrong, and ends
    the sweep. Rows out of order are sorted, and a note says so; two rows of the same time are an error even if they
    are equal, for the file was then put together by mistake. Where days and times of day stand in two columns, the
    second is found beside the first, unless `data.time` names one column.

    Args:
        config: the file, and what is named of it.
        features: names of columns to read beside the price.

    Raises:
        UserError: with file and line, where something cannot be read.
    """
    text = read_text(config.path)
    layout = find_layout(text, config.path)
    rows = read_rows(text, layout, config.path)
    time, price = find_columns(config, layout.names)
    check_features(config.path, features, [name for name in layout.names if name not in (time, price)])
    table = pd.DataFrame({name: parse_numbers(Cells(config.path, rows[name])) for name in features})
    table.insert(0, price, parse_prices(Cells(config.path, rows[price])))
    times = _times(config, layout, rows, time)
    _check_distinct(times, rows.index, config.path)
    notes = (*layout.notes, *_order(times))
    return Bars(Path(config.path).name, table.set_axis(times).sort_index(), price, notes=notes)


def _times(config: CsvData, layout: Layout, rows: pd.DataFrame, time: str) -> pd.DatetimeIndex:
    times = parse_times(Cells(config.path, rows[time]), config.time_unit)
    clock = find_clock(rows, layout.names, time) if config.time is None else None
    return times if clock is None else add_clock(times, Cells(config.path, rows[clock]))


def _check_distinct(times: pd.DatetimeIndex, lines: "pd.Index[int]", path: str) -> None:
    repeated = times.duplicated()
    if repeated.any():
        second = int(repeated.argmax())
        first = int(np.argmax(times == times[second]))
        raise UserError(
            f"{path}, line {lines[second]}: every row must have its own time, but {times[second]} is also that of "
            f"line {lines[first]}: remove one of the two, or name another column of times with data.time."
        )


def _order(times: pd.DatetimeIndex) -> list[str]:
    if times.is_monotonic_increasing:
        return []
    return ["rows were newest first: sorted" if times.is_monotonic_decreasing else "rows were out of order: sorted"]
