"""Stores that were recorded a moment ago: of a sample, or of invented lines."""

from collections.abc import Sequence
from pathlib import Path

from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.part import OpenPart
from lstm_sweep.market_store.sealing import seal
from lstm_sweep.orderbook.market import Market

SPOT_MARKET = Market("binance", "BTCUSDT", "0.01")


def stored(root: Path, lines: Sequence[tuple[int, str]], market: Market = SPOT_MARKET) -> MarketFolder:
    """A store with one sealed part of these lines."""
    folder = MarketFolder(root, market)
    folder.begin()
    part = OpenPart.begin(folder, lines[0][0], None)
    for received, payload in lines:
        part.append(f"{received} {payload}".encode())
    part.close("all was recorded")
    seal(folder, lines[0][0], keep_raw=False)
    return folder
