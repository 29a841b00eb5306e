"""Times as people write them in files: numbers since 1970 in any unit, ISO dates, and a few other forms."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd

from lstm_sweep.config import CsvData
from lstm_sweep.data.files.cells import Cells, refuse
from lstm_sweep.data.files.columns import named, usual
from lstm_sweep.data.files.numbers.read import to_numbers
from lstm_sweep.data.files.table import FileTable
from lstm_sweep.data.files.times.clock import add_clock, find_clock
from lstm_sweep.errors import UserError

_UNITS = ("s", "ms", "us", "ns")
_SPELLED = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}
_NANOSECONDS = {"s": 1e9, "ms": 1e6, "us": 1e3, "ns": 1.0}
_EARLIEST = 1e8  # seconds: March 1973; smaller numbers are counts, not times
_BOUNDARIES = (1e11, 1e14, 1e17)  # the first is the year 5138 in seconds and 1973 in milliseconds, and so on
_LATEST = 9.2e18  # nanoseconds: 2261

_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%b %d, %Y", "%d-%b-%Y", "%d %b %Y")
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I-%p", " %I:%M %p", " %I:%M:%S %p")
_FORMS = ("ISO8601", *(day + clock for day, clock in product(_DAYS, _CLOCKS)))


_NAMES = ("timestamp", "datetime", "date", "time", "opentime", "unixtimestamp", "unixtime", "unix", "day")


def find_time_columns(table: FileTable, config: CsvData) -> tuple[str, ...]:
    """The columns that say when: one, or one of days and one of clocks.

    Args:
        table: of the file.
        config: `data.time`.

    Raises:
        UserError: where `data.time` names a column that does not exist.
    """
    names = [str(name) for name in table.rows.columns]
    if config.time is not None:
        return (named("data.time", config.time, names, table.path),)
    time = usual(_NAMES, names) or names[0]
    clock = find_clock(table.rows, names, time)
    return (time,) if clock is None else (time, clock)


def read_times(table: FileTable, columns: Sequence[str], config: CsvData) -> tuple[pd.DatetimeIndex, tuple[str, ...]]:
    """When each row was.

    Args:
        table: of the file.
        columns: of `find_time_columns`.
        config: `data.time_unit`, `data.time_format` and `data.time_zone`.

    Returns:
        datetime64[ns], UTC without a zone, in the order of the rows; and what was chosen, a sentence each.

    Raises:
        UserError: with the place of the first cell that is no time, or where times have two readings.
    """
    times = parse_times(Cells(table, table.rows[columns[0]]), config.time_unit)
    return (times if len(columns) == 1 else add_clock(times, Cells(table, table.rows[columns[1]]))), ()


def parse_times(cells: Cells, unit: str | None) -> pd.DatetimeIndex:
    """Times as datetime64[ns], UTC without a zone; what has no zone is taken for UTC.

    Args:
        cells: the column; numbers since 1970, days like 20241231, ISO dates, or dates in another usual form.
        unit: of numbers, or None to tell it by magnitude (from March 1973 on).

    Raises:
        UserError: with the line of the first cell that is empty, no time, or in another unit than those before.
    """
    column = cells.column
    refuse(cells, column.isna(), "a time", "fill it in or remove the line")
    numbers = to_numbers(cells)
    if numbers.isna().mean() > 0.5:
        return _from_text(cells)
    refuse(cells, ~np.isfinite(numbers), "a number like the other times", "correct it or remove the line")
    if unit is None and (numbers.between(19000101, 21001231) & (numbers % 1 == 0)).all():
        return _from_text(Cells(cells.table, numbers.astype("int64").astype("str").rename(str(column.name))))
    return _from_numbers(cells, numbers, unit or _unit_by_magnitude(cells, numbers))


def _unit_by_magnitude(cells: Cells, numbers: "pd.Series[float]") -> str:
    refuse(cells, numbers < _EARLIEST, "a date or a number since 1970", "name the column of times with data.time")
    units = np.digitize(numbers.to_numpy(dtype=np.float64), _BOUNDARIES)
    differs = pd.Series(units != units[0], index=numbers.index)
    first, other = (_SPELLED[_UNITS[units[place]]] for place in (0, int(differs.to_numpy().argmax())))
    refuse(cells, differs, f"in {first} like the times before, not {other}", "keep to one unit in a file")
    return _UNITS[units[0]]


def _from_numbers(cells: Cells, numbers: "pd.Series[float]", unit: str) -> pd.DatetimeIndex:
    too_large = numbers.astype("float64").abs() * _NANOSECONDS[unit] > _LATEST
    refuse(cells, too_large, f"a time in {_SPELLED[unit]} before 2262", "correct it, or data.time_unit")
    if numbers.dtype.kind in "iu":
        return pd.DatetimeIndex(numbers.to_numpy(dtype=np.int64).astype(f"datetime64[{unit}]")).as_unit("ns")
    microseconds = np.rint(numbers.to_numpy(dtype=np.float64) * (_NANOSECONDS[unit] / 1e3))
    return pd.DatetimeIndex(microseconds.astype(np.int64).astype("datetime64[us]")).as_unit("ns")


def _from_text(cells: Cells) -> pd.DatetimeIndex:
    text = cells.column.astype("str").str.strip().str.removesuffix(" UTC")
    text = text.where(text.str.contains(r"\d"))  # pandas takes the words now and today for times
    forms = [form for form in _FORMS if pd.notna(pd.to_datetime(text.iloc[0], format=form, errors="coerce"))]
    readings = [pd.to_datetime(text, format=form, errors="coerce", utc=True) for form in forms]
    best = min(readings, key=lambda times: times.isna().sum(), default=pd.Series(pd.NaT, index=text.index))
    bad = best.isna() | ~best.dt.year.between(1678, 2261)
    refuse(cells, bad, "a date such as 2024-12-31 or 2024-12-31 23:59", "correct it, or name the times with data.time")
    for times in readings:
        if times.notna().all() and not times.equals(best):
            raise UserError(
                f"{cells.table.path}: {cells.column.name} must hold dates of one meaning, but {text.iloc[0]!r} may be "
                f"{best.iloc[0].date()} or {times.iloc[0].date()}: write dates like 2024-12-31."
            )
    return pd.DatetimeIndex(best).tz_localize(None).as_unit("ns")
