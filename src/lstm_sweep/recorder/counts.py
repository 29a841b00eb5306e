"""What a recorder says of a market while it records."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from lstm_sweep.errors import printable
from lstm_sweep.orderbook.messages import BookCheckpoint, Event, Lost

IN_STEP: Final = "in step"
"""The state in which the book is known."""


@dataclass
class MarketCounts:
    """Grows by what comes.

    Attributes:
        name: of the market, for people.
        messages: lines of the exchange until now.
        size: bytes of them, as they are written.
        holes: until now.
        state: of the connection and the book, for people.
        has_known_book: whether the book was in step at any time.
        lag: local clock less the exchange's time of the newest message that has one, in nanoseconds.
        rate: messages a second between the last two looks.
        unread: lines that could not be read.
        last_unread: why, of the last of them.
    """

    name: str
    messages: int = 0
    size: int = 0
    holes: int = 0
    state: str = "connecting"
    has_known_book: bool = False
    lag: int | None = None
    rate: float = 0.0
    unread: int = 0
    last_unread: str = ""
    _before: int = 0
    _looked: float = field(default_factory=time.monotonic)

    def see(self, event: Event) -> None:
        """Take the age of a message over."""
        if not isinstance(event, Lost | BookCheckpoint) and event.time is not None:
            self.lag = event.received - event.time

    def look(self) -> None:
        """Measure messages a second since the last look."""
        now = time.monotonic()
        self.rate = (self.messages - self._before) / max(now - self._looked, 1e-9)
        self._before, self._looked = self.messages, now

    def line(self) -> str:
        """What matters most first: 'binance BTCUSDT: in step, 0 holes, 1,234 messages/s, lag 45 ms, 12.3 MB'."""
        lag = "" if self.lag is None else f", lag {self.lag / 1e6:,.0f} ms"
        came = f"{self.rate:,.0f} messages/s{lag}, {_megabytes(self.size)}"
        unread = f", {self.unread:,} could not be read" if self.unread else ""
        return f"{self.name}: {self.state}, {_holes(self.holes)}, {came}{unread}"

    def summary(self) -> str:
        """What came of it, in one line; whether the book was never known, and why lines could not be read."""
        came = f"{self.name}: {self.messages:,} messages, {_megabytes(self.size)}, {_holes(self.holes)}"
        unknown = "" if self.has_known_book or not self.messages else ", and its book was never known"
        unread = f"; {self.unread:,} of them could not be read, the last: {self.last_unread}" if self.unread else ""
        return f"{came}{unknown}{printable(unread)}"


def _holes(count: int) -> str:
    return f"{count:,} hole{'' if count == 1 else 's'}"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


def together(markets: Sequence[MarketCounts]) -> str:
    """Several markets in few words, and those that are not in step."""
    astray = [market.name for market in markets if market.state != IN_STEP]
    states = f"all {IN_STEP}" if not astray else f"not {IN_STEP}: {', '.join(astray)}"
    rate = sum(market.rate for market in markets)
    holes, size = sum(market.holes for market in markets), sum(market.size for market in markets)
    return f"{len(markets)} markets {states}, {_holes(holes)}, {rate:,.0f} messages/s, {_megabytes(size)}"
