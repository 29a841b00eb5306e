"""Bars of single trades, of a dump or of a store: the same variables, made by the same bars."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from lstm_sweep.config import TradesData
from lstm_sweep.config.spelling import typed
from lstm_sweep.data.bars import Bars, bar_length, check_features
from lstm_sweep.data.recorded.book import read_book, span_of
from lstm_sweep.data.recorded.dump import TradeDump, read_dump
from lstm_sweep.data.recorded.trade_bars import clock_of
from lstm_sweep.errors import require
from lstm_sweep.orderbook.bar_clock import EveryTime
from lstm_sweep.orderbook.bars import BookBar, BookBars
from lstm_sweep.orderbook.book import Book
from lstm_sweep.orderbook.catalogue import VARIABLES

_PRICE: Final = "last"
_COUNT: Final = "trades"
OF_TRADES: Final = tuple(each for each in VARIABLES if each.source == "trades")


def read_trades(config: TradesData, features: Sequence[str]) -> Bars:
    """Bars of the trades that are asked for; the price is that of the last one.

    Args:
        config: files of trades, or a market of a store; and what ends a bar.
        features: variables of trades.

    Raises:
        UserError: where nothing can be read, or a variable needs what the files do not say.
    """
    others = [each.name for each in OF_TRADES if each.name != _PRICE]
    if config.path is None:
        check_features("trades", features, others)
        bars = read_book(config.book(), list(dict.fromkeys([*features, _COUNT])))
        notes = (*bars.notes, *_fuller(config, bars.table))
        return replace(bars, table=_emptied(bars.table)[[_PRICE, *features]], others=tuple(others), notes=notes)
    dump = read_dump(config)
    offered = [name for name in others if name not in _unknown(dump)]
    check_features(dump.bars.name, features, offered)
    require(
        config.bars != "volume" or dump.amount is not None,
        f"data.bars=volume needs the size of each trade, but {dump.bars.name} has no column of a known name: name it "
        f"with {typed('data.amount', 'COLUMN')}.",
    )
    table, length = _table(config, dump, list(dict.fromkeys([_PRICE, *features, _COUNT])))
    fuller = _fuller(config, table)
    table = _emptied(table)[[_PRICE, *features]]
    return Bars(
        name=dump.bars.name,
        table=table,
        price=_PRICE,
        step=length,
        notes=(*dump.bars.notes, _said(dump), *fuller),
        others=tuple(offered),
        aggregate={each.name: each.over_bars for each in OF_TRADES},
        levels=tuple(each.name for each in OF_TRADES if each.transform == "none"),
    )


def _emptied(table: pd.DataFrame) -> pd.DataFrame:
    """Bars without a trade have no price: it is filled forward, and never scored."""
    return table.assign(**{_PRICE: table[_PRICE].where(table[_COUNT] > 0)})


def _table(config: TradesData, dump: TradeDump, wanted: Sequence[str]) -> tuple[pd.DataFrame, pd.Timedelta | None]:
    length = None if config.every is None else bar_length("data.every", config.every)
    start, stop = span_of(config, 0 if length is None else length.value)
    bars = list(_bars(config, dump, start, stop))
    require(
        bool(bars),
        f"{dump.bars.name} must hold trades that fill a bar, but its {len(dump.bars.table):,} fill none in the span "
        "that is asked for: set shorter bars, or another span.",
    )
    at_end = config.stamp == "end"
    stamps = np.array([bar.end if at_end else bar.start for bar in bars])
    values = [[bar.values[name] for name in wanted] for bar in bars]
    index = pd.DatetimeIndex(stamps.astype("datetime64[ns]"))
    return pd.DataFrame(values, columns=list(wanted), index=index), length


def _bars(config: TradesData, dump: TradeDump, start: int | None, stop: int | None) -> Iterator[BookBar]:
    clock, bars = clock_of(config), None
    for trade in dump.trades():
        if stop is not None and trade.received >= stop:
            # Bars that end here are over.
            break
        if bars is None:
            begin = trade.received if start is None else start
            step = clock.nanoseconds if isinstance(clock, EveryTime) else 1
            bars = BookBars(dump.ticks, clock, begin - begin % step)
            # There is no book, and nothing of it is missing.
            bars.synced(Book(), begin)
        bars.at(trade.received)
        bars.traded(trade)
        yield from bars.bars
        bars.bars.clear()
    if bars is not None and stop is not None:
        bars.at(stop)
        yield from bars.bars


def _unknown(dump: TradeDump) -> set[str]:
    """Variables that nobody knows without sizes or sides."""
    without_sizes = {"volume", "signed_volume"} if dump.amount is None else set[str]()
    return without_sizes | ({"signed_volume"} if dump.side is None else set())


def _said(dump: TradeDump) -> str:
    amount = "no column says how much was traded" if dump.amount is None else f"amount: column {dump.amount!r}"
    side = "no column says who came second" if dump.side is None else f"side: column {dump.side!r}"
    side += f", where {dump.buys!r} is a buyer who came second" if dump.buys else ""
    return f"{amount}; {side}; {typed('data.amount', 'COLUMN')} and {typed('data.side', 'COLUMN')} decide"


def _fuller(config: TradesData, table: pd.DataFrame) -> tuple[str, ...]:
    """Bars that could not end with their last trade, as they would have ended when they began."""
    count = int((table[_COUNT] > (config.size or 0)).sum()) if config.bars == "trades" else 0
    if not count:
        return ()
    return (
        f"{count:,} of {len(table):,} bars hold more than {config.size:g} trades: those of one time are in one bar",
    )
