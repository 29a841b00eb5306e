"""The book as it stood when the last line was received."""

from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from lstm_sweep.errors import require
from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.reading import read_parts
from lstm_sweep.market_store.replayed import ReplayedPart
from lstm_sweep.market_store.sections import sections
from lstm_sweep.orderbook.book import Book
from lstm_sweep.orderbook.order_sync import SyncedOrders
from lstm_sweep.orderbook.units import SIZES

LEVELS: Final = 10


@dataclass(frozen=True)
class LastBook:
    """The best levels of a market.

    Attributes:
        time: local time of the last line, nanoseconds since 1970.
        bids, asks: price and size of each level, best first.
        is_right: whether all until then is known.
        holes: how many spans are missing in the part that it was read from.
    """

    time: int
    bids: tuple[tuple[float, float], ...]
    asks: tuple[tuple[float, float], ...]
    is_right: bool
    holes: int

    def lines(self) -> list[str]:
        """For the terminal: a line per level."""
        head = f"{'bid size':>14} {'bid':>12}   {'ask':<12} {'ask size':<14}"
        nothing = ("", "")
        return [
            head,
            *(
                f"{_number(bid[1]):>14} {_number(bid[0]):>12}   {_number(ask[0]):<12} {_number(ask[1]):<14}".rstrip()
                for bid, ask in zip_longest(self.bids, self.asks, fillvalue=nothing)
            ),
        ]


def last_book(folder: MarketFolder, levels: int = LEVELS) -> LastBook:
    """The best levels at the end of the newest part.

    Raises:
        UserError: where nothing was recorded.
    """
    parts = sections(folder)
    require(bool(parts), f"{folder.path} must hold what was recorded, but holds nothing yet: record for longer.")
    part, last = ReplayedPart(folder), parts[-1].start
    for _, events in read_parts(folder, last):
        for event in events:
            part.take(event)
            part.bars.clear()
            last = event.received
    ticks, book = folder.market.feed().ticks, _levels(part)
    bids, asks = (
        tuple((ticks.value(price), SIZES.value(size)) for price, size in side.top(levels))
        for side in (book.bids, book.asks)
    )
    return LastBook(last, bids, asks, part.book.is_synced, len(part.holes))


def _levels(part: ReplayedPart) -> Book:
    if isinstance(part.book, SyncedOrders):
        part.book.settle()
        return part.book.orders.levels
    return part.book.book


def _number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.10g}"
