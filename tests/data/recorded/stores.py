"""Stores that were recorded a moment ago: of a sample, or of invented lines."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from lstm_sweep.market_store.base_bars import base_bars
from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.part import OpenPart
from lstm_sweep.market_store.sealing import seal
from lstm_sweep.orderbook.lines import events
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


class Recording:
    """A market that is being recorded, line by line."""

    def __init__(self, root: Path, start: int, market: Market = SPOT_MARKET) -> None:
        self.folder = MarketFolder(root, market)
        self.folder.begin()
        self._feed = market.feed()
        self._bars = base_bars(self.folder, start)
        self._book = market.book(self._bars)
        self._part = OpenPart.begin(self.folder, start, None)

    def add(self, lines: Iterable[tuple[int, str]]) -> None:
        """Write lines and the bars that they close."""
        for received, payload in lines:
            line = f"{received} {payload}"
            self._part.append(line.encode())
            for event in events(self._feed, line):
                self._book.take(event)
            self._part.append_bars(self._bars.bars)
            self._bars.bars.clear()
        self._part.flush()

    def rotate(self, start: int) -> None:
        """Seal what there is, and go on from the same book."""
        checkpoint = self._book.checkpoint(start)
        self._part.append_bars(self._bars.bars)
        self._bars.bars.clear()
        before = self._part.start
        self._part.close("rotation")
        self._part = OpenPart.begin(self.folder, start, checkpoint)
        seal(self.folder, before, keep_raw=False)

    def end(self) -> None:
        """Seal the last part."""
        self._part.close("all was recorded")
        seal(self.folder, self._part.start, keep_raw=False)
