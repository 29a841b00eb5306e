"""Markets recorded in parts, as the recorder does it, but with lines that are there at once."""

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from lstm_sweep.market_store.base_bars import base_bars
from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.part import OpenPart
from lstm_sweep.orderbook.lines import events, line_of
from lstm_sweep.orderbook.market import Market
from lstm_sweep.orderbook.messages import BookCheckpoint
from lstm_sweep.orderbook.units import NANOSECONDS
from tests.orderbook.invented import START, invented

XYUSD = Market("binance", "XYUSD", "0.01")
MINUTE, HOUR = 60 * NANOSECONDS, 3_600 * NANOSECONDS

Lines = Sequence[tuple[int, str]]


def invented_lines(seed: int, count: int) -> list[tuple[int, str]]:
    """A market of Binance's form with its snapshot, 20 ms between two lines."""
    market = invented(seed, count)
    first = market.lines[0]
    return [first, (first[0], market.snapshot(0)), *market.lines[1:]]


def market_folder(root: Path, market: Market = XYUSD, base: int = NANOSECONDS) -> MarketFolder:
    folder = MarketFolder(root, market)
    folder.begin(base)
    return folder


def record(folder: MarketFolder, lines: Lines, rotations: Iterable[int] = (), ended: str = "stopped") -> list[int]:
    """Leave open parts of `lines`, closed; a new one goes on from the same book before each line of `rotations`."""
    feed, starts = folder.market.feed(), [lines[0][0]]
    turns = set(rotations)
    part = OpenPart.begin(folder, starts[0], None)
    bars = base_bars(folder, starts[0])
    book = folder.market.book(bars)
    for number, (received, payload) in enumerate(lines):
        if number in turns:
            checkpoint = BookCheckpoint(received, json.loads(json.dumps(book.checkpoint(received).state)))
            part.append(line_of(checkpoint).encode())
            part.append_bars(bars.bars)
            bars.bars.clear()
            part.close("rotation")
            starts.append(received)
            part = OpenPart.begin(folder, received, checkpoint)
        part.append(f"{received} {payload}".encode())
        for event in events(feed, f"{received} {payload}"):
            book.take(event)
        part.append_bars(bars.bars)
        bars.bars.clear()
    part.close(ended)
    return starts


def spread_out(lines: Lines, hours: float) -> list[tuple[int, str]]:
    """The same lines over so many hours."""
    step = int(hours * HOUR / len(lines))
    return [(START + step * number, payload) for number, (_, payload) in enumerate(lines)]


def files_of(folder: MarketFolder) -> dict[str, str]:
    """Digest of every file of a market but its locks, by its path."""
    return {
        str(path.relative_to(folder.path)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.path.rglob("*"))
        if path.is_file() and path.suffix != ".lock"
    }
