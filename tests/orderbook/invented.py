"""An invented market of Binance's form: its lines, and what its book truly was after each change."""

import json
from dataclasses import dataclass, field

import numpy as np

START = 1_700_000_000_000_000_000
STEP = 20_000_000
"""Nanoseconds between two lines."""

SizeAt = dict[int, int]


@dataclass
class Invented:
    """Prices in ticks of 0.01, sizes in 1e-8.

    Attributes:
        lines: depth, trades and quotes, without snapshots.
        books: bids and asks after each depth message, by the number of its last change; 0 is the beginning.
        depths: the places of depth messages in `lines`.
    """

    lines: list[tuple[int, str]] = field(default_factory=list)
    books: dict[int, tuple[SizeAt, SizeAt]] = field(default_factory=dict)
    depths: list[int] = field(default_factory=list)

    def snapshot(self, last: int) -> str:
        """What REST would answer just after a change."""
        bids, asks = (_texts(side) for side in self.books[last])
        return json.dumps({"lastUpdateId": last, "bids": bids, "asks": asks})


def invented(seed: int, count: int, *, is_futures: bool = False) -> Invented:
    """A market of `count` depth messages, each followed by a trade and a quote at times."""
    rng = np.random.default_rng(seed)
    market, last, trade, centre = Invented(), 0, 0, 5_000
    bids = {centre - 1 - step: int(rng.integers(1, 10**9)) for step in range(15)}
    asks = {centre + 1 + step: int(rng.integers(1, 10**9)) for step in range(15)}
    market.books[0] = (dict(bids), dict(asks))
    for _ in range(count):
        centre += int(rng.integers(-3, 4)) if rng.random() < 0.3 else 0
        changes = _changes(rng, bids, asks, centre)
        previous, first = last, last + (3 if is_futures else 1)
        last = first + int(rng.integers(0, 4))
        pairs = {"b": _texts(changes[0]), "a": _texts(changes[1])}
        market.depths.append(len(market.lines))
        _add(market, "depth@100ms", {"U": first, "u": last, "pu": previous, **pairs})
        market.books[last] = (dict(bids), dict(asks))
        for _ in range(int(rng.integers(0, 3))):
            trade += 1
            price, size = _text(centre, 2), _text(int(rng.integers(1, 10**9)), 8)
            _add(market, "trade", {"t": trade, "T": 1, "p": price, "q": size, "m": bool(rng.random() < 0.5)})
        if rng.random() < 0.7:
            bid, ask = max(bids), min(asks)
            best = {"b": _text(bid, 2), "B": _text(bids[bid], 8), "a": _text(ask, 2), "A": _text(asks[ask], 8)}
            _add(market, "bookTicker", {"u": last, **best})
    return market


def _changes(rng: np.random.Generator, bids: SizeAt, asks: SizeAt, centre: int) -> tuple[SizeAt, SizeAt]:
    """Change both sides around a new centre; returns the new sizes, zero where a level went."""
    changed: tuple[SizeAt, SizeAt] = ({}, {})
    for side, news, sign in ((bids, changed[0], -1), (asks, changed[1], 1)):
        news.update(dict.fromkeys((price for price in side if (price - centre) * sign <= 0), 0))
        for offset in rng.integers(1, 16, size=4):
            news[centre + sign * int(offset)] = int(rng.integers(1, 10**9)) if rng.random() < 0.7 else 0
        news[centre + sign * 16] = int(rng.integers(1, 10**9))
        side.update(news)
        for price in [price for price, size in side.items() if not size]:
            del side[price]
    return changed


def _add(market: Invented, stream: str, data: dict[str, object]) -> None:
    received = START + STEP * len(market.lines)
    event = {"e": stream.partition("@")[0].replace("depth", "depthUpdate"), "E": received // 10**6, "s": "XYUSD"}
    payload = json.dumps({"stream": f"xyusd@{stream}", "data": {**event, **data}})
    market.lines.append((received, payload))


def _texts(side: SizeAt) -> list[list[str]]:
    return [[_text(price, 2), _text(size, 8)] for price, size in side.items()]


def _text(count: int, decimals: int) -> str:
    digits = str(count).zfill(decimals + 1)
    return f"{digits[:-decimals]}.{digits[-decimals:]}"
