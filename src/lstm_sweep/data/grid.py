"""The grid that bars lie on: its spacing, the bars that are missing from it, and what stands in their place."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from lstm_sweep.data.bars import Bars, aggregation, spell
from lstm_sweep.data.series import Series
from lstm_sweep.errors import require

_SATURDAY = 5
_DAY = pd.Timedelta(days=1)


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
    index = pd.DatetimeIndex(bars.table.index)
    distances = np.diff(index.asi8)
    if distances.size == 0:
        return Spacing(bars.step or _DAY, regular=bars.step is not None)
    values, counts = np.unique(distances, return_counts=True)
    step = bars.step or pd.Timedelta(int(values[counts.argmax()]), unit="ns")
    regular = not (values % step.value).any()
    if bars.step is None:
        regular = regular and not _keeps_hours(index, step) and not _mostly_gaps(index, step)
    return Spacing(step, regular)


def _keeps_hours(index: pd.DatetimeIndex, step: pd.Timedelta) -> bool:
    a_week_or_more = index[-1] - index[0] >= 7 * _DAY
    return bool(step <= _DAY and a_week_or_more and (index.day_of_week != _SATURDAY).all())


def _mostly_gaps(index: pd.DatetimeIndex, step: pd.Timedelta) -> bool:
    return bool(2 * len(index) < (index[-1] - index[0]) // step + 1)


def insert_gaps(bars: Bars) -> Bars:
    """Put an empty bar wherever a regular grid misses one; bars without such a grid stay as they are."""
    grid = spacing(bars)
    index = bars.table.index
    if not grid.regular:
        note = f"bars are mostly, not always, {spell(grid.step)} apart: the times between were not filled"
        return replace(bars, notes=(*bars.notes, note)) if len(index) > 1 else bars
    complete = pd.date_range(index[0], index[-1], freq=grid.step, unit="ns")
    return replace(bars, table=bars.table.reindex(complete), step=grid.step)


def fill_forward(bars: Bars, features: Sequence[str]) -> Series:
    """The series of bars whose empty ones carry the price before them, counted and flagged.

    In an empty bar nothing was traded: flows such as volume are 0, and open, high and low are the price carried
    forward; other covariates keep their last value. What comes before the first bar in which the price and all
    features are known is left out.

    Args:
        bars: the bars, gaps inserted.
        features: names of the covariates to keep.

    Raises:
        UserError: where the price or a feature is empty in every bar, or a price is not above 0.
    """
    empty = bars.table[bars.price].isna()
    price = bars.table[bars.price].ffill()
    covariates = {name: _fill_covariate(bars.table[name], price) for name in features}
    for name, column in {bars.price: price, **covariates}.items():
        require(bool(column.notna().any()), f"{bars.name} holds no number in its column {name!r}: choose another.")
    known = pd.concat([price, *covariates.values()], axis=1).notna().all(axis=1).to_numpy()
    first = int(known.argmax())
    return Series(
        name=bars.name,
        timestamps=np.array(bars.table.index[first:], dtype="datetime64[ns]"),
        values=np.array(price.iloc[first:], dtype=np.float64),
        filled=np.array(empty.iloc[first:], dtype=np.bool_),
        covariates={name: np.array(column.iloc[first:], dtype=np.float64) for name, column in covariates.items()},
        notes=(*bars.notes, *_notes(bars, features, empty, first)),
    )


def _fill_covariate(column: "pd.Series[float]", price: "pd.Series[float]") -> "pd.Series[float]":
    how = aggregation(str(column.name))
    if how == "sum":
        return column.fillna(0.0)
    return column.ffill() if how == "last" else column.fillna(price)


def _notes(bars: Bars, features: Sequence[str], empty: "pd.Series[bool]", first: int) -> list[str]:
    notes = []
    if first:
        notes.append(
            f"{first:,} of {len(empty):,} bars were left out: at the start, the price or a feature is not known"
        )
    num_filled, num_bars = int(empty.iloc[first:].sum()), len(empty) - first
    if num_filled:
        notes.append(f"{num_filled:,} of {num_bars:,} bars were empty: filled forward, never scored")
    for name in features:
        num_holes = int((bars.table[name].isna() & ~empty).iloc[first:].sum())
        if num_holes:
            notes.append(f"{num_holes:,} of {num_bars:,} values of {name!r} were empty: filled")
    return notes
