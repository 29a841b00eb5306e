"""Bars of a market out of its base bars, and whether these are what the messages come to."""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import pandas as pd
import pyarrow as pa

from lstm_sweep.errors import require
from lstm_sweep.market_store.exporting import write_rows
from lstm_sweep.market_store.iso_utc import iso_utc
from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.manifest import holes_of, manifests_of
from lstm_sweep.market_store.reading import bars_of_part, read_bars, read_parts
from lstm_sweep.market_store.replayed import ReplayedPart
from lstm_sweep.market_store.scanning import missing_variables
from lstm_sweep.market_store.sections import StoredPart
from lstm_sweep.market_store.tables.bars import bar_batch, bars_of, same_bars
from lstm_sweep.orderbook.bars import BookBar, longer_bar
from lstm_sweep.orderbook.market import variables_of

_BARS = 4096
"""That are held at once."""


def write_features(
    folder: MarketFolder,
    into: Path,
    length: int,
    start: int | None = None,
    end: int | None = None,
    *,
    anew: bool = False,
) -> list[str]:
    """Write bars of a length, counted from 1970, with all variables: CSV or Parquet, as the ending says.

    Args:
        folder: of the market.
        into: file that is written.
        length: of a bar in nanoseconds, a multiple of the base bars.
        start: nanoseconds since 1970; only bars that begin there or later are taken. None: all.
        end: only bars that begin before it.
        anew: whether base bars are made from the messages, and not read.

    Returns:
        What is to be said of the file, in sentences.

    Raises:
        UserError: where the length does not fit, the ending is another one, or there are no bars.
    """
    require(
        length % folder.base == 0,
        f"every must be a multiple of the base bars of {folder.path}, which are {folder.base / 1e9:g} s long, but is "
        f"{length / 1e9:g} s: set one, such as every={10 * folder.base // 10**9}s.",
    )
    base = _base(folder, *_whole(length, start, end), anew)
    longer = longer_bars(base, folder.base, length, holes_of(folder))
    return [*write_rows(_batches(longer), folder, "bars", into), *(() if anew else _notes(folder))]


def bars_table(folder: MarketFolder, length: int, start: int | None = None, end: int | None = None) -> pd.DataFrame:
    """Bars as `write_features` writes them, by their start: a column per variable, NaN where one is not whole."""
    base = _base(folder, *_whole(length, start, end), anew=False)
    longer = longer_bars(base, folder.base, length, holes_of(folder))
    names = [each.name for each in variables_of(folder.market)]
    rows = [(bar.start, *((bar.values[name] if bar.is_whole else math.nan) for name in names)) for bar in longer]
    table = pd.DataFrame(rows, columns=["start", *names]).set_index("start")
    return table.set_axis(pd.DatetimeIndex(table.index.to_numpy().astype("datetime64[ns]")))


def longer_bars(
    base: Iterable[BookBar], base_length: int, length: int, holes: Iterable[tuple[int, int]] = ()
) -> Iterator[BookBar]:
    """Bars of a length; one that a base bar is missing of, or that a hole touches, is not whole.

    Args:
        base: in order.
        base_length: of a base bar in nanoseconds.
        length: a multiple of it.
        holes: from and until when something is missing, in nanoseconds since 1970.
    """
    torn = {key for begin, stop in holes for key in range(begin // length, stop // length + 1)}
    for key, group in groupby(base, key=lambda bar: bar.start // length):
        bars = list(group)
        longer = longer_bar(bars)
        is_whole = longer.is_whole and len(bars) == length // base_length and key not in torn
        yield BookBar(key * length, (key + 1) * length, longer.values, is_whole)


def compare_anew(folder: MarketFolder, start: int | None = None, end: int | None = None) -> str | None:
    """Make the base bars of the parts of a span again from their messages; the first difference, None without one."""
    for section, bars in _made_anew(folder, start, end):
        missing = missing_variables(folder, section.manifest) if section.manifest else ()
        if not same_bars(section.start, bars, bars_of_part(folder, section), missing):
            return f"the base bars of part {section.start} ({iso_utc(section.start)}) are not what its messages come to"
    return None


def _whole(length: int, start: int | None, end: int | None) -> tuple[int | None, int | None]:
    """The span of all base bars of the bars that begin in a span."""
    return None if start is None else -(-start // length) * length, None if end is None else -(-end // length) * length


def _base(folder: MarketFolder, start: int | None, end: int | None, anew: bool) -> Iterator[BookBar]:
    """Base bars that begin in a span, in order."""
    if not anew:
        for batch in read_bars(folder, start, end):
            yield from bars_of(batch)
        return
    until = start
    for _, bars in _made_anew(folder, start, end):
        for bar in bars:
            if (until is None or bar.start >= until) and (end is None or bar.start < end):
                until = bar.end
                yield bar


def _made_anew(
    folder: MarketFolder, start: int | None, end: int | None
) -> Iterator[tuple[StoredPart, Sequence[BookBar]]]:
    for section, events in read_parts(folder, start):
        if end is not None and section.start >= end:
            return
        replayed = ReplayedPart(folder)
        for event in events:
            replayed.take(event)
        yield section, replayed.bars


def _notes(folder: MarketFolder) -> list[str]:
    """Variables that some sealed bars do not have."""
    missing = frozenset[str]().union(*(missing_variables(folder, each) for each in manifests_of(folder)))
    if not missing:
        return []
    return [f"bars that an earlier version sealed have no {', '.join(sorted(missing))}: anew=true makes them again"]


def _batches(bars: Iterator[BookBar]) -> Iterator[pa.RecordBatch]:
    while some := [bar for _, bar in zip(range(_BARS), bars, strict=False)]:
        yield bar_batch(0, some)
