"""How exchanges are reached, word for word as their documents say."""

import json

import pytest

from lstm_sweep.orderbook.market import EXCHANGES
from lstm_sweep.recorder.exchanges.known import WEB_EXCHANGES


def test_every_exchange_whose_feed_is_known_can_be_recorded() -> None:
    assert WEB_EXCHANGES.keys() == EXCHANGES.keys()


@pytest.mark.parametrize(
    ("name", "symbol", "address"),
    [
        (
            "binance",
            "BTCUSDT",
            "wss://stream.binance.com:9443/stream?streams=btcusdt@depth@100ms/btcusdt@trade/btcusdt@bookTicker",
        ),
        (
            "binance_futures",
            "BTCUSDT",
            "wss://fstream.binance.com/public/stream?streams=btcusdt@depth@100ms/btcusdt@trade/btcusdt@bookTicker",
        ),
        ("bitstamp", "btcusd", "wss://ws.bitstamp.net"),
        ("coinbase", "BTC-USD", "wss://ws-feed.exchange.coinbase.com"),
    ],
)
def test_address_of_the_websocket(name: str, symbol: str, address: str) -> None:
    exchange = WEB_EXCHANGES[name]
    assert exchange.url + exchange.stream(symbol) == address


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("binance", "https://api.binance.com/api/v3/depth?symbol=BTCUSDT&limit=5000"),
        ("binance_futures", "https://fapi.binance.com/fapi/v1/depth?symbol=BTCUSDT&limit=1000"),
        ("bitstamp", "https://www.bitstamp.net/api/v2/order_book/btcusdt/?group=1"),
        ("bitstamp_orders", "https://www.bitstamp.net/api/v2/order_book/btcusdt/?group=2"),
    ],
)
def test_address_of_a_snapshot(name: str, address: str) -> None:
    exchange = WEB_EXCHANGES[name]
    assert f"{exchange.rest_url}{exchange.snapshot(exchange.symbol('BTC/USDT'))}" == address


def test_what_is_said_once_connected() -> None:
    said = {name: [json.loads(each) for each in WEB_EXCHANGES[name].subscriptions("btcusd")] for name in WEB_EXCHANGES}
    assert said["binance"] == said["binance_futures"] == []
    for name, channel in (("bitstamp", "diff_order_book"), ("bitstamp_orders", "live_orders")):
        assert said[name] == [
            {"event": "bts:subscribe", "data": {"channel": f"{channel}_btcusd"}},
            {"event": "bts:subscribe", "data": {"channel": "live_trades_btcusd"}},
        ]
    [subscription] = WEB_EXCHANGES["coinbase"].subscriptions("BTC-USD")
    assert json.loads(subscription) == {
        "type": "subscribe",
        "product_ids": ["BTC-USD"],
        "channels": ["level2_batch", "matches", "heartbeat"],
    }


@pytest.mark.parametrize(
    ("name", "facts", "tick"),
    [
        (
            "binance",
            '{"symbols":[{"symbol":"BTCUSDT","filters":[{"filterType":"PRICE_FILTER","minPrice":"0.01000000",'
            '"tickSize":"0.01000000"},{"filterType":"LOT_SIZE","stepSize":"0.00001000"}]}]}',
            "0.01",
        ),
        (
            "binance_futures",
            '{"symbols":[{"symbol":"XUSDT","filters":[{"filterType":"PRICE_FILTER","tickSize":"5"}]},'
            '{"symbol":"BTCUSDT","filters":[{"filterType":"PRICE_FILTER","tickSize":"0.10"}]}]}',
            "0.1",
        ),
        (
            "bitstamp",
            '[{"name":"BTC/USDT","url_symbol":"btcusdt","base_decimals":8,"counter_decimals":2,"trading":"Enabled"}]',
            "0.01",
        ),
        ("bitstamp_orders", '[{"url_symbol":"btcusdt","counter_decimals":0}]', "1"),
        ("coinbase", '{"id":"BTC-USDT","base_increment":"0.00000001","quote_increment":"0.01"}', "0.01"),
        ("binance", '{"symbols":[]}', None),
        ("bitstamp", '[{"url_symbol":"btceur","counter_decimals":0}]', None),
        ("coinbase", '{"id":"BTC-EUR","quote_increment":"0.01"}', None),
    ],
)
def test_tick_is_what_the_exchange_says_of_the_market(name: str, facts: str, tick: str | None) -> None:
    exchange = WEB_EXCHANGES[name]
    assert exchange.tick(json.loads(facts), exchange.symbol("BTC/USDT")) == tick


@pytest.mark.parametrize(
    ("name", "answer", "headers", "time"),
    [
        ("binance", '{"serverTime":1723161255208}', {}, 1_723_161_255_208_000_000),
        ("coinbase", '{"iso":"2015-01-07T23:47:25.201Z","epoch":1420674445.201}', {}, 1_420_674_445_201_000_000),
        ("bitstamp", "{}", {"Date": "Thu, 08 Aug 2024 23:54:15 GMT"}, 1_723_161_255_500_000_000),
    ],
)
def test_time_of_an_exchange(name: str, answer: str, headers: dict[str, str], time: int) -> None:
    assert WEB_EXCHANGES[name].time(json.loads(answer), headers) == time


@pytest.mark.parametrize(
    ("name", "payload", "said"),
    [
        ("bitstamp", '{"event":"bts:request_reconnect","channel":"","data":""}', "the exchange asked to connect anew"),
        ("bitstamp_orders", '{"event":"bts:error","channel":"","data":{"code":null,"message":"x"}}', "refused"),
        ("coinbase", '{"type":"error","message":"Failed to subscribe","reason":"BTC-X is not valid"}', "refused"),
        ("bitstamp", '{"event":"bts:subscription_succeeded","channel":"live_trades_btcusd","data":{}}', None),
        ("binance", '{"stream":"btcusdt@trade","data":{"e":"trade"}}', None),
        ("coinbase", '{"type":"l2update","product_id":"BTC-USD"}', None),
    ],
)
def test_exchange_may_want_a_connection_to_end(name: str, payload: str, said: str | None) -> None:
    reason = WEB_EXCHANGES[name].farewell(payload)
    assert reason is None if said is None else reason is not None and said in reason
