"""How bars follow each other: their most common distance, whether they lie on a grid, and the rows beside it."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lstm_sweep.data.bars import Bars, spell, spell_time

_SATURDAY = 5
_DAY = pd.Timedelta(days=1)
_FEWEST = 10
"""Rows on a grid that say that one beside it does not belong to it."""


@dataclass(frozen=True)
class Spacing:
    """How bars follow each other.

    Attributes:
        step: most common distance of two bars, or the length that the source knows, at least 1 ns.
        regular: whether a time without a bar is a gap.
    """

    step: pd.Timedelta
    regular: bool


def spacing(bars: Bars) -> Spacing:
    """The spacing of bars: a time without a bar is a gap only on a regular grid.

    A grid is regular where every distance is a multiple of the most common one, and, unless the source knows the
    length of its bars, neither of these holds: the market keeps hours (bars of a day or less over at least a
    week, none of them on a Saturday: its weekends, nights and holidays are no gaps), or more than half of the grid
    would be gaps.
    """
    index = pd.DatetimeIndex(bars.table.index).unique()
    step = _step(bars, index)
    if len(index) < 2:
        return Spacing(step, regular=bars.step is not None)
    regular = not (np.diff(index.asi8) % step.value).any()
    if bars.step is None:
        regular = regular and not _keeps_hours(bars, step) and not _mostly_gaps(index, step)
    return Spacing(step, regular)


def _step(bars: Bars, index: pd.DatetimeIndex) -> pd.Timedelta:
    if bars.step is not None or len(index) < 2:
        return bars.step or _DAY
    values, counts = np.unique(np.diff(index.asi8), return_counts=True)
    return pd.Timedelta(int(values[counts.argmax()]), unit="ns")


def _keeps_hours(bars: Bars, step: pd.Timedelta) -> bool:
    index = bars.table.index
    a_week_or_more = index[-1] - index[0] >= 7 * _DAY
    return bool(step <= _DAY and a_week_or_more and not _on_saturday(bars, step).any())


def _on_saturday(bars: Bars, step: pd.Timedelta) -> NDArray[np.bool_]:
    index = pd.DatetimeIndex(bars.table.index)
    starts = index - step if bars.stamp == "end" else index
    return np.asarray(starts.day_of_week == _SATURDAY)


def _mostly_gaps(index: pd.DatetimeIndex, step: pd.Timedelta) -> bool:
    return bool(2 * len(index) < (index[-1] - index[0]) // step + 1)


def said_of_no_grid(bars: Bars, step: pd.Timedelta, least: pd.Timedelta) -> tuple[str, ...]:
    """What is said of bars between which nothing is filled, where the longest time between two is above `least`."""
    index = pd.DatetimeIndex(bars.table.index)
    distances = np.diff(index.asi8, append=index.asi8[-1:])
    longest = int(distances.argmax())
    if distances[longest] <= least.value:
        return ()
    between = f"{spell(pd.Timedelta(int(distances[longest]), unit='ns'))} from {spell_time(index[longest])} on"
    return (f"bars are mostly, not always, {spell(step)} apart: the times between were not filled, at most {between}",)


def without_strays(bars: Bars) -> Bars:
    """Bars without the rows beside their grid, such as a last one 'as of now', and a note that says so.

    Rows are beside the grid where all others, one row or 99 % of at least ten, lie on one: their distances are
    multiples of the most common one. A market that keeps hours has rows beside its grid that belong there (the end
    of a short day), so that of its rows only the last one and those of a Saturday are left out.
    """
    index = pd.DatetimeIndex(bars.table.index)
    step = _step(bars, index.unique())
    beside = _beside_grid(index, step)
    rest = replace(bars, table=bars.table[~beside])
    if beside.any() and not spacing(rest).regular:
        if not _keeps_hours(rest, step):
            return bars
        beside &= _on_saturday(bars, step) | (np.arange(len(index)) == len(index) - 1)
        rest = replace(bars, table=bars.table[~beside])
    return replace(rest, notes=(*bars.notes, _said(index[beside], step))) if beside.any() else bars


def _beside_grid(index: pd.DatetimeIndex, step: pd.Timedelta) -> NDArray[np.bool_]:
    """Which rows have another phase than nearly all others; none where there are too many of them to say so."""
    phases, inverse, counts = np.unique(index.asi8 % step.value, return_inverse=True, return_counts=True)
    beside: NDArray[np.bool_] = inverse != counts.argmax()
    num_beside = int(beside.sum())
    few = num_beside <= max(1, len(index) // 100) and len(index) - num_beside >= _FEWEST
    return beside if few else np.zeros(len(index), dtype=np.bool_)


def _said(times: pd.DatetimeIndex, step: pd.Timedelta) -> str:
    if len(times) == 1:
        return f"the row of {spell_time(times[0])} was left out: all others lie on a grid of {spell(step)}"
    return (
        f"{len(times):,} rows, first {spell_time(times[0])}, were left out: all others lie on a grid of {spell(step)}"
    )
