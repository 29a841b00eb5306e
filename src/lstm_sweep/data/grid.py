"""The bars that are missing from a grid, and what stands in their place."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from lstm_sweep.data.aggregation import meaning
from lstm_sweep.data.bars import Bars, spell_time
from lstm_sweep.data.series import Series
from lstm_sweep.data.spacing import said_of_no_grid, spacing, without_strays
from lstm_sweep.errors import require

_FEW = 3
"""Times that a note names."""


def insert_gaps(bars: Bars) -> Bars:
    """Put an empty bar wherever a regular grid misses one; bars without such a grid stay as they are.

    Rows beside the grid are left out first, see `without_strays`.
    """
    bars = without_strays(bars)
    grid = spacing(bars)
    index = pd.DatetimeIndex(bars.table.index)
    if not grid.regular:
        return replace(bars, notes=(*bars.notes, *said_of_no_grid(bars, grid.step, pd.Timedelta(0))))
    complete = pd.date_range(index[0], index[-1], freq=grid.step, unit="ns")
    return replace(bars, table=bars.table.reindex(complete), step=grid.step, missing=complete.difference(index))


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
    filled = fill_columns(bars, list(dict.fromkeys([*features, *bars.beside])))
    known = filled.notna().all(axis=1).to_numpy()
    first = int(known.argmax())
    columns = {str(name): np.array(column.iloc[first:], dtype=np.float64) for name, column in filled.items()}
    return Series(
        name=bars.name,
        timestamps=np.array(bars.table.index[first:], dtype="datetime64[ns]"),
        values=columns[bars.price],
        filled=np.array(empty.iloc[first:], dtype=np.bool_),
        covariates={name: columns[name] for name in features},
        notes=(*bars.notes, *_notes(bars, features, empty, first)),
        levels=tuple(name for name in features if name in bars.levels),
        beside={name: columns[name] for name in bars.beside},
    )


def fill_columns(bars: Bars, features: Sequence[str]) -> pd.DataFrame:
    """The price and covariates with what stands in the place of empty values, nan before the first one.

    Raises:
        UserError: where the price or a feature is empty in every bar.
    """
    price = bars.table[bars.price].ffill()
    filled = pd.DataFrame({bars.price: price, **{name: _fill_covariate(bars, name, price) for name in features}})
    for name, column in filled.items():
        require(bool(column.notna().any()), f"{bars.name} holds no number in its column {name!r}: choose another.")
    return filled


def _fill_covariate(bars: Bars, name: str, price: "pd.Series[float]") -> "pd.Series[float]":
    column, of_name = bars.table[name], meaning(name, bars.aggregate)
    if of_name.how == "sum":
        return column.fillna(0.0)
    return column.fillna(price) if of_name.follows_price else column.ffill()


def _notes(bars: Bars, features: Sequence[str], empty: "pd.Series[bool]", first: int) -> list[str]:
    notes = []
    if first:
        notes.append(
            f"{first:,} of {len(empty):,} bars were left out: at the start, the price or a feature is not known"
        )
    kept = empty.iloc[first:]
    if kept.any():
        count = f"{int(kept.sum()):,} of {len(kept):,} bars were empty"
        notes.append(f"{count}: filled forward, never scored ({_emptied(bars, kept)})")
    for name in features:
        num_holes = int((bars.table[name].isna() & ~empty).iloc[first:].sum())
        if num_holes:
            notes.append(f"{num_holes:,} of {len(kept):,} values of {name!r} were empty: filled")
    return notes


def _emptied(bars: Bars, empty: "pd.Series[bool]") -> str:
    times = pd.DatetimeIndex(empty.index[empty.to_numpy()])
    missing = times.isin(bars.missing)
    kinds = {"without a row": times[missing], "with a row but no price": times[~missing]}
    return "; ".join(f"{len(of):,} {kind}{_named(of)}" for kind, of in kinds.items() if len(of))


def _named(times: pd.DatetimeIndex) -> str:
    few = ", ".join(spell_time(time) for time in times[:_FEW])
    return f", {few}" if len(times) <= _FEW else f", first {spell_time(times[0])}"
