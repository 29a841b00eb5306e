"""Level 3: whatever order messages come in, what rests is what must rest, or a hole says what nobody knows."""

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest

from lstm_sweep.orderbook.messages import Order, OrderSnapshot, Trade
from lstm_sweep.orderbook.order_book import OrderBook
from lstm_sweep.orderbook.order_sync import INSTANT, SyncedOrders
from tests.orderbook.witness import Witness

BID = Order(0, 10 * INSTANT, 1, "created", True, 100, 50)
ASK = Order(0, 10 * INSTANT, 2, "created", False, 103, 60)
EMPTY = OrderSnapshot(0, 0, ())


def events(seed: int, count: int) -> list[Order]:
    """Orders that come, shrink and go, at most one event each in an instant."""
    rng = np.random.default_rng(seed)
    result, alive = list[Order](), dict[int, Order]()
    for number in range(count):
        time = (100 + number) * INSTANT
        if alive and rng.random() < 0.6:
            order = alive.pop(int(rng.choice(list(alive))))
            size = int(rng.integers(0, order.size))
            order = replace(order, received=time, time=time, size=size, action="changed" if size else "deleted")
            if size:
                alive[order.id] = order
        else:
            is_bid = bool(rng.random() < 0.5)
            price = 1000 + (-1 if is_bid else 1) * int(rng.integers(1, 9))
            order = alive[number] = Order(time, time, number, "created", is_bid, price, int(rng.integers(1, 99)))
        result.append(order)
    return result


def resting(orders: list[Order]) -> dict[bool, dict[int, int]]:
    """A slower author: the last event of every order, by side and price."""
    last = {order.id: order for order in orders}
    sides: dict[bool, dict[int, int]] = {True: defaultdict(int), False: defaultdict(int)}
    for order in last.values():
        if order.action != "deleted":
            sides[order.is_bid][order.price] += order.size
    return sides


@pytest.mark.parametrize("fault", ["none", "double", "reorder"])
def test_book_is_what_the_last_event_of_every_order_says(fault: str) -> None:
    orders = events(1, 600)
    fed = list(orders)
    if fault == "double":
        fed = [order for order in orders for _ in range(2)]
    if fault == "reorder":
        late = np.argsort(np.arange(len(orders)) + np.random.default_rng(2).uniform(0, 20, len(orders)))
        fed = [orders[index] for index in late]
    sync = SyncedOrders(Witness())
    sync.take(EMPTY)
    for order in fed:
        sync.take(order)
    sync.settle()
    expected = resting(orders)
    assert sync.orders.levels.bids.top(99) == sorted(expected[True].items(), reverse=True)
    assert sync.orders.levels.asks.top(99) == sorted(expected[False].items())
    assert sync.holes == []


def test_every_event_of_an_order_is_an_insert_a_cancel_or_a_trade() -> None:
    book = OrderBook()
    assert book.take(BID) == (50, 0, 0)
    assert book.take(replace(BID, time=11 * INSTANT, action="changed", size=20)) == (0, 0, 30)
    assert book.take(replace(BID, time=12 * INSTANT, action="deleted", size=20)) == (0, 20, 0)
    assert book.take(ASK) == (60, 0, 0)
    assert book.take(ASK) == (0, 0, 0)
    assert book.take(replace(ASK, time=12 * INSTANT, action="deleted", size=0)) == (0, 0, 60)
    assert (book.levels.bids.top(9), book.levels.asks.top(9), book.orders) == ([], [], {})
    # Late, of an order that nobody knew, one that grew, one that went with less than was known.
    assert book.take(replace(ASK, size=7)) == (0, 0, 0)
    assert book.take(replace(BID, id=3, action="changed")) == (0, 0, 0)
    assert book.take(replace(BID, id=3, action="changed", time=13 * INSTANT, size=90)) == (40, 0, 0)
    assert book.take(replace(BID, id=3, action="deleted", time=14 * INSTANT, size=25)) == (0, 25, 65)
    assert book.take(replace(BID, id=4, action="deleted")) == (0, 0, 0)


def test_order_that_takes_others_is_never_seen_across_the_book() -> None:
    seen = []
    sync = SyncedOrders(Witness(lambda book: seen.append((book.is_crossed, book.bids.best(), book.asks.best()))))
    taker = Order(1, 20 * INSTANT, 9, "created", True, 999, 80)
    for message in (
        *(EMPTY, BID, ASK, taker),
        replace(taker, action="changed", price=103, size=20),
        replace(ASK, time=20 * INSTANT, action="deleted", size=0),
        replace(taker, time=20 * INSTANT + 7, action="deleted", size=20),
        replace(BID, id=5, time=30 * INSTANT, price=101),
    ):
        sync.take(message)
    sync.settle()
    assert seen[-3:] == [(False, (100, 50), (103, 60)), (False, (100, 50), None), (False, (101, 50), None)]
    assert sync.holes == []


def blind(asks: int) -> tuple[SyncedOrders, Witness]:
    """In step by a snapshot with so many asks, from 103 on, that is older than the first message."""
    witness = Witness()
    sync = SyncedOrders(witness)
    sync.take(replace(BID, received=1))
    resting = tuple(replace(ASK, id=50 + at, price=103 + at, time=3 * INSTANT, received=4) for at in range(asks))
    sync.take(OrderSnapshot(4, 3 * INSTANT, resting))
    return sync, witness


def test_order_of_an_older_snapshot_goes_with_the_first_that_stands_against_it() -> None:
    sync, witness = blind(2)
    sync.take(replace(BID, id=7, received=9, time=40 * INSTANT, price=103))
    sync.settle()
    assert (sync.orders.levels.bids.best(), sync.orders.levels.asks.best()) == ((103, 50), (104, 60))
    assert [(hole.start, hole.end) for hole in sync.holes] == [(3 * INSTANT, 4), (4, 9)]
    assert "order 50 had gone unsaid" in sync.holes[1].reason
    assert witness.said == ["synced", "lost", "synced"]


def test_crossed_book_that_no_older_snapshot_explains_is_a_resync() -> None:
    taker = replace(BID, id=7, received=9, time=40 * INSTANT, price=999)
    known = SyncedOrders(Witness())
    for message in (EMPTY, BID, replace(ASK, received=4)):
        known.take(message)
    # Whoever took from many and whose deletion was lost: the others rest still.
    for sync in (known, blind(9)[0]):
        before = len(sync.holes)
        sync.take(taker)
        sync.settle()
        assert (sync.is_synced, sync.wants_snapshot) == (False, True)
        assert [(hole.end, hole.reason) for hole in sync.holes[before:]] == [(None, "the book was crossed")]
        sync.take(OrderSnapshot(12, 50 * INSTANT, (replace(ASK, time=50 * INSTANT),)))
        assert sync.is_synced
        assert [hole.end for hole in sync.holes[before:]] == [12]
        assert sync.orders.levels.asks.top(9) == [(103, 60)]


def test_snapshot_that_comes_amid_an_instant_does_not_part_it() -> None:
    seen = list[bool]()
    sync = SyncedOrders(Witness(lambda book: seen.append(book.is_crossed)))
    taker = replace(BID, id=7, received=9, time=40 * INSTANT, price=103)
    for message in (
        *(replace(BID, id=6), taker, OrderSnapshot(9, 30 * INSTANT, (replace(ASK, time=30 * INSTANT),))),
        replace(ASK, time=40 * INSTANT, action="deleted", size=0),
    ):
        sync.take(message)
    sync.settle()
    assert (sync.holes, seen) == ([], [False, False])


def test_events_of_one_time_may_come_in_any_order() -> None:
    created = replace(BID, size=50)
    changes = [replace(BID, action="changed", size=size) for size in (40, 30, 20)]
    for order in ([created, *changes], [*reversed(changes), created], [changes[1], created, changes[2], changes[0]]):
        book = OrderBook()
        for event in order:
            book.take(event)
        assert book.levels.bids.top(9) == [(100, 20)]


def test_snapshot_older_than_the_first_message_is_a_hole() -> None:
    sync = SyncedOrders(Witness())
    for message in (replace(BID, received=5), replace(ASK, received=6), OrderSnapshot(8, 3 * INSTANT, ())):
        sync.take(message)
    assert [(hole.start, hole.end) for hole in sync.holes] == [(3 * INSTANT, 8)]
    sync.settle()
    assert set(sync.orders.orders) == {1, 2}


def test_connection_that_breaks_is_one_hole_until_the_next_snapshot() -> None:
    sync = SyncedOrders(Witness())
    for message in (EMPTY, BID, replace(ASK, received=3)):
        sync.take(message)
    sync.lose("connection lost", 5)
    sync.lose("connection lost", 6)
    assert (sync.is_synced, sync.wants_snapshot) == (False, True)
    # What rests still, and one that had been deleted in the meantime is not in it.
    sync.take(OrderSnapshot(9, 50 * INSTANT, (replace(BID, time=50 * INSTANT),)))
    assert [(hole.start, hole.end, hole.reason) for hole in sync.holes] == [(3, 9, "connection lost")]
    assert (sync.orders.levels.bids.best(), sync.orders.levels.asks.best()) == ((100, 50), None)


def test_trade_that_comes_twice_is_told_once() -> None:
    witness = Witness()
    sync = SyncedOrders(witness)
    for number in (1, 1, 2):
        sync.take(Trade(1, 1, number, 100, 1, True))
    assert [trade.id for trade in witness.trades] == [1, 2]
