"""Lines of each exchange: read exactly, refused where they are none, passed over where they are another market's."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_sweep.errors import UserError
from lstm_sweep.orderbook.feeds.binance import BinanceFutures, BinanceSpot
from lstm_sweep.orderbook.feeds.bitstamp import Bitstamp, BitstampOrders
from lstm_sweep.orderbook.feeds.coinbase import Coinbase
from lstm_sweep.orderbook.feeds.feed import Feed, MalformedLineError, stamped
from lstm_sweep.orderbook.messages import Levels, Order, OrderSnapshot, Snapshot, TopOfBook, Trade
from lstm_sweep.orderbook.units import SIZES, Counts, Ticks, nanoseconds, nanoseconds_of_iso

DEPTH = {"e": "depthUpdate", "E": 1723161255208, "s": "BTCUSDT", "U": 7, "u": 9, "b": [["61730.17", "0.5"]], "a": []}
LINES: list[tuple[Feed, object, object]] = [
    (
        BinanceSpot("BTCUSDT", "0.01"),
        {"stream": "btcusdt@depth@100ms", "data": DEPTH},
        Levels(5, 1723161255208000000, 7, 9, None, ((6173017, 50000000),), ()),
    ),
    (
        BinanceFutures("BTCUSDT", "0.01"),
        {"stream": "btcusdt@depth@0ms", "data": {**DEPTH, "pu": 4}},
        Levels(5, 1723161255208000000, 7, 9, 4, ((6173017, 50000000),), ()),
    ),
    (
        BinanceSpot("BTCUSDT", "0.01"),
        {"lastUpdateId": 50093239218, "bids": [["61837.63000000", "3.78826000"]], "asks": []},
        Snapshot(5, None, 50093239218, ((6183763, 378826000),), ()),
    ),
    (
        BinanceSpot("BTCUSDT", "0.01"),
        {
            "stream": "btcusdt@trade",
            "data": {"e": "trade", "E": 3, "s": "BTCUSDT", "t": 11, "p": "61837.63", "q": "0.02", "T": 2, "m": True},
        },
        Trade(5, 2000000, 11, 6183763, 2000000, is_buy=False),
    ),
    (
        BinanceSpot("BTCUSDT", "0.01"),
        {
            "stream": "btcusdt@bookTicker",
            "data": {"u": 8, "s": "BTCUSDT", "b": "1.00", "B": "2", "a": "1.01", "A": "3"},
        },
        TopOfBook(5, None, 8, 100, 200000000, 101, 300000000),
    ),
    (
        Bitstamp("btcusd", "1"),
        {
            "data": {"timestamp": "1", "microtimestamp": "1000002", "bids": [["7", "0.00000001"]], "asks": []},
            "channel": "diff_order_book_btcusd",
            "event": "data",
        },
        Levels(5, 1000002000, 1000002, 1000002, None, ((7, 1),), ()),
    ),
    (
        Bitstamp("btcusd", "1"),
        {
            "data": {
                **{"id": 3, "microtimestamp": "4", "amount_str": "0.5", "price_str": "7", "type": 1},
                **{"buy_order_id": 1, "sell_order_id": 2, "amount": 0.5, "price": 7},
            },
            "channel": "live_trades_btcusd",
            "event": "trade",
        },
        Trade(5, 4000, 3, 7, 50000000, False, 1, 2),
    ),
    (
        BitstampOrders("btcusd", "1"),
        {
            "data": {"id": 3, "microtimestamp": "4", "amount_str": "1e-08", "price_str": "7", "order_type": 0},
            "channel": "live_orders_btcusd",
            "event": "order_changed",
        },
        Order(5, 4000, 3, "changed", True, 7, 1),
    ),
    (
        BitstampOrders("btcusd", "1"),
        {"microtimestamp": "4", "bids": [["7", "1", "30"]], "asks": [["8", "2", "31"]]},
        OrderSnapshot(
            5, 4000, (Order(5, 4000, 30, "created", True, 7, 10**8), Order(5, 4000, 31, "created", False, 8, 2 * 10**8))
        ),
    ),
    (
        Coinbase("A-B", "0.1"),
        {
            **{"type": "l2update", "product_id": "A-B", "time": "1970-01-01T00:00:01.000002Z"},
            "changes": [["sell", "1.2", "3"], ["buy", "1.1", "0"]],
        },
        Levels(5, 1000002000, 1000002000, 1000002000, None, ((11, 0),), ((12, 3 * 10**8),)),
    ),
    (
        Coinbase("A-B", "0.1"),
        {
            **{"type": "match", "product_id": "A-B", "time": "1970-01-01T00:00:01Z", "trade_id": 4, "side": "sell"},
            **{"price": "1.2", "size": "1"},
        },
        # The seller rested, so the buyer came second.
        Trade(5, 10**9, 4, 12, 10**8, is_buy=True),
    ),
]


@pytest.mark.parametrize(("feed", "data", "message"), LINES)
def test_line_becomes_its_message(feed: Feed, data: object, message: object) -> None:
    assert feed.messages(json.dumps(data), 5) == (message,)
    assert feed.messages(json.dumps(data).encode(), 5) == (message,)


@pytest.mark.parametrize(("feed", "data", "message"), LINES)
def test_line_that_is_cut_or_lacks_something_is_refused(feed: Feed, data: dict[str, object], message: object) -> None:
    text = json.dumps(data)
    for length in range(len(text)):
        with pytest.raises(MalformedLineError):
            feed.messages(text[:length], 5)
    for wrong in ("-1", "x", "", "1.2.3", "NaN", "1_0", "٣", None, 7.5):
        spoilt = text.replace('"7"', json.dumps(wrong)).replace('"1.2"', json.dumps(wrong))
        if spoilt != text:
            with pytest.raises(MalformedLineError):
                feed.messages(spoilt, 5)


@pytest.mark.parametrize("wrong", [-1, 7.0, 7.5, True, None, 2**64, "7.0", "-7", "", "٣", [7]])
@pytest.mark.parametrize(("feed", "data", "message"), LINES)
def test_number_of_a_message_that_is_not_whole_is_refused(
    feed: Feed, data: dict[str, object], message: object, wrong: object
) -> None:
    numbers = ("u", "U", "E", "T", "t", "pu", "id", "lastUpdateId", "microtimestamp", "trade_id", "buy_order_id")
    texts = [
        json.dumps({**outer, "data": {**inner, name: wrong}} if inner else {**outer, name: wrong})
        for outer, inner in [(data, dict(data.get("data", {})))]  # type: ignore[call-overload]
        for name in numbers
        if name in (inner or outer) and (name != "E" or "b" in inner)
    ]
    for text in texts:
        with pytest.raises(MalformedLineError, match="whole number"):
            feed.messages(text, 5)


def test_bytes_that_are_no_text_are_refused_as_such() -> None:
    for payload in (b'{"stream":"\xff"}', "\ud800", b"", '{"U": NaN}', '{"a": 1}x'):
        with pytest.raises(MalformedLineError, match="JSONDecodeError"):
            BinanceSpot("BTCUSDT", "0.01").messages(payload, 5)


def test_counts_are_kept_within_bounds_and_equal_those_that_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lstm_sweep.orderbook.units.REMEMBERED", 5)
    counts = Counts(SIZES)
    for number in [*range(20), *range(20)]:
        assert counts[f"{number}.5"] == SIZES.count(f"{number}.5")
        assert len(counts) <= 5
    with pytest.raises(ValueError, match="no number"):
        counts["x"]
    assert "x" not in counts


@pytest.mark.parametrize("text", ["[]", "3", "null", '"a"', "{}", '{"stream": 3, "data": {}}', "[" * 100_000])
@pytest.mark.parametrize("feed", [line[0] for line in LINES[::4]])
def test_json_that_no_exchange_sends_is_refused(feed: Feed, text: str) -> None:
    with pytest.raises(MalformedLineError):
        feed.messages(text, 5)


@pytest.mark.parametrize(
    ("feed", "text"),
    [
        (BinanceSpot("ETHUSDT", "0.01"), json.dumps(LINES[0][1])),
        (BinanceSpot("ETHUSDT", "0.01"), '{"result": null, "id": 1}'),
        (BinanceSpot("BTCUSDT", "0.01"), '{"stream": "btcusdt@kline_1m", "data": {}}'),
        (Bitstamp("ethusd", "1"), json.dumps(LINES[5][1])),
        (
            Bitstamp("btcusd", "1"),
            '{"event": "bts:subscription_succeeded", "channel": "diff_order_book_btcusd", "data": {}}',
        ),
        (Bitstamp("btcusd", "1"), json.dumps(LINES[7][1])),
        (Coinbase("A-C", "0.1"), json.dumps(LINES[9][1])),
        (Coinbase("A-B", "0.1"), '{"type": "subscriptions", "channels": []}'),
    ],
)
def test_line_of_another_market_or_of_the_connection_is_passed_over(feed: Feed, text: str) -> None:
    assert feed.messages(text, 5) == ()


def test_stream_with_the_data_of_another_market_is_refused() -> None:
    with pytest.raises(MalformedLineError, match="ETHUSDT"):
        BinanceSpot("BTCUSDT", "0.01").messages(json.dumps(LINES[0][1]).replace("BTCUSDT", "ETHUSDT"), 5)


@given(count=st.integers(0, 10**15), tick=st.sampled_from(["0.01", "0.05", "1", "25", "0.00000001", "1e-10", "0.5"]))
def test_number_is_counted_exactly_however_it_is_written(count: int, tick: str) -> None:
    number = Decimal(tick) * count
    for text in (f"{number:f}", f"{number:e}", f"{number:.20f}"):
        assert Ticks.of(tick).count(text) == count
    assert Ticks.of(tick).value(count) == pytest.approx(float(number), rel=1e-15)


@pytest.mark.parametrize(("tick", "text"), [("0.05", "1.01"), ("0.01", "1.001"), ("1", "0.5"), ("25", "30")])
def test_price_between_two_steps_is_refused(tick: str, text: str) -> None:
    with pytest.raises(ValueError, match="no whole multiple"):
        Ticks.of(tick).count(text)


@pytest.mark.parametrize("tick", ["0", "-1", "x", "", "NaN", "inf"])
def test_step_that_is_no_number_above_zero_is_refused_in_one_sentence(tick: str) -> None:
    with pytest.raises(UserError, match="must be a number above zero"):
        BinanceSpot("BTCUSDT", tick)


def test_times_are_read_to_the_nanosecond() -> None:
    assert nanoseconds("1633998512.0633569") == 1633998512063356900
    assert nanoseconds("7") == 7 * 10**9
    assert nanoseconds_of_iso("2021-04-17T16:43:37.075687Z") == 1618677817075687000
    assert stamped('1723161253937085768 {"a": 1}') == (1723161253937085768, '{"a": 1}')
    for line in ("x {}", "", "-1 {}", "1.5 {}"):
        with pytest.raises(MalformedLineError):
            stamped(line)


def test_sizes_of_any_exchange_fit() -> None:
    assert SIZES.count("4567.41344936") == 456741344936
    assert SIZES.count("0.0") == 0
