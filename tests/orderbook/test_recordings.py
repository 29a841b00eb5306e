"""Recorded feeds: the book is the exchange's, and order flow explains what it is known to explain."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from lstm_sweep.orderbook.bars import BookBars
from lstm_sweep.orderbook.feeds.binance import BinanceFutures, BinanceSpot
from lstm_sweep.orderbook.feeds.bitstamp import Bitstamp, BitstampOrders
from lstm_sweep.orderbook.feeds.coinbase import Coinbase
from lstm_sweep.orderbook.messages import Levels, Message, Order, OrderSnapshot, TopOfBook, Trade
from lstm_sweep.orderbook.order_book import OrderBook
from lstm_sweep.orderbook.order_sync import SyncedOrders
from lstm_sweep.orderbook.rules import BINANCE_FUTURES, BINANCE_SPOT, BITSTAMP, COINBASE
from lstm_sweep.orderbook.sync import SyncedBook
from lstm_sweep.orderbook.units import NANOSECONDS
from tests.orderbook.recordings import (
    FUTURES,
    NEXT_DAY,
    SPOT,
    cryptofeed_lines,
    messages,
    order_lines,
    stamped_lines,
    trade_lines,
)
from tests.orderbook.witness import Witness

REST_MARKETS = ["sgbeur", "ethusd", "xrpeur", "bateur", "usdteur", "usdtusd", "xlmgbp", "adaeur", "batbtc", "galaeur"]
"""Of the recording of Bitstamp, in the order of its snapshots."""


@pytest.fixture(scope="module")
def spot(shared_data: Path) -> list[Message]:
    """Both files of the Bitcoin spot sample, of which the second goes on where the first ends."""
    lines = stamped_lines(shared_data, SPOT) + stamped_lines(shared_data, NEXT_DAY)
    return messages(BinanceSpot("BTCUSDT", "0.01"), lines)


@pytest.fixture(scope="module")
def orders(shared_data: Path) -> list[Message]:
    """The level-3 sample."""
    return messages(BitstampOrders("btcusd", "1"), order_lines(shared_data))


def comparison(sync: SyncedBook, feed: list[Message]) -> tuple[int, int]:
    """States of the book that the exchange quoted the best prices of, and how many of them are equal."""
    books: dict[int, tuple[int, int, int, int]] = {}
    for message in feed:
        sync.take(message)
        if isinstance(message, Levels) and sync.is_synced:
            books[sync.last] = (*sync.book.bids.top(1)[0], *sync.book.asks.top(1)[0])
    quotes = [message for message in feed if isinstance(message, TopOfBook) and message.last in books]
    equal = [(quote.bid, quote.bid_size, quote.ask, quote.ask_size) == books[quote.last] for quote in quotes]
    return len(equal), sum(equal)


def test_book_of_the_spot_sample_is_the_exchange_s_wherever_both_are_known(spot: list[Message]) -> None:
    sync = SyncedBook(BINANCE_SPOT, Witness())
    assert comparison(sync, spot) == (1072, 1072)
    assert sync.holes == []


def test_book_of_the_futures_sample_is_the_exchange_s_wherever_both_are_known(shared_data: Path) -> None:
    feed = messages(BinanceFutures("BTCUSDT", "0.1"), stamped_lines(shared_data, FUTURES))
    sync = SyncedBook(BINANCE_FUTURES, Witness())
    assert comparison(sync, feed) == (629, 629)
    assert sync.holes == []


@pytest.mark.parametrize(("seconds", "explained"), [(1, 51), (5, 61), (10, 59)])
def test_order_flow_explains_the_same_interval_as_it_is_known_to(
    spot: list[Message], seconds: int, explained: int
) -> None:
    start = next(message.received for message in spot if isinstance(message, TopOfBook))
    every = seconds * NANOSECONDS
    bars = BookBars(BinanceSpot("BTCUSDT", "0.01").ticks, every, start, top_from="quotes")
    sync = SyncedBook(BINANCE_SPOT, bars)
    for message in spot:
        sync.take(message)
    bars.at(spot[-1].received + every)
    quote = next(message for message in spot if isinstance(message, TopOfBook))
    mids = np.array([(quote.bid + quote.ask) / 200, *(bar.values["mid"] for bar in bars.bars)])
    flow = np.array([bar.values["ofi_1"] for bar in bars.bars])
    same, following = (
        100 * np.corrcoef(flow[: len(changes)], changes)[0, 1] ** 2 for changes in (np.diff(mids), np.diff(mids)[1:])
    )
    assert same == pytest.approx(explained, abs=1)
    assert following < 4


def test_level_3_sample_is_never_crossed_and_says_what_it_cannot_know(orders: list[Message]) -> None:
    crossed: list[bool] = []
    witness = Witness(lambda book: crossed.append(book.is_crossed))
    sync = SyncedOrders(witness)
    for message in orders:
        sync.take(message)
    sync.settle()
    assert len(crossed) > 100_000
    assert not any(crossed)
    # No snapshot of it is as new as its first message: two orders went in the 741 ms between, and were found out.
    assert [hole.reason.partition(" ")[0] for hole in sync.holes] == ["the", "order", "order"]
    assert all(hole.end is not None for hole in sync.holes)
    # Whoever made the file closed at its end what rested then.
    assert len(sync.orders.orders) == 6516


def test_trades_of_the_level_3_sample_are_what_its_orders_lost(shared_data: Path, orders: list[Message]) -> None:
    book = OrderBook()
    lost: Counter[int] = Counter()
    book.start(next(message for message in orders if isinstance(message, OrderSnapshot)))
    for message in orders:
        if isinstance(message, Order):
            lost[message.id] += book.take(message).traded
    traded: Counter[int] = Counter()
    trades = messages(BitstampOrders("btcusd", "1"), trade_lines(shared_data))
    for trade in trades:
        assert isinstance(trade, Trade)
        for order in (trade.bid_order, trade.ask_order):
            assert order is not None
            traded[order] += trade.size
    assert len(trades) == 284
    # Two orders to buy for an amount of dollars say no size; the orders that they took do.
    first = {message.id: message for message in reversed(orders) if isinstance(message, Order)}
    unsaid = {number for number in lost | traded if lost[number] != traded[number]}
    assert sorted((first[number].price, first[number].size) for number in unsaid) == [(999_999_999, 0)] * 2


@pytest.mark.parametrize("market", ["SKL-USD", "DASH-BTC", "BAND-GBP", "SKL-BTC", "NMR-EUR", "BAND-BTC"])
def test_book_of_coinbase_is_what_its_ticker_says(shared_data: Path, market: str) -> None:
    feed, witness = Coinbase(market, "0.00000001"), Witness()
    sync = SyncedBook(COINBASE, witness)
    compared = []
    for received, payload in cryptofeed_lines(shared_data, "cryptofeed_COINBASE.ws.28.0.gz"):
        for message in feed.messages(payload, received):
            sync.take(message)
        data = json.loads(payload)
        if data["type"] == "ticker" and data["product_id"] == market and witness.trades:
            best = [side.top(1)[0][0] for side in (sync.book.bids, sync.book.asks)]
            compared.append(best == [feed.ticks.count(data[name]) for name in ("best_bid", "best_ask")])
    assert len(compared) >= 4
    assert all(compared)
    assert (witness.said, sync.holes) == (["synced"], [])


@pytest.mark.parametrize("market", REST_MARKETS)
def test_book_of_bitstamp_s_levels_is_that_of_a_dictionary(shared_data: Path, market: str) -> None:
    snapshots = list(cryptofeed_lines(shared_data, "cryptofeed_BITSTAMP.http.0.0.gz"))
    snapshot = dict(zip(REST_MARKETS, snapshots, strict=True))[market]
    stream = list(cryptofeed_lines(shared_data, "cryptofeed_BITSTAMP.ws.1.0.gz"))
    feed, witness = Bitstamp(market, "0.00000001"), Witness()
    sync = SyncedBook(BITSTAMP, witness)
    for message in messages(feed, [snapshot, *stream]):
        sync.take(message)
    whole = json.loads(snapshot[1])
    books = {side: {Decimal(price): Decimal(size) for price, size in whole[side]} for side in ("bids", "asks")}
    changes = [json.loads(payload) for _, payload in stream]
    for change in changes:
        data = change["data"]
        is_change = change.get("channel") == f"diff_order_book_{market}" and change["event"] == "data"
        if is_change and int(data["microtimestamp"]) > int(whole["microtimestamp"]):
            for side, book in books.items():
                book.update({Decimal(price): Decimal(size) for price, size in data[side]})
    if not sync.is_synced:
        # A market in which nothing changed while it was recorded: no message shows how old the snapshot is.
        assert market == "sgbeur"
        return
    assert (witness.said, sync.holes) == (["synced"], [])
    for side, read in (("bids", sync.book.bids), ("asks", sync.book.asks)):
        best = sorted((item for item in books[side].items() if item[1]), reverse=side == "bids")
        assert [(int(price * 10**8), int(size * 10**8)) for price, size in best] == read.top(10**6)


def test_binance_s_other_markets_of_one_connection_do_not_mix(shared_data: Path) -> None:
    snapshots = [
        line for line in cryptofeed_lines(shared_data, "cryptofeed_BINANCE.http.0.0.gz") if "lastUpdateId" in line[1]
    ]
    stream = list(cryptofeed_lines(shared_data, "cryptofeed_BINANCE.ws.1.0.gz"))
    compared = {}
    for market, snapshot in zip(["NKNUSDT", "BLZETH", "LRCBTC", "RUNEEUR"], snapshots, strict=True):
        lines = sorted([snapshot, *stream], key=lambda line: line[0])
        sync = SyncedBook(BINANCE_SPOT, Witness())
        compared[market] = comparison(sync, messages(BinanceSpot(market, "0.00000001"), lines))
        assert (sync.holes, sync.is_synced) == ([], True)
    assert compared == {"NKNUSDT": (19, 19), "BLZETH": (1, 1), "LRCBTC": (6, 6), "RUNEEUR": (0, 0)}
