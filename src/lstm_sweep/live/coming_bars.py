"""When the next bars of a series begin: on its grid, by the calendar, or in the week as its market has kept it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lstm_sweep.data.bars import spell

_WEEK = pd.Timedelta(days=7)
_LAST_OF_MONTH = (pd.offsets.MonthEnd(), pd.offsets.BMonthEnd(), pd.offsets.BMonthBegin())
"""Days of a month that do not have one number."""


@dataclass(frozen=True)
class ComingBars:
    """The bars after the last one.

    Attributes:
        times: datetime64[ns] `(bar,)`, UTC.
        note: where they come from, for people.
    """

    times: NDArray[np.datetime64]
    note: str


def coming_bars(timestamps: NDArray[np.datetime64], count: int, zone: str | None = None) -> ComingBars:
    """The next `count` bars.

    Args:
        timestamps: datetime64[ns] `(time,)`, UTC, increasing, at least two.
        count: bars, 1 or more.
        zone: whose clock the market keeps ('Europe/Berlin'), None where it is not known.
    """
    index = pd.DatetimeIndex(timestamps).as_unit("ns")
    distances = np.diff(index.asi8)
    step = pd.Timedelta(int(np.median(distances)), unit="ns")
    if (distances == distances[0]).all():
        return _counted(index, step, count, f"bars are {spell(step)} apart")
    if step > _WEEK:
        return _by_calendar(index, step, count)
    return _as_in_a_week(index, step, count, zone)


def _counted(index: pd.DatetimeIndex, step: pd.Timedelta, count: int, note: str) -> ComingBars:
    times = [(index[-1] + number * step).to_datetime64() for number in range(1, count + 1)]
    return ComingBars(np.array(times, "datetime64[ns]"), note)


def _by_calendar(index: pd.DatetimeIndex, step: pd.Timedelta, count: int) -> ComingBars:
    """Months, quarters and years, which are not equally long."""
    apart = np.diff(index.year * 12 + index.month)
    if (apart != apart[-1]).any() or apart[-1] < 1:
        return _counted(index, step, count, f"bars are mostly {spell(step)} apart, and so are these")
    months = int(apart[-1])
    offset = next((each for each in _LAST_OF_MONTH if all(map(each.is_on_offset, index))), None)
    first = index[-1].replace(day=1)
    times = [index[-1] + pd.DateOffset(months=months * number) for number in range(1, count + 1)]
    if offset is not None:
        starts = [first + pd.DateOffset(months=months * number) for number in range(1, count + 1)]
        times = [offset.rollforward(start) for start in starts]
    note = f"bars follow the calendar, {months} month{'' if months == 1 else 's'} apart; holidays are not known"
    return ComingBars(pd.DatetimeIndex(times).as_unit("ns").to_numpy(), note)


def _as_in_a_week(index: pd.DatetimeIndex, step: pd.Timedelta, count: int, zone: str | None) -> ComingBars:
    """As in the fuller of the last two weeks, for a holiday makes one of them shorter; the later one of two alike."""
    local = index.tz_localize("UTC").tz_convert(zone or "UTC").tz_localize(None)
    last, before = (_week_of(local, number) for number in (0, 1))
    week = last if len(last) >= len(before) else before
    # After a break, as where another store is followed, neither week was seen whole.
    earlier = local[: -len(last)]
    was_away = len(earlier) > 0 and last[0] - earlier[-1] > 2 * _WEEK
    if len(week) < 2 or was_away:
        return _counted(index, step, count, f"bars are mostly {spell(step)} apart, and so are these")
    weeks = range(1, count // len(week) + 3)
    times = pd.DatetimeIndex(np.concatenate([(week + number * _WEEK).to_numpy() for number in weeks]))
    times = times.tz_localize(zone or "UTC", ambiguous=False, nonexistent="shift_forward").tz_convert("UTC")
    times = times.tz_localize(None).as_unit("ns").unique()
    has_clock = not local.equals(local.normalize())
    unknown = "holidays and changes of the clock" if has_clock and not zone else "holidays"
    note = f"as in the market's last full week{f' in {zone}' if zone else ''}; {unknown} are not known"
    return ComingBars(times[times > index[-1]][:count].to_numpy(), note)


def _week_of(local: pd.DatetimeIndex, number: int) -> pd.DatetimeIndex:
    """Bars of the last seven days, or of the `number`-th seven before."""
    end = local[-1] - number * _WEEK
    return local[(local > end - _WEEK) & (local <= end)]
