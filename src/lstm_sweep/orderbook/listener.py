"""Who is told what becomes of a book, and the hole that marks what nobody knows."""

from dataclasses import dataclass
from typing import Any, Protocol

from lstm_sweep.orderbook.book import Book
from lstm_sweep.orderbook.messages import Order, TopOfBook, Trade
from lstm_sweep.orderbook.order_book import OrderChange


@dataclass
class BookHole:
    """A span of local time of which something is missing.

    Attributes:
        start: when the last change came after which all was still known, in nanoseconds since 1970.
        end: when all was known again; None as long as it is not.
        reason: what was seen, for people.
    """

    start: int
    end: int | None
    reason: str


class BookListener(Protocol):
    """What reads a book that is kept in step; times are local, in nanoseconds since 1970."""

    def at(self, received: int) -> None:
        """The local clock stands here, and nothing of the message that came has been taken over."""

    def synced(self, book: Book, received: int) -> None:
        """The book is right from now on; what it was before is not known to be its past."""

    def changed(self, book: Book, received: int) -> None:
        """A message was taken over, and the book is right."""

    def ordered(self, order: Order, change: OrderChange) -> None:
        """An event of an order was taken over (level 3); `changed` or `lost` follows once its instant is whole."""

    def traded(self, trade: Trade) -> None:
        """A trade came, none twice."""

    def quoted(self, top: TopOfBook) -> None:
        """The exchange said its best prices."""

    def lost(self, received: int) -> None:
        """The book is unknown until `synced`."""

    def missed(self) -> None:
        """Something is missing before the message that comes, which is said before its `at`; then it is `traded`, for
        a book needs no trades, or the book is `lost`.
        """

    def state(self) -> dict[str, Any]:
        """All that it knows besides the book, of values that JSON keeps exactly; asked while the book is right."""

    def restore(self, state: dict[str, Any], book: Book) -> None:
        """Go on from such a state, after `at` and instead of `synced`: this book is right, and its past is known."""
