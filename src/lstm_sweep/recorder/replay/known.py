"""The server's side of each exchange that can be recorded."""

from lstm_sweep.orderbook.market import Market
from lstm_sweep.recorder.replay.served import ServedMarket
from lstm_sweep.recorder.replay.served_binance import ServedBinance
from lstm_sweep.recorder.replay.served_bitstamp import ServedBitstamp
from lstm_sweep.recorder.replay.served_coinbase import ServedCoinbase

_SERVED: dict[str, type[ServedMarket]] = {
    "binance": ServedBinance,
    "binance_futures": ServedBinance,
    "bitstamp": ServedBitstamp,
    "bitstamp_orders": ServedBitstamp,
    "coinbase": ServedCoinbase,
}


def served_market(market: Market) -> ServedMarket:
    """A market as its exchange serves it."""
    return _SERVED[market.exchange](market)
