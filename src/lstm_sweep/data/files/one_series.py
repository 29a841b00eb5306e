"""Whether several files hold one series."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from lstm_sweep.config.spelling import typed
from lstm_sweep.data.bars import spell
from lstm_sweep.data.files.table import FileTable
from lstm_sweep.errors import UserError

_LARGEST_JUMP, _LARGEST_STEP = 5.0, 1.5
"""Ratios of the last price of a file to the first of the next: at any distance, and where one follows the other."""

_NEAR = 3
"""Steps between two files that follow each other."""


def refuse_other_series(
    table: FileTable, prices: "pd.Series[float]", times: pd.DatetimeIndex, is_listed: bool
) -> tuple[str, ...]:
    """Refuse files that are of several series: prices of another size, or bars of another length.

    Args:
        table: of the files.
        prices: in the order of the rows, nan where empty.
        times: likewise.
        is_listed: whether the user named each file: they then are of one series, and what differs is only said.

    Returns:
        What differs, where the files were listed.

    Raises:
        UserError: naming two files.
    """
    if len(table.parts) < 2:
        return ()
    found = [*_differences(table, prices, times)]
    if found and not is_listed:
        one, other, what = found[0]
        each = [part.path for part in table.parts]
        all_of_them = f", or list all of them ({typed('data.path', each)}) where they are" if len(each) < 6 else ""
        raise UserError(
            f"data.path must name files of one series, but {table.parts[one].path} {what}: name those of one, as in "
            f"{typed('data.path', table.parts[one].path)}{all_of_them}."
        )
    return tuple(f"{table.parts[one].path} {what}" for one, _, what in found)


def _differences(
    table: FileTable, prices: "pd.Series[float]", times: pd.DatetimeIndex
) -> Iterator[tuple[int, int, str]]:
    """Pairs of files that follow each other in time and are not alike, and how they differ."""
    part = np.searchsorted([part.first for part in table.parts], table.rows.index.to_numpy(), side="right") - 1
    by_time = pd.DataFrame({"part": part, "price": prices.to_numpy(), "time": times}).sort_values("time", kind="stable")
    groups = by_time.groupby("part")
    files = [(number, groups.get_group(number)) for number in np.unique(part).tolist()]
    files.sort(key=lambda each: each[1]["time"].iloc[0])
    step = by_time["time"].diff().median()
    for (one, before), (other, after) in pairwise(files):
        ends, starts = before.dropna(), after.dropna()
        if len(ends) and len(starts):
            last, first = ends["price"].iloc[-1], starts["price"].iloc[0]
            is_near = starts["time"].iloc[0] - ends["time"].iloc[-1] <= _NEAR * step
            most = _LARGEST_STEP if is_near else _LARGEST_JUMP
            if min(last, first) > 0 and max(last, first) > most * min(last, first):
                yield one, other, f"ends at {last:g} and {table.parts[other].path} begins at {first:g}"
    steps = [(number, rows["time"].diff().median()) for number, rows in files if len(rows) > 2]
    for (one, of_one), (other, of_other) in pairwise(steps):
        if max(of_one, of_other) >= 2 * min(of_one, of_other):
            lengths = (spell(pd.Timedelta(each)) for each in (of_one, of_other))
            found = f"has a row every {next(lengths)} and {table.parts[other].path} every {next(lengths)}"
            yield one, other, found
