"""Longer bars from shorter ones."""

from dataclasses import replace

import pandas as pd

from lstm_sweep.config.spelling import typed
from lstm_sweep.data.aggregation import meaning
from lstm_sweep.data.bars import Bars, bar_length, spell, spell_time
from lstm_sweep.data.spacing import Spacing, said_of_no_grid, spacing, without_strays
from lstm_sweep.errors import require

_MANY = 4
"""Rows in a longer bar from which on it matters little that they do not divide it: polls, ticks on a grid."""


def resample(bars: Bars, every: str) -> Bars:
    """Bars of the length `every`, counted from midnight of the first day.

    The price is the last of the shorter bars; covariates become longer bars as `bars.aggregate` says, else as their
    names say (`meaning`): open is the first, high the maximum, volume the sum. Empty bars count for nothing; where all
    are empty, so is the longer one. Where the bars have no regular grid, a longer bar without any shorter one is a
    time at which the market was closed and does not appear. A last bar that ends after the data do has no closing
    price yet and is left out, but for rows of which several have one time: those are trades, of which nobody knows
    which one is the last of its bar. Where the stamp of a bar is its end, so is that of the longer ones.

    Args:
        bars: the shorter bars, gaps inserted or not; rows of one time in the order in which they happened.
        every: length of the longer ones ('10min', '1D', '7D').

    Raises:
        UserError: where `every` is no length, shorter than the bars or no multiple of them.
    """
    length = bar_length("data.every", every)
    bars = without_strays(bars)
    grid = spacing(bars)
    divides = not grid.regular or length.value % grid.step.value == 0
    require(
        length >= grid.step and (divides or length >= _MANY * grid.step),
        f"data.every must be a multiple of the bars of {bars.name}, which are {spell(grid.step)} long, "
        f"but is {every!r}: set a longer one, or data.every=null to keep them.",
    )
    # Not `DataFrame.resample`: it makes every longer bar between the first and the last, also on no grid.
    stamps = _stamps(bars, grid, length)
    how = {name: "last" if name == bars.price else meaning(name, bars.aggregate).how for name in bars.table.columns}
    table = bars.table.groupby(stamps).agg(how)
    missing = pd.DatetimeIndex([], dtype="datetime64[ns]")
    notes = () if grid.regular else said_of_no_grid(bars, grid.step, length)
    if not divides:
        notes = (f"rows {spell(grid.step)} apart do not divide {spell(length)}: a bar holds those that begin in it",)
    if grid.regular:
        complete = pd.date_range(stamps[0], stamps[-1], freq=length, unit="ns")
        missing = complete.difference(stamps)
        table = table.reindex(complete)
    longer = replace(bars, table=table, step=length if grid.regular else None, missing=missing)
    return _until_the_end(replace(bars, notes=(*bars.notes, *notes)), longer, grid, length)


def _stamps(bars: Bars, grid: Spacing, length: pd.Timedelta) -> pd.DatetimeIndex:
    """Stamp of the longer bar that each shorter one belongs to."""
    index = pd.DatetimeIndex(bars.table.index)
    if bars.stamp == "start":
        midnight = index[0].normalize()
        return midnight + (index - midnight) // length * length
    midnight = (index[0] - grid.step).normalize()
    return midnight - (midnight - index) // length * length


def _until_the_end(bars: Bars, longer: Bars, grid: Spacing, length: pd.Timedelta) -> Bars:
    """Longer bars without a last one that the shorter ones do not reach the end of, and what is said of them."""
    ends, last = pd.DatetimeIndex(longer.table.index), bars.table.index[-1]
    over = ends <= last if bars.stamp == "end" else ends + length <= last + grid.step
    notes = [*bars.notes, *_guesses(bars)]
    if not over.all() and not bars.table.index.is_unique:
        notes.append(f"the last bar, {spell_time(ends[-1])}, ends after the last row: its price is that of the row")
        return replace(longer, notes=tuple(notes))
    require(bool(over.any()), f"data.every={spell(length)} is longer than all {bars.name} holds: set a shorter one.")
    if not over.all():
        notes.append("the last bar was left out: the data end before it does")
    return replace(longer, table=longer.table[over], notes=tuple(notes))


def _guesses(bars: Bars) -> list[str]:
    """What the names of covariates leave open, and the setting that decides it."""
    meanings = {str(name): meaning(str(name), bars.aggregate) for name in bars.table.columns if name != bars.price}
    guesses = {name: each.how for name, each in meanings.items() if each.is_guess}
    if not guesses:
        return []
    listed = ", ".join(f"the {how} of {name!r}" for name, how in guesses.items())
    return [f"longer bars hold {listed}, guessed: {typed('data.aggregate', dict.fromkeys(guesses, 'sum'))} sums them"]
