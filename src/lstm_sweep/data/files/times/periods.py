"""Quarters, ISO weeks and months with their letter, read as their first day: 2005-Q1, Q1 2005, 2020-W02, 1990M01."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.data.files.times.calendar import to_days
from lstm_sweep.data.files.times.choice import FormReading

_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<year>\d{4})[-/., ]?[Qq](?P<quarter>[1-4])",
        r"[Qq](?P<quarter>[1-4])[-/., ]?(?P<year>\d{4})",
        r"(?P<year>\d{4})[-/., ]?[Ww](?P<week>\d\d?)",
        r"(?P<year>\d{4})[-/., ]?M(?P<month>\d\d?)",
    )
)
"""Regular expressions; another form is a line more."""

_WEEKS = np.timedelta64(7, "D")


def period_reading(texts: Sequence[str]) -> FormReading | None:
    """Distinct texts as periods, or None where the first of them is none."""
    if not texts or _fields(texts[0]) is None:
        return None
    none = {"year": 0}
    rows = [_fields(text) or none for text in texts]
    year, month, quarter, week = (
        np.array([row.get(field, 0) for row in rows], dtype=np.int64) for field in ("year", "month", "quarter", "week")
    )
    times = to_days(year, np.where(quarter > 0, first_month(quarter), month), np.ones_like(year))
    return FormReading("", np.where(week > 0, to_weeks(year, week), times))


def first_month(quarter: NDArray[np.int64]) -> NDArray[np.int64]:
    """The month in which a quarter begins, both from 1."""
    return 3 * quarter - 2


def to_weeks(year: NDArray[np.int64], week: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """Mondays of ISO 8601 weeks: week 1 is that of January 4.

    Returns:
        datetime64[ns] `(n,)`, NaT where a year has no such week.
    """

    def first(years: NDArray[np.int64]) -> NDArray[np.datetime64]:
        days = to_days(years, np.ones_like(years), np.full_like(years, 4)).astype("datetime64[D]")
        return days - ((days.astype(np.int64) + 3) % 7).astype("timedelta64[D]")  # 1970-01-01 was a Thursday

    monday = first(year) + (week - 1) * _WEEKS
    exists = (week >= 1) & (monday < first(year + 1))
    return np.where(exists, monday.astype("datetime64[ns]"), np.datetime64("NaT", "ns"))


def _fields(text: str) -> dict[str, int] | None:
    found = next((found for form in _FORMS if (found := form.fullmatch(text))), None)
    return None if found is None else {name: int(number) for name, number in found.groupdict().items()}
