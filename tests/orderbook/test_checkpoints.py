"""A checkpoint: whoever begins with it goes on to the bit as whoever has read all that came before."""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_sweep.orderbook.bar_clock import BarClock, EveryTrades, EveryVolume
from lstm_sweep.orderbook.bars import BookBar, BookBars
from lstm_sweep.orderbook.feeds.binance import BinanceSpot
from lstm_sweep.orderbook.feeds.bitstamp import BitstampOrders
from lstm_sweep.orderbook.lines import events, line_of
from lstm_sweep.orderbook.market import Market
from lstm_sweep.orderbook.messages import BookCheckpoint, Event, Levels, Lost, Snapshot, Trade
from lstm_sweep.orderbook.order_sync import INSTANT, SyncedOrders
from lstm_sweep.orderbook.rules import BINANCE_SPOT, COINBASE
from lstm_sweep.orderbook.sync import SyncedBook
from lstm_sweep.orderbook.units import NANOSECONDS, Ticks
from tests.orderbook import test_order_book as level_3
from tests.orderbook.invented import START, STEP, invented
from tests.orderbook.recordings import SPOT, messages, order_lines, stamped_lines, trade_lines
from tests.orderbook.witness import Witness

FUTURES_MARKET = Market("binance_futures", "XYUSD", "0.01")
SPOT_MARKET = Market("binance", "XYUSD", "0.01")
ORDERS_MARKET = Market("bitstamp_orders", "btcusd", "1")
EVERY = 12 * STEP


class Reader:
    """Reads a market: its book, its bars, and how often a snapshot was wanted."""

    def __init__(self, market: Market, clock: BarClock | int, start: int) -> None:
        self.bars = BookBars(market.feed().ticks, clock, start, market.top_from)
        self.book = market.book(self.bars)
        self.wanted: list[bool] = []

    def read(self, feed: Sequence[Event]) -> "Reader":
        for event in feed:
            self.book.take(event)
            self.wanted.append(self.book.wants_snapshot)
        return self

    def sides(self) -> list[list[tuple[int, int]]]:
        book = self.book.orders.levels if isinstance(self.book, SyncedOrders) else self.book.book
        return [side.top(10**6) for side in (book.bids, book.asks)]


def kept_by_json(checkpoint: BookCheckpoint) -> BookCheckpoint:
    """As a recorder writes it down and a reader finds it."""
    (event,) = events(SPOT_MARKET.feed(), line_of(checkpoint))
    assert isinstance(event, BookCheckpoint)
    return event


def check(market: Market, feed: Sequence[Event], cut: int, clock: BarClock | int) -> bool:
    """Cut a feed where its book is in step; what is read from there on is what is read without the cut."""
    earliest, latest = feed[cut - 1].received, feed[min(cut, len(feed) - 1)].received
    return all(check_at(received, market, feed, cut, clock) for received in (earliest, latest))


def check_at(received: int, market: Market, feed: Sequence[Event], cut: int, clock: BarClock | int) -> bool:
    start, end = feed[0].received, feed[-1].received
    ahead = Reader(market, clock, start).read(feed[:cut])
    if not ahead.book.is_synced:
        return False
    holes, gaps = list(map(replace, ahead.book.holes)), len(ahead.wanted)
    checkpoint = ahead.book.checkpoint(received)
    # A checkpoint says how late it is; a bar that ends until then does not hear of a loss that comes after it.
    mark = [] if received == feed[cut - 1].received else [checkpoint]
    whole = Reader(market, clock, start).read([*feed[:cut], *mark, *feed[cut:]])
    ahead.read(feed[cut:])
    # Not one that begins at the very start: it begins where the bar under way does.
    under_way = checkpoint.state["listener"]["start"]
    fresh = Reader(market, clock, under_way).read([kept_by_json(checkpoint)])
    restored = len(fresh.book.holes)
    assert fresh.book.holes == holes[len(holes) - restored :]
    fresh.read(feed[cut:])
    for reader in (whole, ahead, fresh):
        reader.bars.at(end + (2 * clock if isinstance(clock, int) else 0))
    closed = [bar for bar in whole.bars.bars if bar.start >= under_way]
    assert bits(ahead.bars.bars) == bits(whole.bars.bars)
    assert bits(fresh.bars.bars) == bits(closed)
    assert fresh.wanted[1:] == ahead.wanted[gaps:] == whole.wanted[gaps + len(mark) :]
    assert fresh.book.holes == whole.book.holes[len(holes) - restored :]
    assert fresh.sides() == whole.sides()
    assert fresh.book.is_synced == whole.book.is_synced
    return True


def bits(bars: Sequence[BookBar]) -> list[str]:
    return [repr(bar) for bar in bars]


@cache
def faulty(seed: int, *, is_futures: bool = False) -> list[Event]:
    """A market whose messages are dropped, doubled and lost here and there, with snapshots on the way."""
    market, feed = invented(seed, 90, is_futures=is_futures), (FUTURES_MARKET if is_futures else SPOT_MARKET).feed()
    result: list[Event] = [*feed.messages(market.snapshot(0), START)]
    known = list(market.books)
    for place, (received, payload) in enumerate(market.lines):
        some: list[Event] = list(feed.messages(payload, received))
        if place % 53 == 31:
            some = []
        if place % 67 == 41:
            some = some * 2
        if place % 97 == 90:
            some = [Lost(received, "the connection broke"), *some]
        result += some
        if place % 11 == 10:
            depths = sum(at <= place for at in market.depths)
            result += feed.messages(market.snapshot(known[depths]), received)
    return result


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 5),
    cut=st.integers(1, 200),
    is_futures=st.booleans(),
    clock=st.sampled_from([EVERY, EveryTrades(7), EveryVolume(3 * 10**9)]),
)
def test_reader_goes_on_from_a_checkpoint_as_if_it_had_read_all(
    seed: int, cut: int, is_futures: bool, clock: BarClock | int
) -> None:
    feed = faulty(seed, is_futures=is_futures)
    check(FUTURES_MARKET if is_futures else SPOT_MARKET, feed, min(cut, len(feed)), clock)


def test_most_places_of_the_faulty_market_can_be_cut() -> None:
    feed = faulty(1)
    checked = [check(SPOT_MARKET, feed, cut, EVERY) for cut in range(1, len(feed) + 1)]
    assert 0.5 < sum(checked) / len(checked) < 1
    assert len(Reader(SPOT_MARKET, EVERY, START).read(feed).book.holes) >= 3


@cache
def invented_orders(seed: int) -> list[Event]:
    """Orders that come late and twice, trades, a connection that breaks, and a snapshot older than the messages."""
    orders: list[Event] = []
    for place, order in enumerate(level_3.events(seed, 150)):
        orders += [order, order] if place % 7 == 0 else [order]
        if place % 5 == 0:
            trade = Trade(order.received, order.time, place, order.price, order.size, place % 2 == 0)
            orders += [trade, trade] if place % 10 == 0 else [trade]
    orders[20], orders[22] = orders[22], orders[20]
    late = replace(level_3.EMPTY, received=orders[90].received, time=orders[85].received)
    return [
        *orders[:10],
        replace(level_3.EMPTY, received=orders[9].received, time=50 * INSTANT),
        *orders[10:80],
        Lost(orders[80].received, "the connection broke"),
        *orders[80:90],
        late,
        *orders[90:],
    ]


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 9), cut=st.integers(1, 190))
def test_reader_of_orders_goes_on_from_a_checkpoint_as_if_it_had_read_all(seed: int, cut: int) -> None:
    feed = invented_orders(seed)
    check(ORDERS_MARKET, feed, min(cut, len(feed)), 9 * INSTANT)


@pytest.mark.parametrize("at", [0.2, 0.55, 0.9])
def test_real_books_go_on_from_a_checkpoint_as_if_all_had_been_read(shared_data: Path, at: float) -> None:
    feed = messages(BinanceSpot("BTCUSDT", "0.01"), stamped_lines(shared_data, SPOT)[:20_000])
    snapshot = next(place for place, message in enumerate(feed) if isinstance(message, Snapshot))
    cut = snapshot + int(at * (len(feed) - snapshot))
    assert check(Market("binance", "BTCUSDT", "0.01"), feed, cut, NANOSECONDS)


@pytest.mark.parametrize("at", [0.3, 0.8])
def test_real_orders_go_on_from_a_checkpoint_as_if_all_had_been_read(shared_data: Path, at: float) -> None:
    lines = sorted([*order_lines(shared_data), *trade_lines(shared_data)], key=lambda line: line[0])
    feed = messages(BitstampOrders("btcusd", "1"), lines[:40_000])
    assert check(ORDERS_MARKET, feed, int(at * len(feed)), NANOSECONDS)


def test_hole_that_missing_trades_could_make_longer_goes_along() -> None:
    first, later = Trade(5, 5, 1, 100, 1, True), Trade(9, 9, 4, 100, 1, True)
    ahead = SyncedBook(COINBASE, Witness())
    for event in (Snapshot(4, 4, 4, ((99, 1),), ()), first, Lost(6, "closed"), Snapshot(8, 8, 8, ((99, 1),), ())):
        ahead.take(event)
    fresh = SyncedBook(COINBASE, Witness())
    fresh.take(kept_by_json(ahead.checkpoint(8)))
    for book in (ahead, fresh):
        book.take(later)
    assert fresh.holes == ahead.holes
    assert [(hole.start, hole.end) for hole in ahead.holes] == [(4, 9)]
    ahead.take(replace(later, received=10, id=5))
    assert ahead.checkpoint(10).state["holes"] == []


def test_book_that_has_taken_something_ignores_a_checkpoint() -> None:
    feed = faulty(2)
    other = Reader(SPOT_MARKET, EVERY, START).read(feed[:30]).book.checkpoint(feed[29].received)
    for begun in (Lost(START, "not yet connected"), feed[0]):
        witness = Witness()
        sync = SyncedBook(BINANCE_SPOT, witness)
        sync.take(begun)
        sync.take(other)
        assert "restored" not in witness.said
        assert sync.is_synced is False
    orders = SyncedOrders(Witness())
    orders.take(level_3.EMPTY)
    orders.take(level_3.BID)
    orders.settle()
    kept = orders.checkpoint(level_3.BID.received)
    orders.take(replace(kept, state={}))
    assert orders.orders.levels.bids.best() == (100, 50)


def test_book_that_is_not_in_step_has_no_checkpoint() -> None:
    for sync in (SyncedBook(BINANCE_SPOT, Witness()), SyncedOrders(Witness())):
        with pytest.raises(ValueError, match="not in step"):
            sync.checkpoint(1)


@pytest.mark.parametrize(("every", "start", "is_whole"), [(10, 30, True), (10, 25, False), (20, 20, False)])
def test_bar_of_another_grid_is_whole_only_from_its_own_beginning(every: int, start: int, is_whole: bool) -> None:
    bars = BookBars(Ticks.of("1"), 10, 0)
    sync = SyncedBook(BINANCE_SPOT, bars)
    sync.take(Snapshot(1, None, 0, ((99, 5),), ((101, 5),)))
    sync.take(Levels(2, 2, 1, 1, None, ((99, 6),), ()))
    other = BookBars(Ticks.of("1"), every, start)
    fresh = SyncedBook(BINANCE_SPOT, other)
    fresh.take(sync.checkpoint(30))
    fresh.take(Levels(31, 31, 2, 2, None, ((99, 9),), ()))
    other.at(60)
    assert (other.bars[0].is_whole, other.bars[0].values["ofi_1"]) == (is_whole, 3e-8)
    assert all(bar.is_whole for bar in other.bars[1:])


def test_order_that_went_a_minute_ago_is_forgotten_and_no_sooner() -> None:
    assert known_to_be_gone(59) == [1, 2]
    assert known_to_be_gone(61) == [2]


def known_to_be_gone(seconds: int) -> list[object]:
    """Which orders are known to be gone when another goes so many seconds after order 1."""
    sync = SyncedOrders(Witness())
    sync.take(level_3.EMPTY)
    for order in (level_3.BID, replace(level_3.BID, id=2, time=level_3.BID.time + seconds * NANOSECONDS)):
        sync.take(replace(order, action="created"))
        sync.take(replace(order, action="deleted"))
    sync.settle()
    return [number for number, _ in json.loads(json.dumps(sync.checkpoint(1).state))["gone"]]


@pytest.mark.parametrize("market", [Market("binance", "XYUSD", "0.01"), Market("bitstamp_orders", "xyusd", "0.01")])
@pytest.mark.parametrize("state", [{}, {"bids": 3}, {"a": [1, None]}])
def test_a_damaged_checkpoint_is_a_book_that_is_not_known(market: Market, state: dict[str, Any]) -> None:
    book = market.book(Witness())
    book.take(BookCheckpoint(5, state))
    assert (book.is_synced, book.wants_snapshot, book.holes) == (False, True, [])
