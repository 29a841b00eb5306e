"""Bars that end by volume or by number of trades, made from the messages of a store."""

from collections.abc import Iterator
from typing import Final

from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.reading import read_parts
from lstm_sweep.orderbook.bar_clock import BarClock
from lstm_sweep.orderbook.bars import BookBar, BookBars
from lstm_sweep.orderbook.messages import BookCheckpoint, Lost

SIZES_IN_ONE: Final = 100_000_000
"""Sizes are counted in 1e-8."""


def bars_of_trades(folder: MarketFolder, clock: BarClock, start: int | None, stop: int | None) -> Iterator[BookBar]:
    """Bars of a market, made as a live process would: one message after the other.

    Args:
        folder: of the market.
        clock: when a bar ends.
        start: where the first begins, nanoseconds since 1970; None: with the first message.
        stop: messages from then on are not read; None: all are.
    """
    market, bars, book = folder.market, None, None
    for _, events in read_parts(folder, start, stop):
        for number, event in enumerate(events):
            if bars is None or book is None:
                begin = event.received if start is None else max(start, event.received)
                bars = BookBars(market.feed().ticks, clock, begin, market.top_from)
                book = market.book(bars)
            elif number == 0 and not isinstance(event, BookCheckpoint):
                book.take(Lost(event.received, "the recorder began anew"))
            book.take(event)
            if bars.bars:
                yield from bars.bars
                bars.bars.clear()
