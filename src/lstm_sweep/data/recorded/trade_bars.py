"""What ends a bar, and bars that trades end, made from the messages of a store."""

from collections.abc import Iterator

from lstm_sweep.config import RecordedData
from lstm_sweep.data.bars import bar_length
from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.reading import read_events
from lstm_sweep.orderbook.bar_clock import BarClock, EveryTime, EveryTrades, EveryVolume
from lstm_sweep.orderbook.bars import BookBar, BookBars
from lstm_sweep.orderbook.units import SIZES


def clock_of(config: RecordedData) -> BarClock:
    """What ends a bar, as the settings say."""
    if config.bars == "time":
        return EveryTime(bar_length("data.every", config.every or "").value)
    size = config.size or 0.0
    return EveryTrades(int(size)) if config.bars == "trades" else EveryVolume(round(size * 10**SIZES.decimals))


def bars_of_trades(folder: MarketFolder, clock: BarClock, start: int | None, stop: int | None) -> Iterator[BookBar]:
    """Bars of a market, made as a live process would: one message after the other.

    Args:
        folder: of the market.
        clock: when a bar ends.
        start: where the first begins, nanoseconds since 1970; None: with the first message.
        stop: messages from then on are not read; None: all are.
    """
    market, bars, book = folder.market, None, None
    for event in read_events(folder, start, stop):
        if bars is None or book is None:
            begin = event.received if start is None else max(start, event.received)
            bars = BookBars(market.feed().ticks, clock, begin, market.top_from)
            book = market.book(bars)
        book.take(event)
        if bars.bars:
            yield from bars.bars
            bars.bars.clear()
