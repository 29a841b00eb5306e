"""The time of day in a column of its own, beside a column of days."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from lstm_sweep.data.files.cells import Cells, refuse
from lstm_sweep.data.files.numbers.read import to_numbers

_HOURS = ("hour", "hours", "hr")
_CLOCKS = ("time", "clock", "timeofday", *_HOURS)
_CLOCK = re.compile(r"\s*\d{1,2}:\d\d")
_FORMS = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p")


def find_clock(rows: pd.DataFrame, names: Sequence[str], time: str) -> str | None:
    """The column that says when on the day of the column `time`, or None where there is none.

    It is named time, clock or hour, or stands right after `time` in a file without a header; its first cell is like
    09:30, or, in a column of hours, a whole number.

    Args:
        rows: of the file.
        names: of all columns.
        time: the column of times.
    """
    after = names[names.index(time) + 1 :][:1]
    headerless = [name for name in after if name.isdecimal()]
    for name in [*(each for each in names if _letters(each) in _CLOCKS and each != time), *headerless]:
        if _CLOCK.match(str(rows[name].iloc[0])) or (_letters(name) in _HOURS and rows[name].dtype.kind in "iu"):
            return name
    return None


def add_clock(days: pd.DatetimeIndex, cells: Cells) -> pd.DatetimeIndex:
    """Days with the time of day added, or as they were where they have one already.

    Args:
        days: datetime64[ns].
        cells: the column of `find_clock`: times like 23:59, 23:59:59 or 11:59 PM, or whole hours from 0 to 23.

    Raises:
        UserError: with the line of the first cell that is no time of day.
    """
    if not days.equals(days.normalize()):
        return days
    hours = to_numbers(cells)
    if hours.dtype.kind in "iu":
        refuse(cells, ~hours.between(0, 23), "an hour from 0 to 23", "correct it or remove the line")
        return days + pd.to_timedelta(hours.to_numpy(dtype=np.int64), unit="h").as_unit("ns")
    text = cells.column.astype("str").str.strip()
    readings = [pd.to_datetime(text, format=form, errors="coerce") for form in _FORMS]
    best = min(readings, key=lambda times: times.isna().sum())
    refuse(
        cells, best.isna(), "a time of day such as 23:59 or 23:59:59", "correct it, or name the times with data.time"
    )
    return days + pd.TimedeltaIndex(best - best.dt.normalize()).as_unit("ns")


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())
