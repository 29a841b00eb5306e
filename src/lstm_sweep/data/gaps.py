"""How much of a series may be made up."""

import math

import numpy as np
import pandas as pd

from lstm_sweep.data.bars import Bars, spell, spell_time
from lstm_sweep.data.resample import resample
from lstm_sweep.errors import UserError

_LENGTHS = (
    *("1s", "5s", "10s", "30s", "1min", "2min", "3min", "5min", "10min", "15min", "30min"),
    *("1h", "2h", "3h", "4h", "6h", "8h", "12h", "1D", "2D", "7D", "14D", "28D"),
)
"""Of bars, as people ask for them."""


def check_made_up(bars: Bars, max_filled: float) -> None:
    """Refuse bars of which too many stand where a grid misses a row: their times are probably misread.

    Rows that are present but empty do not count.

    Args:
        bars: gaps inserted.
        max_filled: `data.max_filled`.

    Raises:
        UserError: with the share, the first and the longest gap, and a length of bars that the rows do fill.
    """
    share = len(bars.missing) / max(len(bars.table), 1)
    if share <= max_filled or bars.step is None:
        return
    missing = _described(bars.missing, bars.step)
    raise UserError(
        f"{bars.name} must have a row for at least {1 - max_filled:.0%} of its bars, but {share:.1%} of those "
        f"{spell(bars.step)} apart have none ({missing}): correct the times, or set {_filled_by(bars, max_filled)}"
        f"data.max_filled={math.ceil(share * 100) / 100:g} to make them up."
    )


def _filled_by(bars: Bars, max_filled: float) -> str:
    """The shortest longer bar of which no more are empty than may be, as a setting; nothing where there is none."""
    for length in _LENGTHS:
        try:
            longer = resample(bars, length).table[bars.price]
        except UserError:
            continue
        empty = float(longer.isna().mean())
        if len(longer) < len(bars.table) and empty <= max_filled:
            return f"data.every={length}, of whose bars {empty:.1%} are empty, or "
    return ""


def _described(missing: pd.DatetimeIndex, step: pd.Timedelta) -> str:
    """'first 1 bar, 2021-02-12; longest 2 bars, from 2021-03-01 on'."""
    starts = np.flatnonzero(np.diff(missing.asi8, prepend=missing.asi8[0] - 2 * step.value) != step.value)
    lengths = np.diff(starts, append=len(missing))
    longest = int(lengths.argmax())
    first = _gap(missing[starts[0]], int(lengths[0]))
    if longest == 0:
        return f"first and longest {first}"
    return f"first {first}; longest {_gap(missing[starts[longest]], int(lengths[longest]))}"


def _gap(start: pd.Timestamp, length: int) -> str:
    return f"1 bar, {spell_time(start)}" if length == 1 else f"{length:,} bars, from {spell_time(start)} on"
