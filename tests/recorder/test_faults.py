"""Whatever a connection does, what is recorded ends in the right book or in one marked hole."""

from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from lstm_sweep.orderbook.book import Book
from lstm_sweep.orderbook.market import Market
from lstm_sweep.orderbook.messages import Lost
from lstm_sweep.orderbook.order_sync import SyncedOrders
from lstm_sweep.orderbook.sync import SyncedBook
from lstm_sweep.recorder.replay.faults import Fault, FaultKind
from tests.orderbook.invented import Invented, invented
from tests.orderbook.recordings import cryptofeed_lines, order_lines
from tests.orderbook.test_recordings import REST_MARKETS
from tests.orderbook.witness import Witness
from tests.recorder.replays import Recorded, recorded
from tests.recorder.test_recordings import events_of

SPOT, FUTURES = Market("binance", "XYUSD", "0.01"), Market("binance_futures", "XYUSD", "0.01")
PLACE = 40
"""The depth message that faults are made at."""


def with_snapshot(market: Invented) -> list[tuple[int, str]]:
    """Its lines, with what REST answered soon after the first ones."""
    known = list(market.books)[3]
    place = market.depths[6]
    lines = market.lines
    return [*lines[:place], (lines[place][0], market.snapshot(known)), *lines[place:]]


def read_again(made: Recorded, truth: Invented) -> tuple[SyncedBook, Witness]:
    """The book of what was recorded; fails wherever it is said to be right and is not."""

    def compare(book: Book) -> None:
        bids, asks = truth.books[sync.last]
        high = {price: size for price, size in book.asks.top(5000) if price < 50_000}
        assert book.bids.top(5000) == sorted(bids.items(), reverse=True)
        assert sorted(high.items()) == sorted(asks.items())

    witness = Witness(compare)
    sync = made.folder.market.book(witness)
    assert isinstance(sync, SyncedBook)
    for event in made.events:
        sync.take(event)
    return sync, witness


@pytest.mark.parametrize("market", [SPOT, FUTURES])
@pytest.mark.parametrize(
    ("kind", "holes"),
    [
        ("drop", 1),
        ("double", 0),
        ("reorder", 1),
        ("malformed", 1),
        ("wrong_market", 0),
        ("many_levels", 0),
        ("disconnect", 1),
        ("stall", 1),
    ],
)
def test_fault_ends_in_the_right_book_or_one_hole(tmp_path: Path, kind: FaultKind, holes: int, market: Market) -> None:
    truth = invented(1, 250, is_futures=market is FUTURES)
    fault = Fault(kind, PLACE, count=30 if kind in ("disconnect", "stall") else 0)
    made = recorded(
        tmp_path, market, with_snapshot(truth), faults=[fault], stall=1 if kind == "stall" else 30, local=True, speed=5
    )
    sync, witness = read_again(made, truth)
    assert sync.is_synced
    assert sync.last == list(truth.books)[-1]
    assert [hole.end is not None for hole in sync.holes] == [True] * holes
    assert sync.holes == made.holes
    assert Counter(witness.said)["synced"] == 1 + holes
    losses = [event.reason for event in made.events if isinstance(event, Lost)]
    assert len(losses) == (kind in ("disconnect", "stall", "malformed"))
    if kind == "many_levels":
        assert len(sync.book.asks.top(5000)) > 1000
    if kind == "stall":
        assert losses == ["no message came for 1 seconds"]


@pytest.mark.parametrize("market", [SPOT, FUTURES])
def test_snapshot_that_is_too_old_is_asked_for_again(tmp_path: Path, market: Market) -> None:
    truth = invented(2, 250, is_futures=market is FUTURES)
    faults = [Fault("disconnect", PLACE, count=10), Fault("old_snapshot", 0, count=1)]
    made = recorded(tmp_path, market, with_snapshot(truth), faults=faults, local=True, speed=5)
    sync, witness = read_again(made, truth)
    assert sync.is_synced
    assert len(sync.holes) == 1
    assert witness.said.count("synced") == 2
    snapshots = [event for event in made.events if type(event).__name__ == "Snapshot"]
    assert len(snapshots) == 3
    assert snapshots[0].bids == snapshots[1].bids != snapshots[2].bids


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "holes"), [("disconnect", 1), ("double", 0), ("malformed", 1), ("wrong_market", 0), ("many_levels", 0)]
)
@pytest.mark.parametrize("exchange", ["bitstamp", "coinbase"])
def test_fault_of_a_feed_without_numbers_ends_in_the_right_book_or_one_hole(
    shared_data: Path, tmp_path: Path, exchange: str, kind: FaultKind, holes: int
) -> None:
    if exchange == "bitstamp":
        market = Market("bitstamp", "ethusd", "0.00000001")
        rest = cryptofeed_lines(shared_data, "cryptofeed_BITSTAMP.http.0.0.gz")
        stream = cryptofeed_lines(shared_data, "cryptofeed_BITSTAMP.ws.1.0.gz")
        answer = dict(zip(REST_MARKETS, rest, strict=True))["ethusd"]
        lines = sorted([answer, *stream], key=lambda line: line[0])
    else:
        market = Market("coinbase", "SKL-USD", "0.00000001")
        lines = list(cryptofeed_lines(shared_data, "cryptofeed_COINBASE.ws.28.0.gz"))
    made = recorded(tmp_path, market, lines, faults=[Fault(kind, 20)], local=True, speed=20)
    whole = recorded(tmp_path / "whole", market, lines, local=True) if kind != "many_levels" else made
    sync, reference = market.book(Witness()), market.book(Witness())
    for book, result in ((sync, made), (reference, whole)):
        for event in result.events:
            book.take(event)
    assert isinstance(sync, SyncedBook)
    assert isinstance(reference, SyncedBook)
    assert sync.is_synced
    assert [hole.end is not None for hole in made.holes] == [True] * holes
    assert (sync.book.bids.top(9999), sync.book.asks.top(9999)) == (
        reference.book.bids.top(9999),
        reference.book.asks.top(9999),
    )


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["disconnect", "double", "malformed", "wrong_market"])
def test_fault_of_level_3_ends_in_the_orders_that_rest(shared_data: Path, tmp_path: Path, kind: FaultKind) -> None:
    market = Market("bitstamp_orders", "btcusd", "1")
    lines = list(islice(order_lines(shared_data), 12_000))
    made = recorded(tmp_path, market, lines, faults=[Fault(kind, 6000, count=200)], speed=20, local=True)
    crossed: list[bool] = []
    sync = market.book(Witness(lambda book: crossed.append(book.is_crossed)))
    assert isinstance(sync, SyncedOrders)
    for event in made.events:
        sync.take(event)
    sync.settle()
    truth = market.book(Witness())
    assert isinstance(truth, SyncedOrders)
    for event in events_of(market, lines):
        truth.take(event)
    truth.settle()
    assert sync.is_synced
    assert not any(crossed)
    assert len(crossed) > 5000
    assert sync.orders.orders.keys() == truth.orders.orders.keys()
    assert {order.size for order in sync.orders.orders.values()} == {
        order.size for order in truth.orders.orders.values()
    }
    assert len([event for event in made.events if isinstance(event, Lost)]) == (kind in ("disconnect", "malformed"))
