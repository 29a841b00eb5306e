"""Longer bars from shorter ones."""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lstm_sweep.data.bars import Bars, aggregation, bar_length, spell
from lstm_sweep.data.grid import spacing
from lstm_sweep.errors import require


def resample(bars: Bars, every: str) -> Bars:
    """Bars of the length `every`, counted from midnight of the first day.

    The price is the last of the shorter bars, as is every covariate but open (first), high (maximum), low (minimum)
    and flows such as volume (sum). Empty bars count for nothing; where all are empty, so is the longer one. Where
    the bars have no regular grid, a longer bar without any shorter one is a time at which the market was closed and
    does not appear. A last bar that ends after the data do has no closing price yet and is left out.

    Args:
        bars: the shorter bars, gaps inserted or not.
        every: length of the longer ones ('10min', '1D', '7D').

    Raises:
        UserError: where `every` is no length, shorter than the bars or no multiple of them.
    """
    length = bar_length("data.every", every)
    grid = spacing(bars)
    fits = length >= grid.step and (not grid.regular or length.value % grid.step.value == 0)
    require(
        fits,
        f"data.every must be a multiple of the bars of {bars.name}, which are {spell(grid.step)} long, "
        f"but is {every!r}: set a longer one, or data.every=null to keep them.",
    )
    # Not `DataFrame.resample`: it makes every longer bar between the first and the last, also on no grid.
    starts = _starts(pd.DatetimeIndex(bars.table.index), length)
    how = {name: "last" if name == bars.price else aggregation(name) for name in bars.table.columns}
    table = bars.table.groupby(starts).agg(how)
    if grid.regular:
        table = table.reindex(pd.date_range(starts[0], starts[-1], freq=length, unit="ns"))
    complete = pd.DatetimeIndex(table.index) + length <= bars.table.index[-1] + grid.step
    require(bool(complete.any()), f"data.every={every} is longer than all {bars.name} holds: set a shorter one.")
    return replace(bars, table=table[complete], step=length if grid.regular else None, notes=_notes(bars, complete))


def _starts(index: pd.DatetimeIndex, length: pd.Timedelta) -> pd.DatetimeIndex:
    """Start of the longer bar that each shorter one belongs to."""
    midnight = index[0].normalize()
    return midnight + (index - midnight) // length * length


def _notes(bars: Bars, complete: NDArray[np.bool_]) -> tuple[str, ...]:
    if complete.all():
        return bars.notes
    return (*bars.notes, "the last bar was left out: the data end before it does")
