"""What a recorder says of a market while it records."""

import time
from dataclasses import dataclass, field

from lstm_sweep.orderbook.messages import BookCheckpoint, Event, Lost


@dataclass
class MarketCounts:
    """Grows by what comes.

    Attributes:
        name: of the market, for people.
        messages: lines of the exchange until now.
        size: bytes of them, as they are written.
        holes: until now.
        state: of the connection and the book, for people.
        lag: local clock less the exchange's time of the newest message that has one, in nanoseconds.
    """

    name: str
    messages: int = 0
    size: int = 0
    holes: int = 0
    state: str = "connecting"
    lag: int | None = None
    _before: int = 0
    _looked: float = field(default_factory=time.monotonic)

    def see(self, event: Event) -> None:
        """Take the age of a message over."""
        if not isinstance(event, Lost | BookCheckpoint) and event.time is not None:
            self.lag = event.received - event.time

    def line(self) -> str:
        """The state now, and messages a second since the last call: 'binance BTCUSDT 1,234/s ...'."""
        now = time.monotonic()
        rate = (self.messages - self._before) / max(now - self._looked, 1e-9)
        self._before, self._looked = self.messages, now
        lag = "" if self.lag is None else f", lag {self.lag / 1e6:,.0f} ms"
        return (
            f"{self.name}: {rate:,.0f} messages/s{lag}, {self.size / 1e6:,.1f} MB, {_holes(self.holes)}, {self.state}"
        )

    def summary(self) -> str:
        """What came of it, in one line."""
        return f"{self.name}: {self.messages:,} messages, {self.size / 1e6:,.1f} MB, {_holes(self.holes)}"


def _holes(count: int) -> str:
    return f"{count:,} hole{'' if count == 1 else 's'}"
