"""What a bar of a book has seen until now: integers, but for the variance."""

import math
from copy import copy
from typing import Any, Final, Literal

from lstm_sweep.orderbook.book import Book
from lstm_sweep.orderbook.messages import Order, TopOfBook, Trade
from lstm_sweep.orderbook.order_book import OrderChange
from lstm_sweep.orderbook.order_flow import BestLevels, order_flow
from lstm_sweep.orderbook.units import Ticks

DEEP: Final = 10
"""Levels of the deep order flow."""

ORDER_FLOWS: Final = tuple(f"{kind}_{side}" for kind in ("inserts", "cancels") for side in ("bid", "ask"))
"""What orders bring to a side of the book, and what they take from it without a trade."""

_FLOWS: Final = ("flow", "deep_flow", "volume", "signed_volume", "trades", "variance", "high", "low", "orders")
"""What a bar has of its own."""


class BarState:
    """Grows by one event at a time; `next_bar` sets the flows back and keeps what stands.

    Args:
        ticks: of the market.
        top_from: what says the best prices: 'book', or 'quotes' where the exchange sends each change of them.

    Attributes:
        book: None while it is not known.
        top: the best level of each side; None while it is not known.
        flow, deep_flow: order flow imbalance at the best prices and over ten levels, in 1e-8.
        volume: traded, in 1e-8.
        signed_volume: bought less sold by whoever came second, in 1e-8.
        trades: how many.
        last: price of the last trade, in ticks; None before the first one.
        high, low: the highest and the lowest price of a trade of the bar, None while there is none.
        orders: size in 1e-8 by the names of `ORDER_FLOWS`, and number of orders by the same with '_count'.
        variance: the sum of squared changes of the logarithm of mid.
    """

    def __init__(self, ticks: Ticks, top_from: Literal["book", "quotes"]) -> None:
        self.ticks = ticks
        self.book: Book | None = None
        self.top: BestLevels | None = None
        self.last: int | None = None
        self.high: int | None = None
        self.low: int | None = None
        self._deep: BestLevels | None = None
        self._from_book = top_from == "book"
        self.next_bar()

    def next_bar(self) -> None:
        """Begin anew with the flows."""
        self.flow = self.deep_flow = self.volume = self.signed_volume = self.trades = 0
        self.variance = 0.0
        self.high = self.low = None
        self.orders = dict.fromkeys((*ORDER_FLOWS, *(f"{name}_count" for name in ORDER_FLOWS)), 0)

    def read(self, book: Book) -> None:
        """Take a change of the book over."""
        self.book, deep = book, BestLevels.of(book, DEEP)
        if deep == self._deep:
            # Most changes are further away.
            return
        if self._deep is not None:
            self.deep_flow += order_flow(self._deep, deep)
        self._deep = deep
        if self._from_book:
            self._move(BestLevels(deep.bids[:1], deep.asks[:1]))

    def quote(self, top: TopOfBook) -> None:
        """Take best prices over that the exchange said."""
        if not self._from_book:
            self._move(BestLevels.quoted(top))

    def trade(self, trade: Trade) -> None:
        """Count a trade."""
        self.trades += 1
        self.volume += trade.size
        self.signed_volume += trade.size if trade.is_buy else -trade.size
        self.last = trade.price
        self.high = trade.price if self.high is None else max(self.high, trade.price)
        self.low = trade.price if self.low is None else min(self.low, trade.price)

    def order(self, order: Order, change: OrderChange) -> None:
        """Count what an event of an order brought or took."""
        side = "bid" if order.is_bid else "ask"
        for kind, size in (("inserts", change.inserted), ("cancels", change.cancelled)):
            if size:
                self.orders[f"{kind}_{side}"] += size
                self.orders[f"{kind}_{side}_count"] += 1

    def forget(self) -> None:
        """Know nothing of the book: no change is computed across what is not known; trades are known still."""
        self.book = self.top = self._deep = None

    def state(self) -> dict[str, Any]:
        """All of it besides the book, of values that JSON keeps exactly."""
        return {"top": self.top, "last": self.last, **{name: copy(getattr(self, name)) for name in _FLOWS}}

    def restore(self, state: dict[str, Any], book: Book, *, with_flows: bool) -> None:
        """Go on from such a state; without its flows, the bar has none until now."""
        self.book, self._deep = book, BestLevels.of(book, DEEP)
        self.top = None if state["top"] is None else BestLevels(*(list(map(tuple, side)) for side in state["top"]))
        self.last = state["last"]
        for name in _FLOWS if with_flows else ():
            setattr(self, name, copy(state[name]))

    def _move(self, top: BestLevels) -> None:
        if self.top is not None:
            self.flow += order_flow(self.top, top)
            before, now = doubled_mid(self.top), doubled_mid(top)
            if before and now and before != now:
                self.variance += math.log(now / before) ** 2
        self.top = top


def doubled_mid(top: BestLevels) -> int | None:
    """Twice the mid price, in ticks; None where a side is empty."""
    return top.bids[0][0] + top.asks[0][0] if top.bids and top.asks else None
