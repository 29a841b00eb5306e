"""What the book truly is at any place of a recording."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from lstm_sweep.orderbook.book import Book
from lstm_sweep.orderbook.lines import events
from lstm_sweep.orderbook.market import Market
from lstm_sweep.orderbook.messages import Order, TopOfBook, Trade
from lstm_sweep.orderbook.order_book import OrderChange
from lstm_sweep.orderbook.order_sync import SyncedOrders
from lstm_sweep.orderbook.sync import SyncedBook


class TrueBook:
    """Reads on in a recording as far as it is asked to.

    Args:
        market: of the recording.
        lines: of it, from the beginning.
    """

    def __init__(self, market: Market, lines: Iterable[tuple[int, str]]) -> None:
        self._feed = market.feed()
        self._book = market.book(_Nobody())
        self._lines: Iterator[tuple[int, str]] = iter(lines)
        self._place = 0

    def at(self, place: int) -> SyncedBook | SyncedOrders:
        """The book after so many lines, or after more that were asked for before."""
        for received, payload in islice(self._lines, max(0, place - self._place)):
            for event in events(self._feed, f"{received} {payload}"):
                self._book.take(event)
        self._place = max(self._place, place)
        return self._book


class _Nobody:
    """A `BookListener` that does not listen."""

    def at(self, received: int) -> None: ...

    def synced(self, book: Book, received: int) -> None: ...

    def changed(self, book: Book, received: int) -> None: ...

    def ordered(self, order: Order, change: OrderChange) -> None: ...

    def traded(self, trade: Trade) -> None: ...

    def quoted(self, top: TopOfBook) -> None: ...

    def lost(self, received: int) -> None: ...

    def missed(self) -> None: ...

    def state(self) -> dict[str, Any]:
        return {}

    def restore(self, state: dict[str, Any], book: Book) -> None: ...
