"""A store of as many rows as are asked for: a market whose book is never crossed, in the mix of Bitcoin's."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lstm_sweep.market_store.layout import Kind, MarketFolder
from lstm_sweep.market_store.manifest import Manifest, SealedPart, write_manifest
from lstm_sweep.market_store.tables.table import PLACE
from lstm_sweep.market_store.writing import SCHEMAS, PartFiles
from lstm_sweep.orderbook.market import Market
from lstm_sweep.orderbook.units import NANOSECONDS

MARKET = Market("binance", "SYNTHETIC", "0.01")
START = 1_700_000_000 // 3600 * 3600 * NANOSECONDS
RATE = 2_000
"""Messages a second."""
QUOTES, TRADES, LEVELS = 0.735, 0.2, 46
"""Shares of messages that are quotes and trades; the others are changes of so many levels."""
CENTRE, DEPTH = 6_000_000, 2_000
"""Ticks: bids lie below, asks above, as far as that."""
CHUNK = 100_000
"""Messages that are made at once."""


def make_store(root: Path, rows: int) -> MarketFolder:
    """Seal hours of so many rows in all, without bars."""
    folder = MarketFolder(root, MARKET)
    folder.begin()
    rows_a_message = QUOTES + TRADES + (1 - QUOTES - TRADES) * LEVELS
    messages, hour, number = int(rows / rows_a_message), 3600 * RATE, 0
    while number * hour < messages:
        _seal_hour(folder, START + number * 3600 * NANOSECONDS, min(hour, messages - number * hour), number)
        number += 1
    return folder


def _seal_hour(folder: MarketFolder, start: int, messages: int, seed: int) -> None:
    rng, files = np.random.default_rng(seed), PartFiles(folder, start)
    last, trade = 1, seed * 3600 * RATE
    files.write("book", _beginning(start))
    for first in range(2, messages, CHUNK):
        lines = np.arange(first, min(messages, first + CHUNK))
        kinds = rng.random(len(lines))
        received = start + lines * (NANOSECONDS // RATE)
        quoted, traded = kinds < QUOTES, (kinds >= QUOTES) & (kinds < QUOTES + TRADES)
        changed = ~(quoted | traded)
        files.write("quotes", _quotes(rng, start, lines[quoted], received[quoted]))
        files.write("trades", _trades(rng, start, lines[traded], received[traded], trade))
        files.write("book", _changes(rng, start, lines[changed], received[changed], last))
        trade, last = trade + int(traded.sum()), last + int(changed.sum())
    # A quote at the end of the last second, which closes its base bar.
    end = start + -(-messages // RATE) * NANOSECONDS
    files.write("quotes", _quotes(rng, start, np.array([messages]), np.array([end])))
    part = SealedPart(
        start=start,
        first=start,
        last=end,
        lines=messages + 1,
        messages={},
        rows={str(kind): count for kind, count in files.rows.items()},
        changes=None,
        trades=None,
        has_checkpoint=False,
        holes=(),
        clock=(),
        ended="made",
        unfinished=0,
        raw="left out",
    )
    write_manifest(folder, Manifest(str(start), files.publish(), (part,)))


def _beginning(start: int) -> pa.RecordBatch:
    """A change, and the snapshot that it joins."""
    offsets = np.arange(1, DEPTH + 1)
    sides = np.repeat([True, False], DEPTH)
    prices = np.concatenate([CENTRE - offsets, CENTRE + offsets])
    count = 1 + len(prices)
    is_snapshot = np.arange(count) > 0
    return _batch(
        "book",
        start,
        np.where(is_snapshot, 1, 0),
        np.full(count, start),
        first=pa.array(np.ones(count, np.int64), mask=is_snapshot),
        last=np.where(is_snapshot, 0, 1),
        is_snapshot=is_snapshot,
        is_bid=np.concatenate([[True], sides]),
        price=np.concatenate([[CENTRE - 1], prices]),
        size=np.full(count, 10**8),
    )


def _changes(
    rng: np.random.Generator, start: int, lines: NDArray[np.int64], received: NDArray[np.int64], last: int
) -> pa.RecordBatch:
    count = len(lines) * LEVELS
    is_bid = np.tile(np.arange(LEVELS) < LEVELS // 2, len(lines))
    offsets = 1 + (rng.exponential(DEPTH / 20, count)).astype(np.int64).clip(0, DEPTH)
    numbers = np.repeat(last + 1 + np.arange(len(lines)), LEVELS)
    return _batch(
        "book",
        start,
        np.repeat(lines, LEVELS),
        np.repeat(received, LEVELS),
        **{"time": np.repeat(received, LEVELS), "first": numbers, "last": numbers},
        is_snapshot=np.zeros(count, bool),
        is_bid=is_bid,
        price=CENTRE + np.where(is_bid, -offsets, offsets),
        size=np.where(rng.random(count) < 0.3, 0, rng.integers(1, 10**5, count) * 1000),
    )


def _quotes(
    rng: np.random.Generator, start: int, lines: NDArray[np.int64], received: NDArray[np.int64]
) -> pa.RecordBatch:
    bid = CENTRE - 1 - rng.integers(0, 3, len(lines))
    sizes = rng.integers(1, 10**5, (2, len(lines))) * 1000
    numbers = {"last": lines, "bid": bid, "bid_size": sizes[0], "ask": bid + 2, "ask_size": sizes[1]}
    return _batch("quotes", start, lines, received, **numbers)


def _trades(
    rng: np.random.Generator, start: int, lines: NDArray[np.int64], received: NDArray[np.int64], trade: int
) -> pa.RecordBatch:
    count = len(lines)
    return _batch(
        "trades",
        start,
        lines,
        received,
        **{"time": received, "id": trade + 1 + np.arange(count), "price": CENTRE + rng.integers(-50, 51, count)},
        size=rng.integers(1, 10**5, count) * 1000,
        is_buy=rng.random(count) < 0.5,
    )


def _batch(
    kind: Kind, start: int, lines: NDArray[np.int64], received: NDArray[np.int64], **columns: Any
) -> pa.RecordBatch:
    """Rows of a table; columns that are not named are null."""
    place = dict(
        zip((name for name, _ in PLACE), (np.full(len(lines), start), lines, 0 * lines, received), strict=True)
    )
    given = place | columns
    arrays = [
        pa.array(given[field.name]).cast(field.type) if field.name in given else pa.nulls(len(lines), field.type)
        for field in SCHEMAS[kind]
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMAS[kind])
