"""Lines of a market, however they are read and whatever comes after them: live bars are the store's, to the bit."""

import json
from collections.abc import Iterable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_sweep.orderbook.bar_clock import BarClock, EveryTrades, EveryVolume
from lstm_sweep.orderbook.bars import BookBar, BookBars
from lstm_sweep.orderbook.feeds.feed import stamped
from lstm_sweep.orderbook.lines import events, line_of
from lstm_sweep.orderbook.market import Market
from lstm_sweep.orderbook.messages import Lost, Order
from tests.orderbook.invented import START, STEP, invented
from tests.orderbook.test_order_book import events as order_events

MARKETS = {
    "levels": Market("binance", "XYUSD", "0.01"),
    "orders": Market("bitstamp_orders", "xyusd", "0.01"),
}
MILLISECOND = 1_000_000
CLOCKS: list[BarClock | int] = [12 * STEP, EveryTrades(5), EveryVolume(3 * 10**9)]


@cache
def lines_of(level: str, seed: int) -> list[bytes]:
    """A market with a break in it, and a snapshot after it."""
    return [line.encode() for line in (_levels(seed) if level == "levels" else _orders(seed))]


def _levels(seed: int) -> list[str]:
    market = invented(seed, 70)
    lines = [f"{received} {payload}" for received, payload in market.lines]
    half = len(market.depths) // 2
    place, last = market.depths[half], list(market.books)[half]
    broken = line_of(Lost(market.lines[place][0], "the connection broke"))
    again = f"{market.lines[place + 2][0]} {market.snapshot(last)}"
    return [
        f"{START} {market.snapshot(0)}",
        *lines[:place],
        broken,
        *lines[place + 2 :][:3],
        again,
        *lines[place + 5 :],
    ]


def _orders(seed: int) -> list[str]:
    orders = order_events(seed, 250)
    empty = json.dumps({"microtimestamp": "1", "bids": [], "asks": []})
    lines = [f"{START} {empty}"]
    for number, order in enumerate(orders):
        received = START + number * STEP
        lines.append(f"{received} {_order(order)}")
        if number % 3 == 0:
            lines.append(f"{received} {_trade(order, number)}")
    return lines


def _order(order: Order) -> str:
    data = {**_data(order), "order_type": int(not order.is_bid), "id": order.id}
    return json.dumps({"event": f"order_{order.action}", "channel": "live_orders_xyusd", "data": data})


def _trade(order: Order, number: int) -> str:
    data = {**_data(order), "type": number % 2, "id": number, "buy_order_id": 1, "sell_order_id": 2}
    return json.dumps({"event": "trade", "channel": "live_trades_xyusd", "data": data})


def _data(order: Order) -> dict[str, str]:
    return {
        "microtimestamp": str(order.time // 1000),
        "price_str": f"{order.price}.00",
        "amount_str": f"{order.size / 4:.2f}",
    }


def bars_of(level: str, pieces: Iterable[bytes], clock: BarClock | int, end: int) -> list[str]:
    """The bars of bytes as they come, lines cut anywhere."""
    market = MARKETS[level]
    feed, closed, rest = market.feed(), list[BookBar](), b""
    bars = BookBars(feed.ticks, clock, START, market.top_from)
    book = market.book(bars)
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            for event in events(feed, line):
                book.take(event)
        closed += bars.bars
        bars.bars.clear()
    bars.at(end)
    return [repr(bar) for bar in closed + bars.bars]


def in_pieces(data: bytes, cuts: Iterable[float]) -> list[bytes]:
    edges = [0, *sorted(int(cut * len(data)) for cut in cuts), len(data)]
    return [data[begin:end] for begin, end in zip(edges, edges[1:], strict=False)]


@pytest.mark.parametrize("level", MARKETS)
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 4), cuts=st.lists(st.floats(0, 1), max_size=40), clock=st.sampled_from(CLOCKS))
def test_bars_are_the_same_to_the_bit_however_the_lines_are_cut(
    level: str, seed: int, cuts: list[float], clock: BarClock | int
) -> None:
    data = b"".join(line + b"\n" for line in lines_of(level, seed))
    end = stamped(lines_of(level, seed)[-1])[0] + 12 * STEP
    whole = bars_of(level, [data], clock, end)
    assert len(whole) >= 8
    assert any("is_whole=True" in bar for bar in whole)
    assert bars_of(level, in_pieces(data, cuts), clock, end) == whole


@pytest.mark.parametrize("level", MARKETS)
@settings(max_examples=50, deadline=None)
@given(data=st.data(), seed=st.integers(0, 4), clock=st.sampled_from(CLOCKS))
def test_whatever_comes_later_moves_no_earlier_bar(
    level: str, data: st.DataObject, seed: int, clock: BarClock | int
) -> None:
    lines = lines_of(level, seed)
    at_an_end = [at for at in range(10, len(lines) - 10) if (stamped(lines[at])[0] - START) % (12 * STEP) == 0]
    place = data.draw(st.integers(10, len(lines) - 10) | st.sampled_from(at_an_end))
    until = stamped(lines[place])[0]
    later = data.draw(st.permutations(range(place + 1, len(lines))).map(lambda order: order[: len(order) // 2]))
    garbage = data.draw(st.lists(st.binary(max_size=30).map(lambda text: text.replace(b"\n", b" ")), max_size=3))
    # What is left of later lines comes in another order, at times that go on, with garbage and a loss amid them.
    spoilt = [b"%d %s" % (until + step * STEP, stamped(lines[index])[1]) for step, index in enumerate(later)]
    spoilt[len(spoilt) // 2 : len(spoilt) // 2] = [b"%d %s" % (until + 5 * STEP, text) for text in garbage]
    end = stamped(lines[-1])[0] + 50 * STEP
    # A bar of trades that ends just then ends with one of the messages that are changed.
    latest = until if isinstance(clock, int) else until - 1
    before, after = (
        [
            # A loss that the next message tells of leaves its variables, but the bar is not whole.
            bar.partition(", is_whole")[0]
            for bar in bars_of(level, [b"".join(line + b"\n" for line in some)], clock, end)
            if _end(bar) <= latest
        ]
        for some in (lines, [*lines[:place], *spoilt])
    )
    if isinstance(clock, int):
        assert len(before) == (until - START) // clock
    assert after == before


def _end(bar: str) -> int:
    return int(bar.partition("end=")[2].partition(",")[0])
