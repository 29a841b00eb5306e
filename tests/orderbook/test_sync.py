"""Whatever a connection does to a feed, the book is right or there is one marked hole."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from lstm_sweep.orderbook.feeds.binance import BinanceFutures, BinanceSpot
from lstm_sweep.orderbook.feeds.feed import MalformedLineError
from lstm_sweep.orderbook.messages import Levels, Snapshot, Trade
from lstm_sweep.orderbook.rules import BINANCE_FUTURES, BINANCE_SPOT, BITSTAMP, COINBASE, SyncRule
from lstm_sweep.orderbook.sync import SyncedBook
from tests.orderbook.invented import Invented, invented
from tests.orderbook.witness import Witness

Lines = list[tuple[int, str]]
PLACE = 40
"""The depth message that faults are made at."""

CONNECTION_LOST = "connection lost"
"""Stands for a line where the connection broke."""


def kept(market: Invented, lines: Lines, *, is_futures: bool, stale: int = 0) -> tuple[SyncedBook, Witness]:
    """Keep the book of faulty lines, asking for snapshots as a recorder does; the first `stale` ones are far too old.

    Fails wherever the book is said to be right and is not.
    """
    feed = (BinanceFutures if is_futures else BinanceSpot)("XYUSD", "0.01")
    witness = Witness(lambda book: compare(sync, market))
    sync = SyncedBook(BINANCE_FUTURES if is_futures else BINANCE_SPOT, witness)
    answers = 0
    for place, (received, payload) in enumerate(lines):
        if payload == CONNECTION_LOST:
            sync.lose(CONNECTION_LOST, received)
            continue
        try:
            for message in feed.messages(payload, received):
                sync.take(message)
        except MalformedLineError as error:
            sync.lose(str(error), received)
        if sync.wants_snapshot and place % 5 == 4:
            known = [last for last in market.books if place > market.depths[list(market.books).index(last) - 1]]
            last = 0 if answers < stale else known[-1]
            answers += 1
            for message in feed.messages(market.snapshot(last), received):
                sync.take(message)
    return sync, witness


def compare(sync: SyncedBook, market: Invented) -> None:
    bids, asks = market.books[sync.last]
    assert sync.book.bids.top(1000) == sorted(bids.items(), reverse=True)
    assert sync.book.asks.top(1000) == sorted(asks.items())


def dropped(lines: Lines, place: int) -> Lines:
    return lines[:place] + lines[place + 1 :]


def doubled(lines: Lines, place: int) -> Lines:
    return lines[: place + 1] + lines[place:]


def reordered(lines: Lines, place: int) -> Lines:
    following = next(index for index in range(place + 1, len(lines)) if "@depth" in lines[index][1])
    return [*lines[:place], lines[following], *lines[place + 1 : following], lines[place], *lines[following + 1 :]]


def malformed(lines: Lines, place: int) -> Lines:
    received, payload = lines[place]
    return [*lines[:place], (received, payload[: len(payload) // 2]), *lines[place + 1 :]]


def wrong_market(lines: Lines, place: int) -> Lines:
    received, payload = lines[place]
    other = payload.replace("xyusd", "abusd").replace("XYUSD", "ABUSD")
    return [*lines[:place], (received, other), *lines[place:]]


def disconnected(lines: Lines, place: int) -> Lines:
    return [*lines[:place], (lines[place][0], CONNECTION_LOST), *lines[place + 30 :]]


@pytest.mark.parametrize("is_futures", [False, True])
@pytest.mark.parametrize(
    ("fault", "holes"),
    [(dropped, 1), (doubled, 0), (reordered, 1), (malformed, 1), (wrong_market, 0), (disconnected, 1)],
)
def test_fault_ends_in_the_right_book_or_one_hole(
    fault: Callable[[Lines, int], Lines], holes: int, is_futures: bool
) -> None:
    market = invented(1, 150, is_futures=is_futures)
    place = market.depths[PLACE]
    sync, witness = kept(market, fault(market.lines, place), is_futures=is_futures)
    assert sync.is_synced
    assert sync.last == list(market.books)[-1]
    assert [hole.end is not None for hole in sync.holes] == [True] * holes
    assert witness.said.count("synced") == 1 + holes
    if holes:
        # It lies around the fault, and ends with the snapshot.
        assert sync.holes[0].start <= market.lines[place][0] < (sync.holes[0].end or 0)
        assert sync.holes[0].reason


@pytest.mark.parametrize("is_futures", [False, True])
@pytest.mark.parametrize("fault", [dropped, doubled])
def test_snapshot_older_than_what_was_received_is_asked_for_again(
    fault: Callable[[Lines, int], Lines], is_futures: bool
) -> None:
    market = invented(2, 150, is_futures=is_futures)
    lines = fault(market.lines[60:], market.depths[PLACE + 20] - 60)
    sync, witness = kept(
        Invented(market.lines, market.books, [at - 60 for at in market.depths]), lines, is_futures=is_futures, stale=3
    )
    assert (sync.is_synced, sync.last) == (True, list(market.books)[-1])
    assert len(sync.holes) == (fault is dropped)


def test_trade_that_never_came_is_a_hole_and_the_book_stays() -> None:
    market = invented(3, 100)
    place = [at for at, (_, payload) in enumerate(market.lines) if "@trade" in payload][50]
    sync, witness = kept(market, dropped(market.lines, place), is_futures=False)
    assert [hole.reason for hole in sync.holes] == ["trades 51 to 51 never came"]
    assert witness.said == ["synced", "missed"]
    sync, witness = kept(market, doubled(market.lines, place), is_futures=False)
    assert (sync.holes, witness.said) == ([], ["synced"])
    assert [trade.id for trade in witness.trades] == list(range(1, len(witness.trades) + 1))


def test_thousand_levels_at_once_are_taken_over() -> None:
    sync = SyncedBook(BINANCE_SPOT, Witness())
    sync.take(Snapshot(0, None, 0, ((100, 1),), ((101, 1),)))
    many = tuple((price, price) for price in range(1101, 2101))
    sync.take(Levels(1, 1, 1, 1, None, (), many))
    sync.take(Levels(2, 2, 2, 2, None, (), tuple((price, 0) for price, _ in many[::2])))
    assert sync.book.asks.top(5000) == [(101, 1), *many[1::2]]


CHANGE = Levels(2, 10, 10, 10, None, ((99, 5),), ())
SNAPSHOT = Snapshot(3, 20, 20, ((98, 1),), ((102, 1),))


def timed(rule: SyncRule) -> tuple[SyncedBook, Witness]:
    """A book of a feed whose changes have times only, in step at time 20."""
    witness = Witness()
    sync = SyncedBook(rule, witness)
    sync.take(CHANGE)
    sync.take(SNAPSHOT)
    assert (sync.is_synced, sync.wants_snapshot, sync.holes) == (True, False, [])
    return sync, witness


@pytest.mark.parametrize("rule", [BITSTAMP, COINBASE])
def test_feed_without_numbers_goes_back_in_time_or_crosses_and_is_begun_anew(rule: SyncRule) -> None:
    later = Levels(4, 30, 30, 30, None, ((99, 7),), ())
    for wrong in (replace(later, received=5, first=25, last=25), replace(later, received=5, last=31, bids=((102, 1),))):
        sync, witness = timed(rule)
        for message in (later, later, wrong):
            sync.take(message)
        assert (sync.is_synced, sync.wants_snapshot) == (False, True)
        assert [(hole.start, hole.end) for hole in sync.holes] == [(4, None)]
        sync.take(replace(SNAPSHOT, received=6, time=40, last=40))
        if not sync.is_synced:
            # Bitstamp's rule: nothing that came is known to be older than the snapshot after a crossed book.
            sync.take(replace(later, received=7, first=35, last=35))
        assert [(hole.start, hole.end is None) for hole in sync.holes] == [(4, False)]
        assert sync.book.bids.top(5) == [(98, 1)]
        # A gap is told before bars can end at its message, and a crossed book was whole until then.
        assert witness.said == ["synced", *["missed"] * (wrong.last < 30), "lost", "synced"]


def test_change_that_the_snapshot_holds_already_may_come_after_it() -> None:
    sync, witness = timed(BITSTAMP)
    for time in (11, 15, 20, 12):
        sync.take(replace(CHANGE, received=4, first=time, last=time, bids=((99, time),)))
    assert (sync.is_synced, sync.holes, sync.book.bids.top(9)) == (True, [], [(98, 1)])
    sync.take(replace(CHANGE, received=5, first=21, last=21))
    assert sync.book.bids.top(9) == [(99, 5), (98, 1)]


def test_bitstamp_s_snapshot_must_be_newer_than_the_first_message() -> None:
    sync = SyncedBook(BITSTAMP, Witness())
    sync.take(replace(CHANGE, first=21, last=21))
    sync.take(SNAPSHOT)
    assert (sync.is_synced, sync.wants_snapshot) == (False, True)
    sync.take(replace(SNAPSHOT, last=22))
    assert (sync.is_synced, sync.wants_snapshot) == (True, False)


def test_trades_missing_while_the_book_is_lost_make_its_hole_longer() -> None:
    sync, witness = timed(COINBASE)
    trade = Trade(4, 4, 1, 100, 1, True)
    sync.take(trade)
    sync.lose(CONNECTION_LOST, 9)
    sync.lose(CONNECTION_LOST, 9)
    sync.take(replace(SNAPSHOT, received=10))
    sync.take(replace(trade, received=12, id=5))
    assert [(hole.start, hole.end) for hole in sync.holes] == [(3, 12)]
    assert sync.holes[0].reason == f"{CONNECTION_LOST}; trades 2 to 4 never came"
