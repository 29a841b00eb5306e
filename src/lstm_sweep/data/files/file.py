"""The bars of one series, out of the files that a user named."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from lstm_sweep.config import CsvData
from lstm_sweep.data.bars import Bars, check_features
from lstm_sweep.data.files.cells import Cells
from lstm_sweep.data.files.columns import find_price
from lstm_sweep.data.files.contents.read import read_table
from lstm_sweep.data.files.dumps import name_columns
from lstm_sweep.data.files.instruments import choose, refuse_several, refuse_stacked
from lstm_sweep.data.files.numbers.read import check_prices, read_numbers
from lstm_sweep.data.files.one_series import refuse_other_series
from lstm_sweep.data.files.order import in_order
from lstm_sweep.data.files.table import FileTable
from lstm_sweep.data.files.times.columns import find_time_columns
from lstm_sweep.data.files.times.read import read_times
from lstm_sweep.errors import UserError

STEPS = "none"
"""The value of `data.time` where rows are steps."""


def read_files(config: CsvData, features: Sequence[str], signed: bool = False, growing: bool = False) -> Bars:
    """The bars of files of one series; layout, columns, units and forms are found unless they are named.

    What is a gap and what is an error: an empty cell says that nothing was traded, so an empty price is an empty bar,
    as is a row that a regular grid misses; both are filled forward and never scored. A cell that says something
    else than a number (text, the word NaN, infinity) says that what wrote the file went wrong, and ends the sweep.

    Args:
        config: the files, and what is named of them.
        features: names of columns to read beside the price.
        signed: whether numbers at or below zero are taken for prices.
        growing: whether the files are being written, so that a last line without an end is left out.

    Raises:
        UserError: with file and line, where something cannot be read.
    """
    return bars_of_table(named_table(config, growing), config, features, signed)


def named_table(config: CsvData, growing: bool = False) -> FileTable:
    """The rows that are asked for, their columns named; arguments and errors as of `read_files`."""
    return name_columns(choose(read_table(config, growing), config.where), config)


def bars_of_table(table: FileTable, config: CsvData, features: Sequence[str], signed: bool = False) -> Bars:
    """The bars in a table; arguments and errors as of `read_files`."""
    times_in = _time_columns(table, config)
    price, told = find_price(table, times_in, config)
    others = tuple(str(name) for name in table.rows.columns if name not in (*times_in, price))
    check_features(table.path, features, others)
    refuse_several(table, (*times_in, price, *features), config.where)
    # How counts of seconds are written says nothing of how prices are.
    beside_times = replace(table, rows=table.rows.drop(columns=list(times_in)))
    numbers, of_numbers = read_numbers(beside_times, [price, *features], config)
    check_prices(Cells(table, numbers[price]), signed)
    times, of_times = _read_times(table, times_in, config)
    refuse_stacked(table, times, (*times_in, price, *features), config.where)
    of_files = refuse_other_series(table, numbers[price], times, is_listed=isinstance(config.path, list))
    ordered, of_order = in_order(numbers, times, table, is_trades=config.every is not None)
    notes = (_described(table), *of_times, told, *of_numbers, *of_files, *of_order)
    return Bars(Path(table.path).name, ordered, price, notes=notes, others=others)


def _time_columns(table: FileTable, config: CsvData) -> tuple[str, ...]:
    if config.time == STEPS:
        return ()
    if len(table.rows.columns) < 2:
        separated = "separate the columns by a comma, semicolon, tab or bar" if _is_text(table) else "add one of times"
        raise UserError(
            f"{table.path} must hold a time and a price in each row, but holds one column: {separated}, "
            "or set data.time=none where each row is one step."
        )
    return find_time_columns(table, config)


def _is_text(table: FileTable) -> bool:
    return table.parts[0].word == "line"


def _read_times(table: FileTable, times_in: Sequence[str], config: CsvData) -> tuple[pd.DatetimeIndex, tuple[str, ...]]:
    if times_in:
        times, notes = read_times(table, times_in, config)
        return times, (f"time: column{'s' * (len(times_in) > 1)} {', '.join(map(repr, times_in))}", *notes)
    steps = pd.DatetimeIndex(pd.RangeIndex(len(table.rows)).to_numpy().astype("datetime64[s]")).as_unit("ns")
    return steps, ("time: none, rows are steps in the order of the file, written as seconds since 1970",)


def _described(table: FileTable) -> str:
    names = [str(name) for name in table.rows.columns]
    more = f" and {len(names) - 12:,} more" if len(names) > 12 else ""
    rows = f"{len(table.rows):,} rows of {', '.join(names[:12])}{more}"
    return f"file: {'; '.join((rows, *table.notes))}"
