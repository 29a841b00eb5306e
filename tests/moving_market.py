"""A market whose bars come by a clock, with what goes wrong at exchanges, behind a real HTTP server."""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.data.exchange_server import Answer, ExchangeServer, bitfinex, bitstamp, serve


@dataclass
class HandClock:
    """A clock that is set by hand.

    Attributes:
        now: seconds since 1970.
    """

    now: float

    def __call__(self) -> float:
        return self.now


@dataclass
class MovingMarket:
    """Bars `[seconds, open, high, low, close, volume]` as they come.

    Attributes:
        clock: ours, seconds since 1970.
        first: start of bar 0, seconds since 1970.
        ahead: seconds by which the exchange's clock is ahead of ours.
        late: number of a bar: how many bars later it is published.
        corrected: number of a bar: how many bars later its true close takes the place of another one.
        never: numbers of bars that are never published.
        step: length of a bar in seconds.
    """

    clock: Callable[[], float]
    first: int
    ahead: float = 0.0
    late: Mapping[int, int] = field(default_factory=dict)
    corrected: Mapping[int, int] = field(default_factory=dict)
    never: frozenset[int] = frozenset()
    step: int = 60

    def now(self) -> float:
        """The exchange's time."""
        return self.clock() + self.ahead

    def true(self, number: int) -> list[float]:
        """A bar as it stands in the end."""
        close = 100.0 + round(10 * math.sin(number / 7) + (number * 37 % 11) / 10, 4)
        return [self.first + number * self.step, close - 1, close + 2, close - 3, close, 1 + number % 5]

    def closed(self) -> int:
        """How many bars are over, by the exchange's clock."""
        return max(0, int((self.now() - self.first) // self.step))

    def in_the_end(self) -> list[list[float]]:
        """All bars that are over and were or will be published."""
        return [self.true(number) for number in range(self.closed()) if number not in self.never]

    def candles(self) -> list[list[float]]:
        """What the exchange answers now, the open bar last."""
        closed = self.closed()
        found = [
            self._at(number, closed)
            for number in range(closed)
            if number not in self.never and number + self.late.get(number, 0) < closed
        ]
        start, opened, *_ = self.true(closed)
        return [*found, [start, opened, opened + 50, opened - 50, opened + 40, 0.1]]

    def _at(self, number: int, closed: int) -> list[float]:
        bar = self.true(number)
        if closed <= number + self.corrected.get(number, 0):
            bar[4] += 0.5
        return bar


@contextmanager
def serve_market(market: MovingMarket, exchange: str = "bitstamp") -> Iterator[ExchangeServer]:
    """Serve a market in the protocol of bitstamp (bars by span) or bitfinex (the next bars from a time on).

    The open bar is in every answer, whatever was asked for.
    """

    def answer(path: str, query: dict[str, str]) -> Any:
        candles = market.candles()
        if exchange == "bitstamp":
            if "end" in query:
                query = (
                    {**query, "end": str(int(candles[-1][0]))} if int(query["end"]) >= market.now() - 3600 else query
                )
            return bitstamp(candles)(path, query)
        return _bitfinex(candles)(path, query)

    with serve(answer) as server:
        server.clock = market.now
        yield server


def _bitfinex(candles: list[list[float]]) -> Answer:
    return bitfinex(
        [[1000 * start, opened, close, high, low, volume] for start, opened, high, low, close, volume in candles]
    )
