"""A book of level 3: every order that rests, and what rests at each price."""

from collections import OrderedDict
from dataclasses import astuple
from typing import Any, Final, NamedTuple

from lstm_sweep.orderbook.book import Book, BookSide
from lstm_sweep.orderbook.messages import Order, OrderSnapshot
from lstm_sweep.orderbook.units import NANOSECONDS

REMEMBERED: Final = 60 * NANOSECONDS
"""How long, in exchange time, an order is known to be gone, against messages about it that come late or twice."""


class OrderChange(NamedTuple):
    """What an event of an order did to its side of the book, in 1e-8.

    Attributes:
        inserted: an order came, or one that is known grew.
        cancelled: an order went with this much left of it.
        traded: an order lost this much otherwise: the exchange lets orders shrink by trades alone.
    """

    inserted: int
    cancelled: int
    traded: int


NO_CHANGE: Final = OrderChange(0, 0, 0)


class OrderBook:
    """Takes events of orders over.

    Attributes:
        levels: the same book by price.
        orders: the last event of every order that rests, by its number.
    """

    def __init__(self) -> None:
        self.levels = Book(is_of_orders=True)
        self.orders: dict[int, Order] = {}
        self._at: dict[tuple[bool, int], dict[int, Order]] = {}
        self._gone: OrderedDict[int, int] = OrderedDict()

    def start(self, snapshot: OrderSnapshot) -> None:
        """Become what the snapshot says; what is known to be gone stays known."""
        self.levels = Book(is_of_orders=True)
        self.orders = {}
        self._at = {}
        for order in snapshot.orders:
            self.take(order)

    def take(self, order: Order) -> OrderChange:
        """Take an event over; returns what it changed.

        An event that is older than what is known of its order changes nothing; of two of one time, the one that leaves
        less is newer, as what is left only shrinks. A change of an order that is not known makes it known, as what is
        left is said whole, and is no insert: nobody knows when it came.
        """
        before = self.orders.get(order.id)
        if self._gone.get(order.id, order.time - 1) >= order.time or (before is not None and _is_older(order, before)):
            return NO_CHANGE
        if before is not None:
            self._remove(before)
        is_deleted = order.action == "deleted"
        if is_deleted or order.size == 0:
            self._forget(order.id, order.time)
        else:
            self._add(order)
        if before is None:
            return OrderChange(order.size, 0, 0) if order.action == "created" else NO_CHANGE
        left = min(order.size, before.size)
        return OrderChange(max(0, order.size - before.size), left if is_deleted else 0, before.size - left)

    def state(self) -> dict[str, Any]:
        """All of it, of values that JSON keeps exactly."""
        return {
            "orders": [astuple(order) for order in self.orders.values()],
            "gone": list(self._gone.items()),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Become what such a state says."""
        for values in state["orders"]:
            self._add(Order(*values))
        self._gone = OrderedDict((number, time) for number, time in state["gone"])

    def crossed(self) -> tuple[Order, Order] | None:
        """The oldest best bid and ask, the older one first, where they cannot both rest; else None."""
        if not self.levels.is_crossed:
            return None
        bid, ask = self._at_best(self.levels.bids, True), self._at_best(self.levels.asks, False)
        return (bid, ask) if _age(bid) < _age(ask) else (ask, bid)

    def evict(self, order: Order, time: int) -> None:
        """Take an order away that was gone at a time, though nobody said so."""
        self._remove(order)
        self._forget(order.id, time)

    def _at_best(self, side: BookSide, is_bid: bool) -> Order:
        """The oldest order at the best price of a side that has one."""
        best = side.best()
        assert best is not None
        return min(self._at[is_bid, best[0]].values(), key=_age)

    def _side(self, order: Order) -> BookSide:
        return self.levels.bids if order.is_bid else self.levels.asks

    def _add(self, order: Order) -> None:
        self.orders[order.id] = order
        self._at.setdefault((order.is_bid, order.price), {})[order.id] = order
        side = self._side(order)
        side.put(order.price, side.size(order.price) + order.size)

    def _remove(self, order: Order) -> None:
        del self.orders[order.id]
        place = self._at[order.is_bid, order.price]
        del place[order.id]
        if not place:
            del self._at[order.is_bid, order.price]
        side = self._side(order)
        side.put(order.price, side.size(order.price) - order.size)

    def _forget(self, number: int, time: int) -> None:
        """Note that an order was gone at an exchange time."""
        self._gone[number] = time
        while next(iter(self._gone.values())) < time - REMEMBERED:
            self._gone.popitem(last=False)


def _age(order: Order) -> tuple[int, int]:
    return order.time, order.id


def _is_older(order: Order, known: Order) -> bool:
    return order.time < known.time or (order.time == known.time and order.size > known.size)
