"""Times in the form that `data.time_format` names."""

import re
from typing import Any

import numpy as np
import pandas as pd

from lstm_sweep.config.spelling import typed
from lstm_sweep.data.files.cells import Cells, refuse
from lstm_sweep.data.files.times.calendar import FIRST_YEAR, LAST_YEAR, to_nanoseconds
from lstm_sweep.data.files.times.rows import refuse_years
from lstm_sweep.data.files.times.text import read_text
from lstm_sweep.data.files.times.written import WrittenTimes
from lstm_sweep.errors import UserError

_DIRECTIVES = re.compile(r"(?<!%)(?:%%)*%-?([A-Za-z])")
_OF_YEAR = frozenset("YyGcxs")
_OF_CLOCK = re.compile(r"%[HIMSpfzZXcT]")


def has_clock(form: str) -> bool:
    """Whether a form says more than a day."""
    return _OF_CLOCK.search(form) is not None


def check_format(form: str) -> None:
    """Refuse what strptime does not know.

    Raises:
        UserError: with the form.
    """
    names = _DIRECTIVES.findall(form)
    twice = [name for name in names if names.count(name) > 1]
    problem = f"%{twice[0]} stands twice" if twice else "" if "%" in form else "it has no %"
    try:
        pd.to_datetime("2024", format=form, errors="coerce")
    except (ValueError, re.error) as error:
        problem = problem or str(error)[:80]
    if problem:
        raise UserError(
            f"data.time_format must be a form as strptime takes it, but is {form[:60]!r} ({problem}): "
            f"write it like {typed('data.time_format', '%d/%m/%Y %H:%M')}."
        )
    if not _OF_YEAR & set(names):
        raise UserError(
            f"data.time_format must name the year of each time, but is {form[:60]!r}: leave it out and name the "
            f"columns of day and clock, as in {typed('data.time', ['date', 'time'])}, or set data.time=none for steps."
        )


def read_formatted(cells: Cells, form: str) -> WrittenTimes:
    """Times of a named form; where it names a day alone, clock and zone behind it are told as always.

    Args:
        cells: the column, no cell empty.
        form: as strptime takes it.

    Raises:
        UserError: with the line of the first cell of another form.
    """
    text = _text(cells.column)
    if form == "%Y.%m":
        short = text.str.fullmatch(r"\d{4}\.1").astype("bool")
        refuse(cells, short, "a month of two digits (.1 may be January or October)", "write .01 or .10")
    if not has_clock(form):
        return read_text(Cells(cells.table, text), form)
    names_zone = "%z" in form.lower()
    times = pd.to_datetime(text.where(text.str.contains(r"\d")), format=form, errors="coerce", utc=names_zone)
    refuse_years(cells, ~times.dt.year.between(FIRST_YEAR, LAST_YEAR).to_numpy() & times.notna().to_numpy())
    refuse(cells, times.isna(), f"a time of the form {form}", "correct it, or data.time_format")
    wall = to_nanoseconds(times.dt.tz_localize(None) if names_zone else times)
    return WrittenTimes(wall, np.zeros(len(wall), dtype="timedelta64[ns]") if names_zone else None)


def _text(column: "pd.Series[Any]") -> "pd.Series[str]":
    """Cells as text; whole numbers without a fraction."""
    if column.dtype.kind == "f" and (column % 1 == 0).all():
        column = column.astype(np.int64)
    return column.astype("str").str.strip()
