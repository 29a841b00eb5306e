"""Rows in the order of their times, each time once, or several times where rows are trades."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lstm_sweep.data.files.table import FileTable
from lstm_sweep.errors import UserError


@dataclass(frozen=True)
class _Pair:
    """Two rows of one time, by their place among all rows; the first stands above the second."""

    first: int
    second: int


def in_order(
    rows: pd.DataFrame, times: pd.DatetimeIndex, table: FileTable, is_trades: bool
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Rows from the oldest to the newest.

    Where files of one series overlap, equal rows are one; two rows of one time in one file are an error even if they
    are equal, for the file was then put together by mistake.

    Args:
        rows: numbers, with the index of the table.
        times: of the rows.
        table: that they stand in, for messages.
        is_trades: whether rows of one time are trades, which become bars; they keep the order of the file.

    Returns:
        The rows by their times, and what was done, a sentence each.

    Raises:
        UserError: where a time stands twice and must not.
    """
    kept, notes = _without_overlap(rows, times, table)
    rows, times = rows[kept], times[kept]
    repeated = times.duplicated()
    if repeated.any():
        _refuse_second_series(times, rows.index, table)
    if repeated.any() and not is_trades:
        second = int(repeated.argmax())
        pair = _Pair(int(np.argmax(times == times[second])), second)
        raise UserError(_twice(times, rows.index, table, pair))
    newest_first = times.is_monotonic_decreasing and len(times) > 1
    if newest_first:
        rows, times = rows[::-1], times[::-1]  # within one time, too, the row further down is the older one
    ordered = rows.set_axis(times).sort_index(kind="stable")
    return ordered, (*notes, *_said(times, newest_first, bool(repeated.any())))


def _refuse_second_series(times: pd.DatetimeIndex, index: "pd.Index[int]", table: FileTable) -> None:
    """Refuse rows that go through most of the time twice, in order each time: two series below each other."""
    back = np.flatnonzero(np.diff(times.asi8) < 0) + 1
    if len(back) == 1 and times[back[0]] < times[back[0] // 2]:
        raise UserError(
            f"{table.place(index[back[0]])}: the times of one series must go on, but begin anew at {times[back[0]]}: "
            "write the series below each other into files of their own, or name their column in data.where."
        )


def _without_overlap(
    rows: pd.DataFrame, times: pd.DatetimeIndex, table: FileTable
) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """Which rows no earlier file holds too, where the files overlap in time."""
    part = np.searchsorted([part.first for part in table.parts], rows.index.to_numpy(), side="right")
    spans = pd.Series(times).groupby(part).agg(["min", "max"]).sort_values("min")
    if not (spans["min"].to_numpy()[1:] <= spans["max"].cummax().to_numpy()[:-1]).any():
        return np.ones(len(rows), dtype=np.bool_), ()
    keyed = rows.reset_index(drop=True).assign(_time=times.asi8)
    # The second of two equal trades is another one; in the other file, too, it is the second.
    keyed["_number"] = keyed.groupby([*keyed.columns, part], dropna=False).cumcount()
    again = keyed.duplicated().to_numpy()
    note = f"{int(again.sum()):,} rows stand in two files with equal numbers: taken once"
    return ~again, ((note,) if again.any() else ())


def _said(times: pd.DatetimeIndex, newest_first: bool, is_repeated: bool) -> list[str]:
    said = []
    if newest_first or not times.is_monotonic_increasing:
        said.append("rows were newest first: sorted" if newest_first else "rows were out of order: sorted")
    if is_repeated:
        way = "from the bottom up, as the file is newest first" if newest_first else "in the order of the file"
        said.append(f"rows of one time were taken {way}: sort the file by time to have them otherwise")
    return said


def _twice(times: pd.DatetimeIndex, index: "pd.Index[int]", table: FileTable, pair: _Pair) -> str:
    place, other = table.place(index[pair.second]), table.place(index[pair.first])
    other = other.removeprefix(f"{table.part(index[pair.second]).path}, ")
    return (
        f"{place}: every row must have its own time, but {times[pair.second]} is also that of {other}: remove one of "
        "the two, name another column of times with data.time, or, if rows are trades, set data.every=1min or longer."
    )
