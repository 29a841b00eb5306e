"""Other series as covariates: in each bar, the newest value that was known when the bar was over."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from lstm_sweep.config.spelling import typed
from lstm_sweep.data.bars import Bars, spell, spell_time
from lstm_sweep.data.grid import fill_columns
from lstm_sweep.data.spacing import spacing
from lstm_sweep.errors import require

_DAY = pd.Timedelta(days=1)
_MONTH = pd.Timedelta(days=30.44)


def join(bars: Bars, name: str, other: Bars, columns: Sequence[str], path: Any) -> Bars:
    """Bars with the price and other columns of another series as the covariates `name` and `name.COLUMN`.

    A bar is known when it is over: at its stamp where that is its end, else its own spacing after it. A bar of `bars`
    holds the newest values known by then; nan before the first one, the last one where the other series has ended.

    Args:
        bars: longer bars and gaps made.
        name: of the other series, no column of `bars`.
        other: likewise made; its empty values are filled forward.
        columns: of the other series, beside its price.
        path: that the user gave for it.

    Raises:
        UserError: where `name` is a column, or nothing of the other series is known before the bars end.
    """
    require(
        name not in (bars.price, *bars.others),
        f"data.join must have names that are no columns of {bars.name}, but {name!r} is one: name it otherwise.",
    )
    known, others_known = known_at(bars), known_at(other)
    require(
        others_known[0] <= known[-1],
        f"data.join.{name} must have a value that is known before {bars.name} ends at {spell_time(known[-1])}, but the "
        f"first of {other.name} is known at {spell_time(others_known[0])}: choose another file.",
    )
    values = fill_columns(other, columns)
    values.columns = pd.Index([name, *(f"{name}.{column}" for column in columns)])
    newest = np.searchsorted(others_known.asi8, known.asi8, side="right") - 1
    covariates = values.take(np.maximum(newest, 0)).set_axis(bars.table.index)
    covariates.iloc[: int((newest < 0).sum())] = np.nan
    return replace(
        bars,
        table=pd.concat([bars.table, covariates], axis=1),
        aggregate={**bars.aggregate, **dict.fromkeys(covariates.columns, "last")},
        notes=(*bars.notes, *(f"{name}: {note}" for note in other.notes), *_notes(bars, name, other, path)),
    )


def known_at(bars: Bars) -> pd.DatetimeIndex:
    """When each bar is over, datetime64[ns] UTC: days and months end by the clock of their zone."""
    index = pd.DatetimeIndex(bars.table.index)
    step = spacing(bars).step
    if bars.stamp == "end":
        return index
    if step % _DAY:
        return index + step
    clock = index.tz_localize("UTC").tz_convert(bars.zone or "UTC").tz_localize(None)
    by_month = step >= 28 * _DAY and len(clock.day.unique()) == 1 and len((clock - clock.normalize()).unique()) == 1
    ends = clock + (pd.DateOffset(months=round(step / _MONTH)) if by_month else step)
    # Of two hours of one name the later one: nothing is known too early.
    later = np.zeros(len(ends), dtype=np.bool_)
    zoned = ends.tz_localize(bars.zone or "UTC", ambiguous=later, nonexistent="shift_forward")
    return zoned.tz_convert("UTC").tz_localize(None).as_unit("ns")


def _notes(bars: Bars, name: str, other: Bars, path: Any) -> list[str]:
    end_of_other = typed("data.join", {name: {"path": path, "stamp": "end"}})
    notes = [
        f"{name}: each bar holds the newest value known when it is over; bars of {other.name} are over "
        f"{_over(other, end_of_other)}, bars of {bars.name} {_over(bars, 'data.stamp=end')}"
    ]
    behind = known_at(bars)[-1] - known_at(other)[-1]
    if behind >= spacing(other).step:
        last = spell_time(other.table.index[-1])
        notes.append(f"{name}: {other.name} ends at {last}, before {bars.name}: its last value is carried forward")
    return notes


def _over(bars: Bars, otherwise: str) -> str:
    if bars.stamp == "end":
        return "at their stamps"
    return f"{spell(spacing(bars).step)} after their stamps ({otherwise}: at them)"
