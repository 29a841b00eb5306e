"""A book of level 3 from a feed without numbers: whole instants only, and an order that must be gone is a hole.

As on level 2, a crossed book is a resync, with one exception. Where the snapshot is older than the first message,
orders went in between unsaid. The exchange accepts no order against one that rests: such a one of the snapshot goes
alone.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import astuple
from typing import Any, Final

from lstm_sweep.orderbook.listener import BookHole, BookListener
from lstm_sweep.orderbook.messages import BookCheckpoint, Event, Lost, Order, OrderSnapshot, TopOfBook, Trade
from lstm_sweep.orderbook.order_book import OrderBook
from lstm_sweep.orderbook.sync import BUFFERED, NO_CHECKPOINT

INSTANT: Final = 1_000_000
"""Nanoseconds of exchange time that are one instant: an order that takes others is created, matched and deleted in it,
and stands across the book while it lasts."""

EVICTABLE: Final = 3
"""Orders of a snapshot that may turn out at one instant to have gone unsaid; were it more, the newer one is wrong."""


class SyncedOrders:
    """Takes the messages of one market in the order in which they came.

    Attributes:
        orders: the book, right while `is_synced` as far as messages tell; whole instants only, so that the last one
            enters once a later one has begun or `settle` is called.
        holes: spans of which something is missing, in the order in which that was noticed.
        wants_snapshot: whether whoever feeds it must ask the exchange for a snapshot, and give it as a message.
    """

    def __init__(self, listener: BookListener) -> None:
        self.orders = OrderBook()
        self.holes: list[BookHole] = []
        self.wants_snapshot = True
        self.is_synced = False
        self._listener = listener
        self._waiting: deque[Order] = deque(maxlen=BUFFERED)
        self._is_fresh = True
        self._instant = 0
        self._unproven: int | None = None
        self._trade: int | None = None
        self._good: int | None = None
        self._hole: BookHole | None = None
        self._takers: dict[type, Callable[[Any], None]] = {
            Order: self._take_order,
            OrderSnapshot: self._take_snapshot,
            Trade: self._take_trade,
            TopOfBook: listener.quoted,
            Lost: self._take_lost,
            BookCheckpoint: self._restore,
        }

    def take(self, message: Event) -> None:
        """Take the next message over."""
        taker = self._takers.get(type(message))
        if taker is None:
            raise TypeError(f"a book of level 3 takes no {type(message).__name__}")
        if isinstance(message, Lost):
            # Before the bar under way can end: part of what is missing is its.
            self._listener.missed()
        self._listener.at(message.received)
        taker(message)
        self._is_fresh = False

    def checkpoint(self, received: int) -> BookCheckpoint:
        """All that it knows at a local time; a book that has taken nothing yet takes it, and is this one.

        Raises:
            ValueError: where it is not in step.
        """
        if not self.is_synced:
            raise ValueError("a book that is not in step has no checkpoint")
        self._listener.at(received)
        state = {
            **self.orders.state(),
            "waiting": [astuple(order) for order in self._waiting],
            "instant": self._instant,
            "unproven": self._unproven,
            "trade": self._trade,
            "good": self._good,
            "listener": self._listener.state(),
        }
        return BookCheckpoint(received, state)

    def lose(self, reason: str, received: int) -> None:
        """Begin anew: the connection broke, or a line could not be read; may be called again before the resync."""
        self._waiting.clear()
        self.is_synced = False
        self.wants_snapshot = True
        if self._hole is None and self._good is not None:
            self._hole = BookHole(self._good, None, reason)
            self.holes.append(self._hole)
        self._listener.lost(received)

    def settle(self) -> None:
        """Let the last instant enter: nothing more comes of it."""
        if self.is_synced and self._waiting:
            self._enter(self._waiting[-1].received)

    def _take_order(self, order: Order) -> None:
        instant = order.time // INSTANT
        if self.is_synced and self._waiting and instant > self._instant:
            self._enter(order.received)
        self._instant = max(self._instant, instant)
        self._waiting.append(order)
        if self.is_synced:
            self._good = order.received

    def _take_snapshot(self, snapshot: OrderSnapshot) -> None:
        if not self.is_synced:
            self._begin(snapshot)

    def _take_lost(self, lost: Lost) -> None:
        self.lose(lost.reason, lost.received)

    def _take_trade(self, trade: Trade) -> None:
        if trade.id != self._trade:
            self._listener.traded(trade)
        self._trade = trade.id

    def _begin(self, snapshot: OrderSnapshot) -> None:
        """Start with the snapshot and what came after it; what lies between it and the first message is a hole."""
        self.orders.start(snapshot)
        first = min((order.time for order in self._waiting), default=snapshot.time)
        self._unproven = snapshot.time if first > snapshot.time else None
        for _ in range(len(self._waiting)):
            order = self._waiting.popleft()
            if order.time // INSTANT >= self._instant:
                self._waiting.append(order)
            elif order.time > snapshot.time:
                self.orders.take(order)
        if self._uncross(snapshot.received) is None:
            return
        if self._hole is not None:
            self._hole.end = snapshot.received
            self._hole = None
        if self._unproven is not None:
            reason = f"the snapshot is {(first - snapshot.time) / 1e6:.0f} ms older than the first message"
            self.holes.append(BookHole(snapshot.time, snapshot.received, reason))
        self.wants_snapshot = False
        self.is_synced = True
        self._good = snapshot.received
        self._listener.synced(self.orders.levels, snapshot.received)

    def _restore(self, checkpoint: BookCheckpoint) -> None:
        if not self._is_fresh:
            return
        try:
            self._restore_state(checkpoint.state)
        except NO_CHECKPOINT as error:
            self.orders, self._good, self._trade = OrderBook(), None, None
            self._instant, self._unproven = 0, None
            self.lose(f"a checkpoint that is none ({error!r})", checkpoint.received)

    def _restore_state(self, state: dict[str, Any]) -> None:
        self.orders.restore(state)
        self._waiting.extend(Order(*values) for values in state["waiting"])
        self._instant, self._unproven = state["instant"], state["unproven"]
        self._trade, self._good = state["trade"], state["good"]
        self.wants_snapshot = False
        self.is_synced = True
        self._listener.restore(state["listener"], self.orders.levels)

    def _enter(self, received: int) -> None:
        """Let a whole instant enter the book, which nobody sees before its end."""
        for order in sorted(self._waiting, key=_in_its_life):
            self._listener.ordered(order, self.orders.take(order))
        self._waiting.clear()
        evicted = self._uncross(received)
        if evicted is None:
            return
        for order in evicted:
            reason = f"order {order.id} had gone unsaid: a newer one stood against it"
            self.holes.append(BookHole(order.received, received, reason))
        if evicted:
            self._listener.lost(received)
            self._listener.synced(self.orders.levels, received)
        else:
            self._listener.changed(self.orders.levels, received)

    def _uncross(self, received: int) -> list[Order] | None:
        """Take away what must have gone before the first message; None where that explains too little: all is lost."""
        evicted = list[Order]()
        while (pair := self.orders.crossed()) is not None:
            older, newer = pair
            if self._unproven is None or older.time > self._unproven or len(evicted) == EVICTABLE:
                self.lose("the book was crossed", received)
                return None
            self.orders.evict(older, newer.time)
            evicted.append(older)
        return evicted


def _in_its_life(order: Order) -> tuple[int, bool, int]:
    """Orders events of one time: an order comes, shrinks and goes."""
    return order.time, order.action != "created", -order.size
