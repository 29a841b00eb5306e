"""Variables of level 3: what orders brought and took away untraded, as a table of all their events says it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from lstm_sweep.orderbook.bars import BookBar, BookBars
from lstm_sweep.orderbook.feeds.bitstamp import BitstampOrders
from lstm_sweep.orderbook.messages import Message, Order, OrderSnapshot
from lstm_sweep.orderbook.order_sync import INSTANT, SyncedOrders
from lstm_sweep.orderbook.units import NANOSECONDS, Ticks
from tests.orderbook import test_order_book as level_3
from tests.orderbook.recordings import messages, order_lines, trade_lines
from tests.orderbook.witness import Witness

FLOWS = [f"{kind}_{side}" for kind in ("inserts", "cancels") for side in ("bid", "ask")]


def bars_of(feed: Sequence[Message], every: int) -> list[BookBar]:
    bars = BookBars(Ticks.of("1"), every, feed[0].received)
    sync = SyncedOrders(bars)
    for message in feed:
        sync.take(message)
    bars.at(feed[-1].received + every)
    return bars.bars


def flows_by_table(feed: Sequence[Message], every: int) -> pd.DataFrame:
    """Size and number by bar: an instant is in the bar in which the first message of a later one was received."""
    table = pd.DataFrame([order for order in feed if isinstance(order, Order)])
    snapshot = next(message for message in feed if isinstance(message, OrderSnapshot))
    table["instant"] = table["time"] // INSTANT
    began = table.groupby("instant")["received"].first()
    table["entered"] = table["instant"].map(began.shift(-1)).fillna(1 << 62)
    table = table[table["entered"] > snapshot.received].drop_duplicates(["id", "time", "action", "size"])
    table["bar"] = (table["entered"] - feed[0].received) // every
    table["side"] = table["is_bid"].map({True: "bid", False: "ask"})
    known = {order.id for order in feed if isinstance(order, Order) and order.action == "created"}
    known |= {order.id for order in snapshot.orders}
    comes = table[(table["action"] == "created") & (table["size"] > 0)].assign(kind="inserts")
    goes = table[(table["action"] == "deleted") & (table["size"] > 0) & table["id"].isin(known)].assign(kind="cancels")
    both = pd.concat([comes, goes])
    both["name"] = both["kind"] + "_" + both["side"]
    sums = both.pivot_table(index="bar", columns="name", values="size", aggfunc=["sum", "count"], fill_value=0)
    return (sums["sum"] / 10**8).join(sums["count"].add_suffix("_count"))


def compare(feed: Sequence[Message], every: int, at_least: int) -> None:
    expected, bars = flows_by_table(feed, every), bars_of(feed, every)
    assert len(bars) >= at_least
    # The last instant never enters, for nothing shows that it is whole.
    for number, bar in list(enumerate(bars))[1:-1]:
        row = expected.loc[number] if number in expected.index else pd.Series(0.0, index=expected.columns)
        for name in (*FLOWS, *(f"{flow}_count" for flow in FLOWS)):
            assert bar.values[name] == pytest.approx(row[name], abs=1e-12), (number, name)


@pytest.mark.parametrize("seed", range(3))
def test_inserts_and_cancels_of_invented_orders_are_those_of_a_table(seed: int) -> None:
    orders, sizes = list[Message](), dict[int, int]()
    for number, order in enumerate(level_3.events(seed, 600)):
        if order.action == "deleted" and number % 2:
            order = replace(order, size=sizes[order.id])
        sizes[order.id] = order.size
        orders += [order, order] if number % 9 == 0 else [order]
    compare([level_3.EMPTY, *orders], 50 * INSTANT, 10)


def test_inserts_and_cancels_of_real_orders_are_those_of_a_table(shared_data: Path) -> None:
    feed = messages(BitstampOrders("btcusd", "1"), order_lines(shared_data))
    compare(feed[:60_000], NANOSECONDS, 100)


def test_what_comes_less_what_goes_or_is_traded_is_what_rests(shared_data: Path) -> None:
    feed = messages(
        BitstampOrders("btcusd", "1"),
        sorted([*order_lines(shared_data), *trade_lines(shared_data)], key=lambda line: line[0]),
    )
    witness = Witness()
    sync = SyncedOrders(witness)
    before: list[int] = []
    for message in feed[:100_000]:
        sync.take(message)
        if sync.is_synced and not before:
            before = depths(sync)
    sync.settle()
    assert witness.said == ["synced", "lost", "synced", "lost", "synced"]
    evicted = {int(hole.reason.split()[1]) for hole in sync.holes if hole.reason.startswith("order")}
    snapshot = next(message for message in feed if isinstance(message, OrderSnapshot))
    for is_bid, begun, ended in zip((True, False), before, depths(sync), strict=True):
        gone = sum(order.size for order in snapshot.orders if order.id in evicted and order.is_bid == is_bid)
        changes = [change for order, change in witness.changes if order.is_bid == is_bid]
        flow = sum(change.inserted - change.cancelled - change.traded for change in changes)
        assert ended == begun + flow - gone
    traded = sum(change.traded for _, change in witness.changes)
    assert traded == pytest.approx(2 * sum(trade.size for trade in witness.trades), rel=0.05)


def depths(sync: SyncedOrders) -> list[int]:
    """What rests on both sides."""
    return [sum(size for _, size in side.levels()) for side in (sync.orders.levels.bids, sync.orders.levels.asks)]
