"""A simulated market of Binance's form in which order flow says, as much as is wanted, where the price goes next.

In each ten seconds the middle of the book moves by a whole number of ticks, and then orders come to one side of it. By
how much it moves is drawn with a correlation of `signal` with what came in the ten seconds before, and is independent
of all else: with a signal of zero it is a random walk, and nothing that is known says anything of it.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from lstm_sweep.orderbook.market import Market
from lstm_sweep.orderbook.units import NANOSECONDS

MARKET: Final = Market("binance", "XYUSD", "0.01")
BEGIN: Final = 1_700_000_400 * NANOSECONDS
"""A multiple of ten minutes."""

BAR: Final = 10 * NANOSECONDS
MILLISECOND: Final = 1_000_000
MIDDLE: Final = 100_000
"""The best bid at the beginning, in ticks."""

MOVE: Final = 5.0
"""Standard deviation of what the middle moves by in ten seconds, in ticks."""

SIZE: Final = 10**8
"""What usually rests at a price."""

FLOW: Final = 20 * SIZE
"""Standard deviation of what comes in ten seconds: far more than what moves of the middle leave in order flow."""

STEPS: Final = 4
"""In which it comes."""


def simulated_lines(seed: int, seconds: int, signal: float) -> list[tuple[int, str]]:
    """Local times in nanoseconds, and what was received: a snapshot, then depth, quotes and trades.

    Args:
        seed: of all that is random.
        seconds: how long the market lasts; a multiple of ten.
        signal: correlation of the flow of ten seconds with the move of the next ten, from -1 to 1.
    """
    rng = np.random.default_rng(seed)
    bars = seconds // 10
    flows = rng.standard_normal(bars)
    noise = rng.standard_normal(bars)
    known = np.concatenate([[0.0], flows[:-1]])
    moves = np.rint(MOVE * (signal * known + np.sqrt(1 - signal**2) * noise)).astype(int)
    book = _Book(reach=int(np.abs(np.cumsum(moves)).max()) + 100)
    lines = [(BEGIN, book.snapshot())]
    for bar, (move, flow) in enumerate(zip(moves.tolist(), flows.tolist(), strict=True)):
        lines += _bar(book, BEGIN + bar * BAR, move, round(FLOW * flow), rng)
    return lines


def _bar(book: "_Book", start: int, move: int, flow: int, rng: np.random.Generator) -> Iterator[tuple[int, str]]:
    """Ten seconds: what is left of the last flow goes unseen, the middle moves, orders come; trades say nothing."""
    when = start + 100 * MILLISECOND
    # Where the middle goes up and down again, the bid that stood there has gone without any order flow; so has the ask
    # where it goes down and up.
    away = 1 if book.is_long else -1
    for step in (away, -away, move - move // 2, move // 2):
        if step:
            yield from book.move(step, when)
            when += 300 * MILLISECOND
    trades = 1 + int(rng.poisson(3))
    buys, sizes = rng.random(trades) < 0.5, rng.integers(SIZE // 100, SIZE, trades)
    for is_buy, size in zip(buys.tolist(), sizes.tolist(), strict=True):
        yield when, book.trade(is_buy, size, when)
        when += 50 * MILLISECOND
    for _ in range(STEPS):
        yield from book.grow(flow // STEPS, when)
        when += 300 * MILLISECOND


class _Book:
    """A tick between the sides, and a level at every price around."""

    def __init__(self, reach: int) -> None:
        self._best = MIDDLE
        self._sizes = {MIDDLE + offset: SIZE for offset in range(-reach, reach + 1)}
        self._change = 0
        self._trade = 0

    @property
    def is_long(self) -> bool:
        """Whether more stands at the best bid than at the best ask."""
        return self._sizes[self._best] > self._sizes[self._best + 1]

    def snapshot(self) -> str:
        """All of it, as REST answers."""
        prices = sorted(self._sizes)
        bids = self._levels([price for price in reversed(prices) if price <= self._best])
        asks = self._levels([price for price in prices if price > self._best])
        return f'{{"lastUpdateId":{self._change},"bids":[{bids}],"asks":[{asks}]}}'

    def move(self, step: int, when: int) -> Iterator[tuple[int, str]]:
        """Both sides go up or down by so many ticks, and what usually rests stands at the best prices."""
        old, self._best = self._best, self._best + step
        between = range(min(old, self._best) + 1, max(old, self._best) + 1)
        bids, asks = [self._best], [self._best + 1]
        gone = ",".join(f'["{_price(price)}","0.00000000"]' for price in between)
        (bids if step > 0 else asks).extend(between)
        self._sizes.update(dict.fromkeys([*bids, *asks], SIZE))
        gone_bids, gone_asks = ("", f",{gone}") if step > 0 else (f",{gone}", "")
        return self._say(self._levels(bids) + gone_bids, self._levels(asks) + gone_asks, when)

    def grow(self, size: int, when: int) -> Iterator[tuple[int, str]]:
        """So much comes to the best bid, or where it is below zero to the best ask."""
        price = self._best if size >= 0 else self._best + 1
        self._sizes[price] += abs(size)
        level = self._levels([price])
        return self._say(*((level, "") if size >= 0 else ("", level)), when)

    def trade(self, is_buy: bool, size: int, when: int) -> str:
        """Somebody takes from the best price."""
        self._trade += 1
        price = _price(self._best + is_buy)
        return _event(
            "trade",
            f'"e":"trade","E":{when // MILLISECOND},"s":"XYUSD","t":{self._trade},"p":"{price}","q":"{_size(size)}",'
            f'"T":{when // MILLISECOND},"m":{"false" if is_buy else "true"}',
        )

    def _say(self, bids: str, asks: str, when: int) -> Iterator[tuple[int, str]]:
        """A change of levels, and the best prices after it."""
        self._change += 1
        yield (
            when,
            _event(
                "depth@100ms",
                f'"e":"depthUpdate","E":{when // MILLISECOND},"s":"XYUSD","U":{self._change},"u":{self._change},'
                f'"b":[{bids}],"a":[{asks}]',
            ),
        )
        bid, ask = self._best, self._best + 1
        yield (
            when + MILLISECOND,
            _event(
                "bookTicker",
                f'"u":{self._change},"s":"XYUSD","b":"{_price(bid)}","B":"{_size(self._sizes[bid])}",'
                f'"a":"{_price(ask)}","A":"{_size(self._sizes[ask])}"',
            ),
        )

    def _levels(self, prices: list[int]) -> str:
        return ",".join(f'["{_price(price)}","{_size(self._sizes[price])}"]' for price in prices)


def _event(stream: str, data: str) -> str:
    return f'{{"stream":"xyusd@{stream}","data":{{{data}}}}}'


def _price(ticks: int) -> str:
    return f"{ticks // 100}.{ticks % 100:02d}000000"


def _size(size: int) -> str:
    return f"{size // SIZE}.{size % SIZE:08d}"
