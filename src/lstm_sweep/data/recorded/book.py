"""Bars of a market's order book out of a store: a price, the variables of the book, and the microprice beside them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lstm_sweep.config import BookData, RecordedData, iso_time
from lstm_sweep.config.spelling import typed
from lstm_sweep.data.bars import Bars, bar_length, check_features
from lstm_sweep.data.recorded.longer import longer_bars
from lstm_sweep.data.recorded.trade_bars import bars_of_trades, clock_of
from lstm_sweep.errors import UserError, require
from lstm_sweep.invocation import spelled
from lstm_sweep.market_store.layout import MarketFolder, markets_in
from lstm_sweep.market_store.manifest import holes_of
from lstm_sweep.market_store.reading import read_bars
from lstm_sweep.orderbook.catalogue import VARIABLES
from lstm_sweep.orderbook.market import variables_of

_DAY: Final = 86_400_000_000_000
_MICROPRICE: Final = "microprice"


def read_book(config: BookData, features: Sequence[str]) -> Bars:
    """Bars of the market that is asked for; those that a hole of the recording touches are empty.

    Args:
        config: of the market and its bars.
        features: variables of the book.

    Raises:
        UserError: where there is no such market, nothing was recorded in the span, or a setting does not fit it.
    """
    folder = market_folder(config)
    name = f"{folder.market.exchange} {folder.market.symbol}"
    others = [each.name for each in variables_of(folder.market) if each.name != config.price]
    check_features(name, features, others)
    beside = (_MICROPRICE,) if config.price == "mid" else ()
    wanted = list(dict.fromkeys([config.price, *features, *beside]))
    table = _by_time(config, folder, wanted) if config.bars == "time" else _by_trades(config, folder, wanted)
    length = None if config.every is None else bar_length("data.every", config.every)
    if length is not None and config.stamp == "end":
        table.index += length
    require(
        bool(table[config.price].notna().any()),
        f"{name} must have a bar whose {config.price} is known, but has none in {len(table)}: record for longer, or "
        "choose another span.",
    )
    levels = tuple(each.name for each in VARIABLES if each.transform == "none")
    return Bars(
        name=name,
        table=table,
        price=config.price,
        step=length,
        notes=_notes(table, config.price),
        others=tuple(others),
        aggregate={each.name: each.over_bars for each in VARIABLES},
        levels=levels,
        beside=beside,
    )


def market_folder(config: BookData) -> MarketFolder:
    """The market of a store that the settings name, or its only one.

    Raises:
        UserError: with those that there are.
    """
    root = Path(config.store)
    found = [
        market
        for market in markets_in(root)
        if config.exchange in (None, market.exchange) and config.market in (None, market.symbol)
    ]
    if len(found) == 1:
        return MarketFolder(root, found[0])
    there = markets_in(root)
    if not there:
        raise UserError(
            f"data.store must be the folder of a store, but {config.store} holds no market: record one with "
            f"{spelled('record')}, or set data.store."
        )
    ways = ", or ".join(
        f"{typed('data.exchange', each.exchange)} {typed('data.market', each.symbol)}" for each in (found or there)[:8]
    )
    raise UserError(f"data must name one market of {config.store}, but {len(found)} are so: set {ways}.")


def _by_time(config: BookData, folder: MarketFolder, wanted: Sequence[str]) -> pd.DataFrame:
    """Bars of one length, by their start."""
    assert config.every is not None
    length = bar_length("data.every", config.every).value
    require(
        length % folder.base == 0,
        f"data.every must be a multiple of the base bars of {folder.path}, which are {folder.base / 1e9:g} s long, but "
        f"is {config.every!r}: set one, such as {5 * folder.base / 1e9:g}s.",
    )
    start, stop = span_of(config, length)
    bars = longer_bars(_base(folder, start, stop, wanted), folder.base, length, wanted)
    starts = bars.index.to_numpy()
    return _timed(bars, starts, starts, starts + length, folder)


def _by_trades(config: BookData, folder: MarketFolder, wanted: Sequence[str]) -> pd.DataFrame:
    """Bars that trades end, by their end; made anew from all messages."""
    start, stop = span_of(config, 0)
    bars = list(bars_of_trades(folder, clock_of(config), start, stop))
    require(
        bool(bars),
        f"{folder.path} must hold trades that fill a bar of {config.size:g}, but does not: set a smaller data.size.",
    )
    values = [[bar.values[name] if bar.is_whole else np.nan for name in wanted] for bar in bars]
    starts, ends = (np.array([getattr(bar, side) for bar in bars]) for side in ("start", "end"))
    return _timed(pd.DataFrame(values, columns=list(wanted)), ends, starts, ends, folder)


def _timed(
    bars: pd.DataFrame,
    stamps: NDArray[np.int64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    folder: MarketFolder,
) -> pd.DataFrame:
    """Bars by their stamps, empty where a hole touches them: some holes show only after the bar in which they lie."""
    for begin, end in holes_of(folder):
        bars.iloc[np.searchsorted(ends, begin, side="right") : np.searchsorted(starts, end, side="right")] = np.nan
    return bars.set_axis(pd.DatetimeIndex(stamps.astype("datetime64[ns]")))


def span_of(config: RecordedData, length: int) -> tuple[int | None, int | None]:
    """From the start of the first bar that is wanted to that of the first that is not, nanoseconds since 1970."""
    start = None if config.since is None else iso_time("data.since", config.since)
    stop = None if config.until is None else iso_time("data.until", config.until)
    first = None if start is None else int(start.astype("datetime64[ns]").astype(np.int64))
    if stop is None:
        return first, None
    # A day counts to its end, a time names the last bar.
    last = int(stop.astype("datetime64[ns]").astype(np.int64))
    return first, last + (_DAY if np.datetime_data(stop)[0] == "D" else length)


def _base(folder: MarketFolder, start: int | None, stop: int | None, wanted: Sequence[str]) -> pd.DataFrame:
    columns = ["start", "is_whole", *wanted]
    parts = [batch.select(columns).to_pandas() for batch in read_bars(folder, start, stop)]
    require(
        bool(parts),
        f"{folder.path} must hold bars in the span that is asked for, but holds none: record for longer, or choose "
        "another data.since and data.until.",
    )
    return pd.concat(parts, ignore_index=True)


def _notes(table: pd.DataFrame, price: str) -> tuple[str, ...]:
    torn = int(table[price].isna().sum())
    return (f"{torn:,} of {len(table):,} bars touch a gap of the recording: empty",) if torn else ()
