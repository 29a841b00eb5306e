"""Times in several columns: a day and a clock, or year, month, day, hour and so on, in any order."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lstm_sweep.config.spelling import typed
from lstm_sweep.data.files.cells import Cells, refuse
from lstm_sweep.data.files.table import FileTable
from lstm_sweep.data.files.times.calendar import to_clock, to_days
from lstm_sweep.data.files.times.clock import read_clock_column
from lstm_sweep.data.files.times.columns import HOURS, PERIODS, clock_letters, field_of, is_clock, is_day
from lstm_sweep.data.files.times.periods import first_month, to_weeks
from lstm_sweep.data.files.times.rows import refuse_rows
from lstm_sweep.data.files.times.text import cut_clocks
from lstm_sweep.data.files.times.words import MONTHS, plain
from lstm_sweep.data.files.times.written import WrittenTimes
from lstm_sweep.errors import UserError

_LIMITS = {
    "year": (1678, 2261),
    "month": (1, 12),
    "quarter": (1, 4),
    "week": (1, 53),
    "day": (1, 31),
    "hour": (0, 23),
    "minute": (0, 59),
    "second": (0, 59),
}


def roles(table: FileTable, columns: Sequence[str]) -> dict[str, str]:
    """What each column says: 'date', 'clock', or the field of a time ('year', 'month', ...).

    Args:
        table: of the file.
        columns: two or more.

    Raises:
        UserError: where two columns say the same, or none says the day.
    """
    fields = {name: field_of(name) for name in columns}
    # Without a year, a column called day holds whole dates.
    of_fields = ("minute", "second", "hour") if "year" not in fields.values() else tuple(_LIMITS)
    found = {str(field): name for name, field in fields.items() if field in of_fields}
    others = [name for name in columns if name not in found.values()]
    clocks = [name for name in others if is_clock(table, name)]
    if len(others) == 2 and len(clocks) != 1:
        days = [name for name in others if is_day(table, name)]
        clocks = [name for name in others if len(days) == 1 and name not in days]
    found |= {"clock" if name in clocks else "date": name for name in others}
    if len(found) < len(columns) or not ("date" in found or ("year" in found and found.keys() & set(PERIODS))):
        raise UserError(
            f"data.time must name a day and a clock, or year, month, day and so on, but is "
            f"{', '.join(columns)}: name other columns, or one, as in {typed('data.time', columns[0])}."
        )
    return found


def read_fields(table: FileTable, found: dict[str, str]) -> WrittenTimes:
    """Days out of columns of their year, month and day; quarters and ISO weeks are their first day.

    Raises:
        UserError: with the line of the first number that is none of a day.
    """
    period = next(field for field in PERIODS if field in found)
    year, number = (_numbers(Cells(table, table.rows[found[field]]), field) for field in ("year", period))
    has_day = "day" in found and period == "month"
    day = _numbers(Cells(table, table.rows[found["day"]]), "day") if has_day else np.ones_like(year)
    month = first_month(number) if period == "quarter" else number
    days = to_weeks(year, number) if period == "week" else to_days(year, month, day)
    cells = Cells(table, table.rows[found["day"] if has_day else found[period]])
    refuse_rows(cells, np.isnat(days), "a day of its month", "correct it or remove the line")
    return WrittenTimes(days, has_clock=False)


def with_clock(table: FileTable, found: dict[str, str], days: WrittenTimes) -> WrittenTimes:
    """Days with the time of day added that stands in a column of its own, or in those of hour, minute and second.

    Raises:
        UserError: with the line of the first cell that is no time of day.
    """
    since = np.zeros(len(table.rows), dtype="timedelta64[ns]")
    offset, zones = days.offset, days.zones
    notes: tuple[str, ...] = ()
    clock = found.get("clock") or (None if {"minute", "second"} & found.keys() else found.get("hour"))
    if clock is not None:
        cells = Cells(table, table.rows[clock])
        text, of_cells = cut_clocks(cells)
        if of_cells is not None:
            offset, zones = of_cells
        since, notes = read_clock_column(Cells(table, text), clock_letters(clock) in HOURS)
    left = [field for field in ("hour", "minute", "second") if field in found and found[field] != clock]
    units = {field: _numbers(Cells(table, table.rows[found[field]]), field) for field in left}
    none = np.zeros(len(since), dtype=np.int64)
    hour, minute, second = (units.get(field, none) for field in ("hour", "minute", "second"))
    since = since + to_clock(hour, minute, second)
    return WrittenTimes(days.wall + since, offset, zones, notes=(*days.notes, *notes))


def _numbers(cells: Cells, field: str) -> NDArray[np.int64]:
    """Whole numbers of one field; months may be names."""
    column = cells.column
    if field == "month" and column.dtype.kind not in "iuf":
        column = column.map(lambda cell: MONTHS.get(plain(str(cell).strip().rstrip(".")), cell))
    if field in ("quarter", "week") and column.dtype.kind not in "iuf":
        column = column.astype("str").str.strip().str.removeprefix(field[0].upper())
    numbers = pd.to_numeric(column, errors="coerce")
    low, high = _LIMITS[field]
    bad = ~(numbers.between(low, high) & (numbers % 1 == 0))
    article = "an" if field == "hour" else "a"
    refuse(cells, bad, f"{article} {field} from {low} to {high}", "correct it or remove the line")
    return numbers.to_numpy(dtype=np.float64).astype(np.int64)
