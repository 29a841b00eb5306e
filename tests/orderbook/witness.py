"""A `BookListener` that only writes down."""

from collections.abc import Callable
from typing import Any

from lstm_sweep.orderbook.book import Book
from lstm_sweep.orderbook.messages import Order, TopOfBook, Trade
from lstm_sweep.orderbook.order_book import OrderChange


class Witness:
    """What was said, by name; `look` is called with each book that is said to be right."""

    def __init__(self, look: Callable[[Book], None] = lambda book: None) -> None:
        self.said: list[str] = []
        self.changes: list[tuple[Order, OrderChange]] = []
        self.trades: list[Trade] = []
        self.tops: list[TopOfBook] = []
        self._look = look

    def at(self, received: int) -> None:
        pass

    def synced(self, book: Book, received: int) -> None:
        self.said.append("synced")
        self._look(book)

    def changed(self, book: Book, received: int) -> None:
        self._look(book)

    def ordered(self, order: Order, change: OrderChange) -> None:
        self.changes.append((order, change))

    def traded(self, trade: Trade) -> None:
        self.trades.append(trade)

    def quoted(self, top: TopOfBook) -> None:
        self.tops.append(top)

    def lost(self, received: int) -> None:
        self.said.append("lost")

    def missed(self) -> None:
        self.said.append("missed")

    def state(self) -> dict[str, Any]:
        return {}

    def restore(self, state: dict[str, Any], book: Book) -> None:
        self.said.append("restored")
        self._look(book)
