"""Whether several files hold one series."""

from itertools import pairwise

import numpy as np
import pandas as pd

from lstm_sweep.config.spelling import typed
from lstm_sweep.data.files.table import FileTable
from lstm_sweep.errors import UserError

_LARGEST_JUMP = 5.0
"""Ratio of prices between two files that no market makes overnight."""


def refuse_other_series(table: FileTable, prices: "pd.Series[float]", times: pd.DatetimeIndex) -> None:
    """Refuse files that are of several series: prices of another size, or bars of another length.

    Args:
        table: of the files.
        prices: in the order of the rows, nan where empty.
        times: likewise.

    Raises:
        UserError: naming two files.
    """
    if len(table.parts) < 2:
        return
    part = np.searchsorted([part.first for part in table.parts], table.rows.index.to_numpy(), side="right") - 1
    by_time = pd.DataFrame({"part": part, "price": prices.to_numpy(), "time": times}).sort_values("time", kind="stable")
    groups = by_time.groupby("part")
    files = [(number, groups.get_group(number)) for number in np.unique(part).tolist()]
    files.sort(key=lambda each: each[1]["time"].iloc[0])
    for (one, before), (other, after) in pairwise(files):
        last, first = (
            rows["price"].dropna().iloc[at : at + 1 or None].sum() for rows, at in ((before, -1), (after, 0))
        )
        if min(last, first) > 0 and max(last, first) > _LARGEST_JUMP * min(last, first):
            raise UserError(
                _sentence(table, one, f"ends at {last:g} and {table.parts[other].path} begins at {first:g}")
            )
    steps = [(number, rows["time"].diff().median()) for number, rows in files if len(rows) > 2]
    for (one, step), (other, next_step) in pairwise(steps):
        if max(step, next_step) >= 2 * min(step, next_step):
            found = f"has a row every {step} and {table.parts[other].path} every {next_step}"
            raise UserError(_sentence(table, one, found))


def _sentence(table: FileTable, part: int, found: str) -> str:
    path = table.parts[part].path
    way_out = f"name those of one, as in {typed('data.path', path)}"
    return f"data.path must name files of one series, but {path} {found}: {way_out}."
