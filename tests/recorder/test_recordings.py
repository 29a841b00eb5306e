"""Real feeds through a server in the exchange's protocol: the book that is recorded is the exchange's."""

import gzip
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from lstm_sweep.orderbook.bars import BookBars
from lstm_sweep.orderbook.lines import events
from lstm_sweep.orderbook.market import Market
from lstm_sweep.orderbook.messages import BookCheckpoint, Event, Order, TopOfBook, Trade
from lstm_sweep.orderbook.order_sync import SyncedOrders
from lstm_sweep.orderbook.rules import BINANCE_FUTURES, BINANCE_SPOT
from lstm_sweep.orderbook.sync import SyncedBook
from lstm_sweep.orderbook.units import NANOSECONDS
from tests.orderbook.recordings import (
    FUTURES,
    NEXT_DAY,
    SPOT,
    cryptofeed_lines,
    order_lines,
    stamped_lines,
    trade_lines,
)
from tests.orderbook.test_recordings import REST_MARKETS, comparison
from tests.orderbook.witness import Witness
from tests.recorder.replays import Recorded, recorded, written

BITCOIN = Market("binance", "BTCUSDT", "0.01")


@pytest.fixture(scope="module")
def spot(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Recorded, Path]:
    """Both files of the Bitcoin spot sample, recorded with the times of the recording."""
    folder = tmp_path_factory.mktemp("spot")
    path = written(folder, stamped_lines(shared_data, SPOT) + stamped_lines(shared_data, NEXT_DAY))
    return recorded(folder, BITCOIN, path), path


def events_of(market: Market, lines: Iterable[tuple[int, str]]) -> list[Event]:
    feed = market.feed()
    return [event for received, payload in lines for event in events(feed, f"{received} {payload}")]


def test_recorded_book_of_the_spot_sample_is_the_exchange_s_in_all_comparable_states(
    spot: tuple[Recorded, Path],
) -> None:
    sync = SyncedBook(BINANCE_SPOT, Witness())
    assert comparison(sync, spot[0].events) == (1072, 1072)
    assert sync.holes == spot[0].holes == []


def test_with_recorded_times_the_very_lines_are_recorded(spot: tuple[Recorded, Path]) -> None:
    made, path = spot
    lines = [line.partition(" ") for line in path.read_text().splitlines()]
    assert made.status == 0
    # The sample goes beyond midnight, where the part was turned over: its checkpoint ends one and begins the next.
    events = made.events
    checkpoints = [place for place, event in enumerate(events) if isinstance(event, BookCheckpoint)]
    assert len(checkpoints) == 2
    assert events[checkpoints[0]] == events[checkpoints[1]]
    assert checkpoints[1] == checkpoints[0] + 1
    received = [event for event in events if not isinstance(event, BookCheckpoint)]
    assert received == events_of(BITCOIN, ((int(received), payload) for received, _, payload in lines))


@pytest.mark.parametrize(("seconds", "explained"), [(1, 51), (5, 61), (10, 59)])
def test_recorded_order_flow_explains_the_same_interval(
    spot: tuple[Recorded, Path], seconds: int, explained: int
) -> None:
    feed = spot[0].events
    quote = next(event for event in feed if isinstance(event, TopOfBook))
    bars = BookBars(BITCOIN.feed().ticks, seconds * NANOSECONDS, quote.received, top_from="quotes")
    sync = SyncedBook(BINANCE_SPOT, bars)
    for event in feed:
        sync.take(event)
    bars.at(feed[-1].received + seconds * NANOSECONDS)
    mids = np.array([(quote.bid + quote.ask) / 200, *(bar.values["mid"] for bar in bars.bars)])
    flow = np.array([bar.values["ofi_1"] for bar in bars.bars])
    assert 100 * np.corrcoef(flow, np.diff(mids))[0, 1] ** 2 == pytest.approx(explained, abs=1)


@pytest.mark.parametrize("speed", [0, 60])
def test_with_times_of_its_own_the_recorder_has_the_exchange_s_book_too(
    shared_data: Path, tmp_path: Path, speed: float
) -> None:
    lines = stamped_lines(shared_data, SPOT)[: 41_000 if speed == 0 else 12_000]
    made = recorded(tmp_path, BITCOIN, lines, speed=speed, local=True)
    sync = SyncedBook(BINANCE_SPOT, Witness())
    compared, equal = comparison(sync, made.events)
    expected, _ = comparison(SyncedBook(BINANCE_SPOT, Witness()), events_of(BITCOIN, lines))
    assert compared == equal
    # Those that passed while the recorder waited for its snapshot are not compared.
    assert expected - 5 <= compared <= expected
    assert made.holes == []


def test_recorded_book_of_the_futures_sample_is_the_exchange_s(shared_data: Path, tmp_path: Path) -> None:
    with gzip.open(shared_data / "orderbook" / FUTURES) as file:
        (tmp_path / "futures.lines").write_bytes(file.read())
    made = recorded(tmp_path, Market("binance_futures", "BTCUSDT", "0.1"), tmp_path / "futures.lines")
    sync = SyncedBook(BINANCE_FUTURES, Witness())
    assert comparison(sync, made.events) == (629, 629)
    assert made.holes == []


@pytest.mark.slow
def test_recorded_level_3_is_never_crossed_and_agrees_with_trades(shared_data: Path, tmp_path: Path) -> None:
    market = Market("bitstamp_orders", "btcusd", "1")
    lines = sorted(chain(order_lines(shared_data), trade_lines(shared_data)), key=lambda line: line[0])
    made = recorded(tmp_path, market, lines)
    crossed: list[bool] = []
    witness = Witness(lambda book: crossed.append(book.is_crossed))
    sync = SyncedOrders(witness)
    for event in made.events:
        sync.take(event)
    sync.settle()
    assert len(crossed) > 100_000
    assert not any(crossed)
    assert len(sync.orders.orders) == 6516
    assert [trade.id for trade in witness.trades] == [
        event.id for event in events_of(market, lines) if isinstance(event, Trade)
    ]
    assert sum(isinstance(event, Order) for event in made.events) == sum(
        isinstance(event, Order) for event in events_of(market, lines)
    )


@pytest.mark.parametrize("symbol", ["ethusd", "adaeur"])
def test_recorded_level_2_of_bitstamp_is_the_book_of_its_lines(shared_data: Path, tmp_path: Path, symbol: str) -> None:
    snapshots = dict(zip(REST_MARKETS, cryptofeed_lines(shared_data, "cryptofeed_BITSTAMP.http.0.0.gz"), strict=True))
    stream = list(cryptofeed_lines(shared_data, "cryptofeed_BITSTAMP.ws.1.0.gz"))
    lines = sorted([snapshots[symbol], *stream], key=lambda line: line[0])
    assert_same_book(Market("bitstamp", symbol, "0.00000001"), lines, tmp_path)


@pytest.mark.parametrize("symbol", ["DASH-BTC", "SKL-USD"])
def test_recorded_level_2_of_coinbase_is_the_book_of_its_lines(shared_data: Path, tmp_path: Path, symbol: str) -> None:
    lines = list(cryptofeed_lines(shared_data, "cryptofeed_COINBASE.ws.28.0.gz"))
    assert_same_book(Market("coinbase", symbol, "0.00000001"), lines, tmp_path)


def assert_same_book(market: Market, lines: list[tuple[int, str]], folder: Path) -> None:
    """What is recorded ends in the book that the lines themselves end in."""
    read = market.book(Witness())
    for event in events_of(market, lines):
        read.take(event)
    made = market.book(Witness())
    result = recorded(folder, market, lines)
    for event in result.events:
        made.take(event)
    assert isinstance(made, SyncedBook)
    assert isinstance(read, SyncedBook)
    assert made.is_synced
    assert (made.holes, result.holes) == ([], [])
    assert made.last == read.last
    assert made.book.bids.top(10**6) == read.book.bids.top(10**6)
    assert made.book.asks.top(10**6) == read.book.asks.top(10**6)


def test_best_prices_are_recorded(spot: tuple[Recorded, Path]) -> None:
    assert sum(isinstance(event, TopOfBook) for event in spot[0].events) > 20_000
