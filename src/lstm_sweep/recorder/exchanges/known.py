"""The exchanges that can be recorded, by the names of `lstm_sweep.orderbook.market.EXCHANGES`."""

from typing import Final

from lstm_sweep.recorder.exchanges.binance import BinanceWeb
from lstm_sweep.recorder.exchanges.bitstamp import BitstampWeb
from lstm_sweep.recorder.exchanges.coinbase import CoinbaseWeb
from lstm_sweep.recorder.exchanges.exchange import WebExchange

_BITSTAMP: Final = ("wss://ws.bitstamp.net", "https://www.bitstamp.net", 20.0)

WEB_EXCHANGES: Final[dict[str, WebExchange]] = {
    "binance": BinanceWeb("wss://stream.binance.com:9443", "https://api.binance.com"),
    "binance_futures": BinanceWeb(
        "wss://fstream.binance.com/public",
        "https://fapi.binance.com",
        path="/fapi/v1",
        levels=1000,
        has_one=False,
    ),
    "bitstamp": BitstampWeb(*_BITSTAMP),
    "bitstamp_orders": BitstampWeb(*_BITSTAMP, channel="live_orders", group=2),
    "coinbase": CoinbaseWeb("wss://ws-feed.exchange.coinbase.com", "https://api.exchange.coinbase.com", 20.0),
}
