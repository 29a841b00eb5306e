"""Longer bars from base bars: the same arithmetic for a sweep over months and for the newest bar of a live process."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lstm_sweep.orderbook.bars import LONGER
from lstm_sweep.orderbook.catalogue import VARIABLES


def longer_bars(base: pd.DataFrame, base_ns: int, length: int, names: Iterable[str]) -> pd.DataFrame:
    """Bars of a length, counted from 1970, as every variable says how it becomes a longer bar.

    Only bars that the base bars reach the end of are there, and none before the first beginning that they hold. One
    of which a base bar is missing or torn is not whole, and its values are NaN.

    Args:
        base: rows in order, with start (nanoseconds since 1970), is_whole, and the variables as columns.
        base_ns: length of a base bar.
        length: of the longer ones, a multiple of it.
        names: variables that are wanted.

    Returns:
        A row per bar: the variables as columns, start in nanoseconds as index.
    """
    starts = base["start"].to_numpy()
    keys = starts // length
    edges = np.flatnonzero(np.diff(keys, prepend=keys[:1] - 1))
    stops = np.append(edges[1:], len(keys))
    first, last = starts[edges], starts[stops - 1]
    ended = (last + base_ns) % length == 0
    begun = (first % length == 0) | (np.arange(len(edges)) > 0)
    whole = np.logical_and.reduceat(base["is_whole"].to_numpy(), edges) if len(edges) else np.array([], bool)
    whole &= stops - edges == length // base_ns
    # The last one may not be over; one in the middle that breaks off is over, for a later one is there.
    is_over = ended | (np.arange(len(edges)) < len(edges) - 1)
    kept = begun & is_over
    columns = {name: _column(base[name].to_numpy(), name, edges[kept], stops[kept], whole[kept]) for name in names}
    return pd.DataFrame(columns, index=pd.Index(keys[edges][kept] * length, name="start"))


def _column(
    values: NDArray[np.float64], name: str, edges: NDArray[np.intp], stops: NDArray[np.intp], whole: NDArray[np.bool_]
) -> NDArray[np.float64]:
    over = next(each.over_bars for each in VARIABLES if each.name == name)
    if over == "last":
        return np.where(whole, values[stops - 1], np.nan)
    longer = np.full(len(edges), np.nan)
    for row in np.flatnonzero(whole):
        longer[row] = LONGER[over](values[edges[row] : stops[row]].tolist())
    return longer
