"""When the next bars of a series begin: on its grid, or in the week as its market has kept it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lstm_sweep.data.bars import spell

_WEEK = pd.Timedelta(days=7)
_WEEKS = 8
"""Weeks that say when a market trades."""


@dataclass(frozen=True)
class ComingBars:
    """The bars after the last one.

    Attributes:
        times: datetime64[ns] `(bar,)`, UTC.
        note: where they come from, for people.
    """

    times: NDArray[np.datetime64]
    note: str


def coming_bars(timestamps: NDArray[np.datetime64], count: int) -> ComingBars:
    """The next `count` bars.

    Args:
        timestamps: datetime64[ns] `(time,)`, UTC, increasing, at least two.
        count: bars, 1 or more.
    """
    index = pd.DatetimeIndex(timestamps).as_unit("ns")
    distances = np.diff(index.asi8)
    step = pd.Timedelta(int(np.median(distances)), unit="ns")
    if (distances == distances[0]).all():
        return _counted(index, step, count, f"bars are {spell(step)} apart")
    if step > _WEEK:
        return _by_calendar(index, step, count)
    return _as_in_weeks(index, step, count)


def _counted(index: pd.DatetimeIndex, step: pd.Timedelta, count: int, note: str) -> ComingBars:
    times = [(index[-1] + number * step).to_datetime64() for number in range(1, count + 1)]
    return ComingBars(np.array(times, "datetime64[ns]"), note)


def _by_calendar(index: pd.DatetimeIndex, step: pd.Timedelta, count: int) -> ComingBars:
    """Months, quarters and years, which are not equally long."""
    apart = np.diff(index.year * 12 + index.month)
    month_ends, one_day = bool(index.is_month_end.all()), bool((index.day == index[-1].day).all())
    if (apart != apart[-1]).any() or not (month_ends or one_day):
        return _counted(index, step, count, f"bars are mostly {spell(step)} apart, and so are these")
    months = int(apart[-1])
    times = pd.DatetimeIndex([index[-1] + pd.DateOffset(months=months * number) for number in range(1, count + 1)])
    times = times + pd.offsets.MonthEnd(0) if month_ends else times
    return ComingBars(
        times.as_unit("ns").to_numpy(), f"bars follow the calendar, {months} month{'' if months == 1 else 's'} apart"
    )


def _as_in_weeks(index: pd.DatetimeIndex, step: pd.Timedelta, count: int) -> ComingBars:
    """Times of a week at which at least half of the last weeks had a bar."""
    recent = index[index > index[-1] - _WEEKS * _WEEK]
    num_weeks = min(_WEEKS, max(1, round((recent[-1] - recent[0]) / _WEEK)))
    places, counts = np.unique(recent.asi8 % _WEEK.value, return_counts=True)
    usual = places[2 * counts >= num_weeks]
    if usual.size == 0:
        return _counted(index, step, count, f"bars are mostly {spell(step)} apart, and so are these")
    week = index.asi8[-1] - index.asi8[-1] % _WEEK.value
    weeks = week + np.arange(count // usual.size + 2)[:, None] * _WEEK.value
    times = (weeks + usual).ravel()
    times = times[times > index.asi8[-1]][:count]
    note = f"the market's week as in the last {num_weeks}; holidays are not known"
    return ComingBars(times.astype("datetime64[ns]"), note)
