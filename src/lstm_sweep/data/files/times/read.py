"""When the rows of a file were: whatever form times have, they are read right, or refused by name."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from lstm_sweep.config import CsvData
from lstm_sweep.config.checks import one_of
from lstm_sweep.config.spelling import typed
from lstm_sweep.data.files.cells import Cells, refuse
from lstm_sweep.data.files.table import FileTable
from lstm_sweep.data.files.times.arrow import arrow_texts
from lstm_sweep.data.files.times.columns import other_times
from lstm_sweep.data.files.times.counts import UNITS
from lstm_sweep.data.files.times.formatted import check_format, has_clock, read_formatted
from lstm_sweep.data.files.times.numbers import read_number_times
from lstm_sweep.data.files.times.several import read_fields, roles, with_clock
from lstm_sweep.data.files.times.text import read_text
from lstm_sweep.data.files.times.utc import to_utc
from lstm_sweep.data.files.times.written import WrittenTimes
from lstm_sweep.data.files.times.zone_column import with_zone_column
from lstm_sweep.data.files.times.zones import check_zone

_NUMBER = r"^[-+]?\d{1,40}(\.\d*)?([eE][-+]?\d{1,3})?$"

_MOST_OTHERS = 4  # columns that are named


def read_times(table: FileTable, columns: Sequence[str], config: CsvData) -> tuple[pd.DatetimeIndex, tuple[str, ...]]:
    """When each row was.

    Args:
        table: of the file.
        columns: of `columns.find_time_columns`.
        config: `data.time_unit`, `data.time_format` and `data.time_zone`.

    Returns:
        datetime64[ns], UTC without a zone, in the order of the rows; and what was chosen, a sentence each.

    Raises:
        UserError: with the place of the first cell that is no time, or where times have two readings.
    """
    _check(config)
    for name in columns:
        refuse(Cells(table, table.rows[name]), table.rows[name].isna(), "a time", "fill it in or remove the line")
    if len(columns) == 1:
        cells = Cells(table, table.rows[columns[0]])
        written = _read(cells, config)
    else:
        cells, written = _read_several(table, columns, config)
    written = with_zone_column(table, written)
    times, notes = to_utc(cells, written, config.time_zone, columns)
    return times.as_unit("ns"), (*_others(table, columns, config), *written.notes, *notes)


def _check(config: CsvData) -> None:
    if config.time_unit is not None:
        one_of("data.time_unit", config.time_unit, tuple(UNITS))
    if config.time_format is not None:
        check_format(config.time_format)
    if config.time_zone is not None:
        check_zone(config.time_zone)


def _read(cells: Cells, config: CsvData) -> WrittenTimes:
    written, used = _read_column(cells, config)
    set_here = {"time_unit": config.time_unit, "time_format": config.time_format}
    unused = [f"data.{name}" for name, value in set_here.items() if value is not None and name != used]
    notes = tuple(f"{cells.title} says when without {setting}, which is not used" for setting in unused)
    return replace(written, notes=(*written.notes, *notes))


def _read_column(cells: Cells, config: CsvData) -> tuple[WrittenTimes, str]:
    """The times, and which setting has a say in their form."""
    column = cells.column
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        wall = column.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(dtype="datetime64[ns]")
        return WrittenTimes(wall, np.zeros(len(wall), dtype="timedelta64[ns]")), ""
    if column.dtype.kind == "M":
        refuse(cells, ~column.dt.year.between(1678, 2261), "a time from 1678 to 2261", "correct it or remove the line")
        wall = column.to_numpy(dtype="datetime64[ns]")
        return WrittenTimes(wall, has_clock=bool((wall != wall.astype("datetime64[D]")).any())), ""
    if config.time_format is not None:
        return read_formatted(cells, config.time_format), "time_format"
    if column.dtype.kind in "iuf":
        return read_number_times(cells, column, config.time_unit), "time_unit"
    text = arrow_texts(column)
    is_number = pc.match_substring_regex(text, _NUMBER).to_numpy(zero_copy_only=False)
    if is_number.mean() <= 0.5:
        return read_text(cells), ""
    not_one = pd.Series(~is_number, index=column.index)
    refuse(cells, not_one, "a number like the other times", "correct it or remove the line")
    numbers = pd.to_numeric(column)
    numbers = numbers if numbers.dtype.kind in "iuf" else numbers.astype("float64")
    return read_number_times(cells, numbers, config.time_unit), "time_unit"


def _read_several(table: FileTable, columns: Sequence[str], config: CsvData) -> tuple[Cells, WrittenTimes]:
    if config.time_format is not None and has_clock(config.time_format):
        cells = Cells(table, _joined(table, columns, config.time_format))
        return cells, read_formatted(cells, config.time_format)
    found = roles(table, columns)
    cells = Cells(table, table.rows[found.get("date", found.get("day", columns[0]))])
    days = _read(cells, config) if "date" in found else read_fields(table, found)
    clock = set(found) & {"clock", "hour", "minute", "second"}
    if not clock:
        return cells, days
    if (days.wall != days.wall.astype("datetime64[D]")).any():
        beside = ", ".join(found[role] for role in sorted(clock))
        note = f"{cells.title} says the time of day already: {beside} is not read"
        return cells, replace(days, notes=(*days.notes, note))
    return cells, with_clock(table, found, days)


def _joined(table: FileTable, columns: Sequence[str], form: str) -> "pd.Series[str]":
    """Cells of all columns with a space between; a clock of digits gets the zeros back that it may have lost."""
    width = 2 * sum(name in form for name in ("%H", "%M", "%S"))
    texts = [table.rows[name].astype("str").str.strip() for name in columns]
    texts = [text.str.zfill(width) if text.str.fullmatch(r"\d{1,6}").all() else text for text in texts]
    whole = texts[0]
    for text in texts[1:]:
        whole = whole + " " + text
    return whole.rename(" ".join(columns))


def _others(table: FileTable, columns: Sequence[str], config: CsvData) -> tuple[str, ...]:
    """Which column was taken where others could be meant."""
    others = [] if config.time is not None else other_times(table, columns)
    if not others:
        return ()
    choices = " or ".join(typed("data.time", name) for name in others[:_MOST_OTHERS])
    return (f"times are those of {' and '.join(columns)}: {choices} takes the others",)
