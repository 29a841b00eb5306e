"""Sealed files give the very events that the lines say, and bars those of a book that read the lines."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_sweep.market_store.base_bars import base_bars
from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.manifest import manifests_of
from lstm_sweep.market_store.part import OpenPart
from lstm_sweep.market_store.reading import read_bars, read_events
from lstm_sweep.market_store.sealing import seal, seal_abandoned
from lstm_sweep.market_store.tables.bars import bar_batch, bars_of, same_bars
from lstm_sweep.orderbook.bars import BookBar
from lstm_sweep.orderbook.lines import events
from lstm_sweep.orderbook.market import Market
from lstm_sweep.orderbook.messages import BookCheckpoint, Event, Levels, Lost, Order, OrderSnapshot, Snapshot
from tests.market_store.recorded import XYUSD, Lines, invented_lines, market_folder, record
from tests.orderbook.invented import START
from tests.orderbook.recordings import (
    FUTURES,
    NEXT_DAY,
    SPOT,
    cryptofeed_lines,
    order_lines,
    stamped_lines,
    trade_lines,
)

BITSTAMP = "cryptofeed_BITSTAMP.{}.0.gz"


def said(market: Market, lines: Lines) -> list[Event]:
    """The events of lines, without a store."""
    feed = market.feed()
    return [event for received, payload in lines for event in events(feed, f"{received} {payload}")]


def bars_without_store(folder: MarketFolder, found: list[Event]) -> list[BookBar]:
    bars = base_bars(folder, found[0].received)
    book = folder.market.book(bars)
    for event in found:
        book.take(event)
    return bars.bars


def sample(folder: Path, name: str) -> tuple[Market, list[tuple[int, str]]]:
    if name == "spot":
        return Market("binance", "BTCUSDT", "0.01"), stamped_lines(folder, SPOT) + stamped_lines(folder, NEXT_DAY)
    if name == "futures":
        return Market("binance_futures", "BTCUSDT", "0.1"), stamped_lines(folder, FUTURES)
    if name == "orders":
        lines = [*order_lines(folder), *trade_lines(folder)]
        return Market("bitstamp_orders", "btcusd", "1"), sorted(lines, key=lambda line: line[0])
    if name == "coinbase":
        lines = list(cryptofeed_lines(folder, "cryptofeed_COINBASE.ws.28.0.gz"))
        return Market("coinbase", "SKL-USD", "0.00000001"), lines
    lines = [*cryptofeed_lines(folder, BITSTAMP.format("http.0")), *cryptofeed_lines(folder, BITSTAMP.format("ws.1"))]
    return Market("bitstamp", "ethusd", "0.00000001"), lines


@pytest.mark.parametrize("name", ["spot", "futures", "orders", "coinbase", "levels"])
def test_samples_are_the_same_events_and_bars_open_and_sealed(shared_data: Path, tmp_path: Path, name: str) -> None:
    market, lines = sample(shared_data, name)
    folder, expected = market_folder(tmp_path, market), said(market, lines)
    record(folder, lines)
    assert list(read_events(folder)) == expected
    (manifest,) = seal_abandoned(folder)
    assert list(read_events(folder)) == expected
    middle = lines[len(lines) // 2][0]
    assert list(read_events(folder, None, middle)) == [event for event in expected if event.received < middle]
    bars = bars_without_store(folder, expected)
    assert same_bars(lines[0][0], bars, read_bars(folder))
    assert manifest.parts[0].lines == len(lines)
    assert sum(manifest.parts[0].messages.values()) == len(expected)


def test_sealed_files_are_as_small_as_the_docs_say(shared_data: Path, tmp_path: Path) -> None:
    sizes = {}
    for name in ("spot", "orders"):
        market, lines = sample(shared_data, name)
        folder = market_folder(tmp_path, market)
        record(folder, lines)
        (manifest,) = seal_abandoned(folder)
        sizes[name] = (manifest.files, sum(manifest.parts[0].messages.values()))
    book = sizes["spot"][0]["book"]
    assert book.bytes / book.rows <= 5
    files, messages = sizes["orders"]
    assert sum(file.bytes for kind, file in files.items() if kind != "raw") / messages <= 6.5


NUMBERS = st.integers(0, 2**40)
LEVELS = st.lists(st.tuples(NUMBERS, NUMBERS), max_size=4)


def pairs(levels: list[tuple[int, int]]) -> list[list[str]]:
    return [[f"{price / 100:.2f}", f"{size // 10**8}.{size % 10**8:08d}"] for price, size in levels]


def binance(stream: str, data: dict[str, object]) -> str:
    return json.dumps({"stream": f"xyusd@{stream}", "data": {"s": "XYUSD", **data}})


PAYLOADS = st.one_of(
    st.builds(
        lambda bids, asks, last: binance("depth", {"E": 1, "U": 1, "u": last, "b": pairs(bids), "a": pairs(asks)}),
        LEVELS,
        LEVELS,
        NUMBERS,
    ),
    st.builds(
        lambda bids, asks, head: json.dumps({"lastUpdateId": 7, "bids": pairs(bids), "asks": pairs(asks), **head}),
        LEVELS,
        LEVELS,
        st.sampled_from([{}, {"E": 5}]),
    ),
    st.builds(lambda t, m: binance("trade", {"t": t, "T": 3, "p": "1.5", "q": "2", "m": m}), NUMBERS, st.booleans()),
    st.builds(
        lambda u, head: binance("bookTicker", {"u": u, "b": "1", "B": "2", "a": "3", "A": "4", **head}),
        NUMBERS,
        st.sampled_from([{}, {"T": 5}]),
    ),
    st.sampled_from(
        [
            "",
            "{",
            '{"result": null}',
            "[]",
            "!lost it broke",
            '!checkpoint {"a": [1, null, "ü"]}',
            "!",
            '"\\u0000"',
            "NaN",
        ]
    ),
    st.text(max_size=20).map(lambda text: text.replace("\n", " ")),
)


@pytest.mark.parametrize(
    "payload",
    [
        binance("trade", {"t": 2**63, "T": 3, "p": "1", "q": "2", "m": True}),
        binance("trade", {"t": 1, "T": 10**18, "p": "1", "q": "2", "m": True}),
        binance("trade", {"t": 1, "T": 3, "p": "9" * 30, "q": "2", "m": True}),
        binance("bookTicker", {"u": 1, "b": "1", "B": "2", "a": "3", "A": "1e20"}),
        binance("depth", {"E": 1, "U": 1, "u": 2**64, "b": [], "a": []}),
    ],
)
def test_numbers_that_do_not_fit_into_64_bits_are_a_loss_and_stop_no_sealing(tmp_path: Path, payload: str) -> None:
    folder = market_folder(tmp_path)
    record(folder, [(START, payload), *invented_lines(5, 4)])
    opened = list(read_events(folder))
    assert isinstance(opened[0], Lost)
    assert "64 bits" in opened[0].reason or "whole number" in opened[0].reason
    seal_abandoned(folder)
    assert list(read_events(folder)) == opened


@pytest.mark.parametrize("line", [b"99999999999999999999 {}", b"", b" ", b"x {}", b"9223372036854775808 []"])
def test_a_line_whose_time_is_none_is_a_loss(tmp_path: Path, line: bytes) -> None:
    folder = market_folder(tmp_path)
    part = OpenPart.begin(folder, START, None)
    part.append(f"{START + 5} !lost it began".encode())
    part.append(line)
    part.close("stopped")
    opened = list(read_events(folder))
    assert [(type(event), event.received) for event in opened] == [(Lost, START + 5)] * 2
    seal_abandoned(folder)
    assert list(read_events(folder)) == opened


@settings(deadline=None, max_examples=60)
@given(lines=st.lists(st.tuples(st.integers(START, START + 10**10), PAYLOADS), min_size=1, max_size=40))
def test_whatever_lines_say_is_what_is_read_open_and_sealed(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[int, str]]
) -> None:
    folder, expected = market_folder(tmp_path_factory.mktemp("store")), said(XYUSD, lines)
    part = OpenPart.begin(folder, START, None)
    for received, payload in lines:
        part.append(f"{received} {payload}".encode())
    part.flush()
    assert list(read_events(folder)) == expected
    part.close("stopped")
    seal(folder, START, keep_raw=True)
    assert list(read_events(folder)) == expected


ORDERS = st.builds(
    lambda price, size, number, kind, action: json.dumps(
        {
            "event": f"order_{action}",
            "channel": "live_orders_btcusd",
            "data": {
                "id": number,
                "order_type": kind,
                "microtimestamp": "1",
                "amount_str": str(size),
                "price_str": str(price),
            },
        }
    ),
    NUMBERS,
    st.integers(0, 10**9),
    NUMBERS,
    st.integers(0, 1),
    st.sampled_from(["created", "changed", "deleted"]),
)
ORDER_BOOKS = st.builds(
    lambda bids, asks: json.dumps({"microtimestamp": "9", "bids": bids, "asks": asks}),
    st.lists(st.tuples(st.just("1"), st.just("2"), NUMBERS.map(str)), max_size=3),
    st.lists(st.tuples(st.just("3"), st.just("4"), NUMBERS.map(str)), max_size=3),
)


@settings(deadline=None, max_examples=40)
@given(payloads=st.lists(st.one_of(ORDERS, ORDER_BOOKS), min_size=1, max_size=30))
def test_orders_and_their_snapshots_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, payloads: list[str]
) -> None:
    market = Market("bitstamp_orders", "btcusd", "1")
    folder = market_folder(tmp_path_factory.mktemp("store"), market)
    lines = [(START + number, payload) for number, payload in enumerate(payloads)]
    expected = said(market, lines)
    assert {type(event) for event in expected} <= {Order, OrderSnapshot}
    record(folder, lines)
    seal_abandoned(folder, keep_raw=False)
    assert list(read_events(folder)) == expected


def test_rows_of_one_message_are_together_though_they_lie_in_many_batches(tmp_path: Path) -> None:
    folder = market_folder(tmp_path)
    levels = [(price, 1 + price) for price in range(1, 150_000)]
    whole = json.dumps({"lastUpdateId": 7, "bids": pairs(levels), "asks": []})
    lines = [(START + number, payload) for number, payload in enumerate([whole, '{"result": 1}', whole, whole])]
    record(folder, lines)
    (manifest,) = seal_abandoned(folder)
    assert manifest.files["book"].rows == 3 * len(levels)
    read = list(read_events(folder))
    assert all(isinstance(event, Snapshot) for event in read)
    assert read == said(XYUSD, lines)


def test_parts_that_go_on_from_each_other_are_one_stream_and_a_break_is_a_loss(tmp_path: Path) -> None:
    folder, lines = market_folder(tmp_path), invented_lines(1, 60)
    half = len(lines) // 2
    record(folder, lines[:half], rotations=[half // 2])
    record(folder, lines[half:])
    seal_abandoned(folder)
    read = list(read_events(folder))
    marks = [event for event in read if isinstance(event, Lost | BookCheckpoint)]
    assert [type(event) for event in marks] == [BookCheckpoint, BookCheckpoint, Lost]
    assert marks[2] == Lost(lines[half][0], "the recorder began anew")
    assert [event for event in read if not isinstance(event, Lost | BookCheckpoint)] == said(XYUSD, lines)
    assert sum(isinstance(event, Levels) for event in read) == 60


def test_reading_begins_with_the_part_that_holds_the_start(tmp_path: Path) -> None:
    folder, lines = market_folder(tmp_path), invented_lines(2, 60)
    starts = record(folder, lines, rotations=[20, 50])
    seal(folder, starts[0], keep_raw=True)
    for start in (lines[50][0], lines[50][0] + 1, lines[-1][0]):
        read = list(read_events(folder, start))
        assert isinstance(read[0], BookCheckpoint)
        assert read[1:] == said(XYUSD, lines[50:])
    assert next(iter(read_events(folder, lines[50][0] - 1))).received == lines[20][0]
    assert next(iter(read_events(folder, 0))).received == lines[0][0]


def test_each_part_alone_gives_the_bars_of_the_whole(tmp_path: Path) -> None:
    folder, lines = market_folder(tmp_path), invented_lines(3, 300)
    starts = record(folder, lines, rotations=[100, 101, 250, 400])
    whole = bars_without_store(folder, said(XYUSD, lines))
    opened = [bar for batch in read_bars(folder) for bar in bars_of(batch)]
    seal_abandoned(folder)
    sealed = [bar for batch in read_bars(folder) for bar in bars_of(batch)]
    assert len(starts) == 5
    assert len(whole) > 8
    for bars in (opened, sealed):
        assert same_bars(0, whole, [bar_batch(0, bars)])


def test_bars_of_a_span_are_those_that_begin_in_it(tmp_path: Path) -> None:
    folder, lines = market_folder(tmp_path), invented_lines(4, 300)
    record(folder, lines, rotations=[200])
    seal(folder, lines[0][0], keep_raw=True)
    whole = [bar for batch in read_bars(folder) for bar in bars_of(batch)]
    start, end = whole[2].start, whole[7].start
    span = [bar for batch in read_bars(folder, start, end) for bar in bars_of(batch)]
    assert [bar.start for bar in span] == [bar.start for bar in whole[2:7]]
    assert len(manifests_of(folder)) == 1
