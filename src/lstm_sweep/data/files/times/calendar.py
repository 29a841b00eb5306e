"""Years, months and days as points of time."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FIRST_YEAR, LAST_YEAR = 1678, 2261
"""The whole years that datetime64[ns] holds."""

DAY = 86_400 * 10**9
"""Nanoseconds."""


def to_nanoseconds(times: "pd.Series[Any]") -> NDArray[np.datetime64]:
    """Times of any resolution as datetime64[ns], NaT outside of 1678 to 2261, where NumPy would wrap around."""
    return times.where(times.dt.year.between(FIRST_YEAR, LAST_YEAR)).to_numpy(dtype="datetime64[ns]")


def to_days(year: NDArray[np.int64], month: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """Midnight of days.

    Args:
        year: `(n,)`.
        month: `(n,)`, from 1.
        day: `(n,)`, from 1.

    Returns:
        datetime64[ns] `(n,)`, NaT where there is no such day from 1678 to 2261.
    """
    exists = (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    months = np.where(exists, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + np.where(exists, day - 1, 0).astype("timedelta64[D]")
    exists &= days.astype("datetime64[M]") == months
    return np.where(exists, days.astype("datetime64[ns]"), np.datetime64("NaT", "ns"))


def to_clock(
    hour: NDArray[np.int64],
    minute: NDArray[np.int64],
    second: NDArray[np.int64],
    nanosecond: NDArray[np.int64] | int = 0,
) -> NDArray[np.timedelta64]:
    """Times since midnight.

    Returns:
        timedelta64[ns] `(n,)`, NaT where there is no such time from 00:00 to 23:59:59.999999999.
    """
    exists = (hour >= 0) & (hour < 24) & (minute >= 0) & (minute < 60) & (second >= 0) & (second < 60)
    since = ((hour * 60 + minute) * 60 + second) * 10**9 + nanosecond
    return np.where(exists, since.astype("timedelta64[ns]"), np.timedelta64("NaT", "ns"))


def full_year(year: NDArray[np.int64]) -> NDArray[np.int64]:
    """Years of two digits as strptime takes them (POSIX): 69 to 99 are of the last century, 0 to 68 of this."""
    return year + np.where(year < 69, 2000, 1900)
