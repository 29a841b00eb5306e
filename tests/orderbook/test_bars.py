"""Variables: those of a slower author, to the bit whatever the pieces, and never from what comes later."""

import copy
import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_sweep.orderbook.bar_clock import BarClock, EveryTime, EveryTrades, EveryVolume
from lstm_sweep.orderbook.bars import BookBar, BookBars, longer_bar
from lstm_sweep.orderbook.catalogue import VARIABLES
from lstm_sweep.orderbook.feeds.binance import BinanceSpot
from lstm_sweep.orderbook.market import EXCHANGES, Market, variables_of
from lstm_sweep.orderbook.messages import Event, Levels, Lost, Message, Snapshot, TopOfBook, Trade
from lstm_sweep.orderbook.rules import BINANCE_SPOT, COINBASE
from lstm_sweep.orderbook.sync import SyncedBook
from lstm_sweep.orderbook.units import NANOSECONDS
from tests.orderbook.invented import START, STEP, invented
from tests.orderbook.recordings import SPOT, messages, stamped_lines
from tests.orderbook.slow_author import SlowAuthor

TopFrom = Literal["book", "quotes"]
EVERY = 12 * STEP
UNITS = ("", "_count")
"""Of flows of orders: size, and number."""


def feed_of(seed: int, count: int = 80) -> list[Message]:
    market = invented(seed, count)
    feed = BinanceSpot("XYUSD", "0.01")
    snapshot = feed.messages(market.snapshot(0), START)
    return [*snapshot, *messages(feed, market.lines)]


def bars_of(feed: Sequence[Message], clock: BarClock | int = EVERY, top_from: TopFrom = "book") -> list[BookBar]:
    bars = BookBars(BinanceSpot("XYUSD", "0.01").ticks, clock, feed[0].received, top_from)
    sync = SyncedBook(BINANCE_SPOT, bars)
    for message in feed:
        sync.take(message)
    bars.at(feed[-1].received + (clock if isinstance(clock, int) else 0))
    return bars.bars


def bits(bars: Sequence[BookBar]) -> list[str]:
    """All of them, exactly; NaN equals itself."""
    return [repr(bar) for bar in bars]


def check(feed: list[Message], every: int, top_from: TopFrom) -> None:
    author = SlowAuthor(feed, Fraction(1, 100), top_from)
    bars = bars_of(feed, every, top_from)
    assert len(bars) > 10
    for bar in bars:
        compare(bar, author.values(bar.start, bar.end))


def compare(bar: BookBar, expected: dict[str, float]) -> None:
    assert list(bar.values) != []
    assert set(bar.values) == set(expected)
    # Fractions round once where divisions round twice; squares of small logarithms lose what is common to both.
    assert bar.values == pytest.approx(expected, rel=1e-9, abs=1e-15, nan_ok=True), bar.start


@pytest.mark.parametrize("top_from", ["book", "quotes"])
@pytest.mark.parametrize("seed", range(3))
def test_variables_of_an_invented_market_are_those_of_a_slower_author(seed: int, top_from: TopFrom) -> None:
    check(feed_of(seed), EVERY, top_from)


@pytest.mark.parametrize("top_from", ["book", "quotes"])
def test_variables_of_a_real_market_are_those_of_a_slower_author(shared_data: Path, top_from: TopFrom) -> None:
    feed = messages(BinanceSpot("BTCUSDT", "0.01"), stamped_lines(shared_data, SPOT)[:2500])
    check(feed, NANOSECONDS, top_from)


@pytest.mark.parametrize(("clock", "unit"), [(EveryTrades(7), 0), (EveryVolume(4 * 10**9), 1), (EveryVolume(1), 1)])
@pytest.mark.parametrize("seed", range(3))
def test_bars_of_trades_are_those_of_a_slower_author(seed: int, clock: BarClock, unit: int) -> None:
    feed = feed_of(seed)
    author = SlowAuthor(feed, Fraction(1, 100), "quotes")
    wanted = clock.count if isinstance(clock, EveryTrades) else clock.size if isinstance(clock, EveryVolume) else 0
    edges, filled = [feed[0].received], 0
    for message in feed:
        if isinstance(message, Trade):
            filled += message.size if unit else 1
            if filled >= wanted:
                edges.append(message.received)
                filled = 0
    bars = bars_of(feed, clock, "quotes")
    assert [(bar.start, bar.end) for bar in bars] == list(pairwise(edges))
    assert len(bars) >= 8
    for bar in bars:
        # No two messages come at one time, and the trade that ends a bar belongs to it.
        begin = bar.start if bar is bars[0] else bar.start + 1
        compare(bar, author.values(begin, bar.end + 1))


def test_bar_of_trades_takes_all_of_one_instant_and_never_ends_where_it_began() -> None:
    bars = BookBars(BinanceSpot("XYUSD", "0.01").ticks, EveryTrades(2), 5)
    sync = SyncedBook(BINANCE_SPOT, bars)
    for number, received in enumerate([3, 4, 6, 7, 7, 7, 7, 6, 8, 9, 9], start=1):
        sync.take(Trade(received, received, number, 100, 10**8, is_buy=True))
    assert [(bar.start, bar.end, bar.values["trades"]) for bar in bars.bars] == [(5, 7, 2), (7, 8, 5), (8, 9, 2)]


@pytest.mark.parametrize("clock", [EveryTime, EveryTrades, EveryVolume])
@pytest.mark.parametrize("length", [0, -1])
def test_bar_that_is_always_full_is_refused(clock: type[EveryTime], length: int) -> None:
    with pytest.raises(ValueError, match="longer than nothing"):
        clock(length)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 5),
    cuts=st.lists(st.integers(0, 400), max_size=6),
    top_from=st.sampled_from(["book", "quotes"]),
    clock=st.sampled_from([EVERY, EveryTrades(5), EveryVolume(3 * 10**9)]),
)
def test_variables_are_equal_to_the_bit_whatever_the_pieces(
    seed: int, cuts: list[int], top_from: TopFrom, clock: BarClock | int
) -> None:
    feed = feed_of(seed)
    bars = BookBars(BinanceSpot("XYUSD", "0.01").ticks, clock, feed[0].received, top_from)
    sync = SyncedBook(BINANCE_SPOT, bars)
    edges = [0, *sorted(cuts), len(feed)]
    closed: list[BookBar] = []
    for begin, end in zip(edges, edges[1:], strict=False):
        # As in a process that stops here and goes on with what it has kept.
        sync, bars = copy.deepcopy((sync, bars))
        for message in feed[begin:end]:
            sync.take(message)
        closed += bars.bars
        bars.bars.clear()
    bars.at(feed[-1].received + (clock if isinstance(clock, int) else 0))
    whole = bars_of(feed, clock, top_from)
    assert len(whole) > 8
    assert bits(closed + bars.bars) == bits(whole)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 5), place=st.integers(1, 150), factor=st.integers(2, 9))
def test_later_messages_move_no_earlier_variable(seed: int, place: int, factor: int) -> None:
    feed = feed_of(seed)
    changed = [*feed[:place], *(_changed(message, factor) for message in feed[place:])]
    until = feed[place].received
    before, after = ([bar for bar in bars_of(some) if bar.end <= until] for some in (feed, changed))
    assert bits(before) == bits(after)
    assert bits(bars_of(feed)) != bits(bars_of(changed))


def _changed(message: Message, factor: int) -> Message:
    if isinstance(message, Levels):
        bids, asks = (tuple((price, size * factor) for price, size in side) for side in (message.bids, message.asks))
        return replace(message, bids=bids, asks=asks)
    return replace(message, size=message.size * factor) if isinstance(message, Trade) else message


def test_longer_bars_are_what_each_variable_says_of_shorter_ones() -> None:
    feed = feed_of(1)
    short, long = bars_of(feed), bars_of(feed, 3 * EVERY)
    for index, bar in enumerate(long[:-1]):
        joined = longer_bar(short[3 * index : 3 * index + 3])
        assert (joined.start, joined.end, joined.is_whole) == (bar.start, bar.end, bar.is_whole)
        assert joined.values == pytest.approx(bar.values, rel=1e-12, nan_ok=True)


def test_bars_in_which_something_is_missing_are_not_whole() -> None:
    feed = feed_of(2)
    assert [bar.is_whole for bar in bars_of(feed)[1:]] == [True] * (len(bars_of(feed)) - 1)
    place = next(at for at, message in enumerate(feed) if at > 60 and isinstance(message, Levels))
    bars = bars_of([*feed[:place], *feed[place + 1 :]])
    torn = [not bar.is_whole for bar in bars]
    index = next(at for at, bar in enumerate(bars) if bar.end > feed[place + 1].received)
    assert not any(torn[1:index])
    assert all(torn[index + 1 :])
    assert all(bar.values["imbalance_5"] != bar.values["imbalance_5"] for bar in bars[index + 1 :])
    trade = next(at for at, message in enumerate(feed) if at > 60 and isinstance(message, Trade))
    assert sum(not bar.is_whole for bar in bars_of([*feed[:trade], *feed[trade + 1 :]])[1:]) == 1


def test_trades_that_are_missing_after_silence_may_be_in_any_bar_of_it() -> None:
    bars = BookBars(BinanceSpot("XYUSD", "0.01").ticks, 10, 0)
    sync = SyncedBook(COINBASE, bars)
    sync.take(Snapshot(0, 0, 0, ((99, 5),), ((101, 5),)))
    for number, received in ((1, 5), (2, 15), (4, 45), (5, 55), (6, 65)):
        sync.take(Trade(received, received, number, 100, 1, is_buy=True))
    bars.at(70)
    assert [bar.is_whole for bar in bars.bars] == [False, False, False, False, False, True, True]
    with_clock = BookBars(BinanceSpot("XYUSD", "0.01").ticks, EveryTrades(1), 0)
    sync = SyncedBook(COINBASE, with_clock)
    sync.take(Snapshot(0, 0, 0, ((99, 5),), ((101, 5),)))
    for number, received in ((1, 5), (2, 15), (4, 45), (5, 55)):
        sync.take(Trade(received, received, number, 100, 1, is_buy=True))
    assert [bar.is_whole for bar in with_clock.bars] == [False, True, False, True]


def test_silence_is_bars_without_flow_in_which_the_book_stands() -> None:
    feed = [message for message in feed_of(3) if not isinstance(message, TopOfBook)][:40]
    bars = BookBars(BinanceSpot("XYUSD", "0.01").ticks, EVERY, feed[0].received)
    sync = SyncedBook(BINANCE_SPOT, bars)
    for message in feed:
        sync.take(message)
    bars.at(feed[-1].received + 10 * EVERY)
    last, quiet = bars.bars[-10].values, bars.bars[-9].values
    for variable in variables_of(Market("binance", "XYUSD", "0.01")):
        if variable.over_bars in ("max", "min"):
            assert math.isnan(quiet[variable.name])
        else:
            assert quiet[variable.name] == (0 if variable.over_bars == "sum" else last[variable.name])


def test_snapshot_on_the_way_begins_anew_without_a_flow() -> None:
    bars = BookBars(BinanceSpot("XYUSD", "0.01").ticks, 10, 0)
    sync = SyncedBook(replace(BINANCE_SPOT, is_in_stream=True), bars)
    sync.take(Snapshot(1, None, 0, ((99, 5),), ((101, 5),)))
    sync.take(Snapshot(2, None, 9, ((89, 50),), ((91, 50),)))
    sync.take(Levels(3, 3, 10, 10, None, ((90, 7),), ()))
    bars.at(10)
    assert (bars.bars[0].values["ofi_1"], bars.bars[0].is_whole) == (7e-8, False)


def test_every_variable_is_said_once_and_whole() -> None:
    names = [variable.name for variable in VARIABLES]
    assert len(names) == len(set(names)) == 29
    # What flows is summed; what is a price is differenced, an imbalance never is.
    differenced = {variable.name for variable in VARIABLES if variable.transform == "log_return"}
    assert differenced == {variable.name for variable in VARIABLES if variable.unit == "price"}
    assert differenced == {"mid", "microprice", "last", "high", "low"}
    summed = {variable.name for variable in VARIABLES if variable.over_bars == "sum"}
    orders = {variable.name for variable in VARIABLES if variable.source == "orders"}
    assert summed == {"ofi_1", "ofi_10", "signed_volume", "volume", "trades", "realised_variance"} | orders
    assert {variable.name: variable.over_bars for variable in VARIABLES if variable.over_bars in ("max", "min")} == {
        "high": "max",
        "low": "min",
    }


def test_market_of_levels_has_no_variables_of_orders() -> None:
    orders = {f"{kind}_{side}{unit}" for kind in ("inserts", "cancels") for side in ("bid", "ask") for unit in UNITS}
    every = {variable.name for variable in VARIABLES}
    for exchange in EXCHANGES:
        names = {variable.name for variable in variables_of(Market(exchange, "btcusd", "1"))}
        assert every - names == (set() if exchange == "bitstamp_orders" else orders)


def levels(time: int, number: int) -> Levels:
    return Levels(time, time, number, number, None, ((99, number),), ())


@pytest.mark.parametrize(
    "loss", [levels(35, 7), Lost(35, "the connection broke"), Trade(35, 35, 9, 100, 1, is_buy=True)]
)
def test_no_bar_is_whole_that_the_message_after_a_gap_ends(loss: Event) -> None:
    """The messages that are missing were sent in it, though it was over when that was noticed."""
    bars = BookBars(BinanceSpot("XYUSD", "0.01").ticks, 10, 0)
    sync = SyncedBook(BINANCE_SPOT, bars)
    sync.take(levels(1, 1))
    sync.take(Snapshot(2, None, 0, ((98, 5),), ((101, 5),)))
    sync.take(Trade(11, 11, 5, 100, 1, is_buy=True))
    sync.take(levels(22, 2))
    sync.take(loss)
    assert [(bar.start, bar.is_whole) for bar in bars.bars] == [(0, False), (10, True), (20, False)]


def test_a_clock_that_was_years_ahead_makes_no_bars_for_them() -> None:
    bars = BookBars(BinanceSpot("XYUSD", "0.01").ticks, 10, 0)
    sync = SyncedBook(BINANCE_SPOT, bars)
    sync.take(levels(1, 1))
    sync.take(Snapshot(2, None, 0, ((98, 5),), ((101, 5),)))
    sync.take(levels(10**12 + 3, 2))
    sync.take(levels(10**12 + 13, 3))
    assert [(bar.start, bar.end, bar.is_whole) for bar in bars.bars] == [(0, 10, False), (10**12, 10**12 + 10, True)]
