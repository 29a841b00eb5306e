"""When a line came: by the local clock, or as a recording says that is being replayed."""

import time
from typing import Protocol

from lstm_sweep.orderbook.feeds.feed import stamped


class Stamps(Protocol):
    """Tells when what comes was received.

    Attributes:
        are_recorded: whether times are those of a recording, so that lines must be put into their order.
    """

    are_recorded: bool

    def stamp(self, text: str) -> tuple[int, str]:
        """Local time in nanoseconds since 1970, and what was received."""

    def now(self) -> int:
        """The time of something that did not come from the exchange."""


class LocalStamps:
    """The local clock; one that is set back stands still until it has caught up, so that lines stay in order."""

    are_recorded = False

    def __init__(self) -> None:
        self._last = 0

    def stamp(self, text: str) -> tuple[int, str]:
        """Now, and all of the text."""
        return self.now(), text

    def now(self) -> int:
        """Nanoseconds since 1970."""
        self._last = max(self._last, time.time_ns())
        return self._last


class RecordedStamps:
    """Those of a recording: each text begins with its own."""

    are_recorded = True

    def __init__(self) -> None:
        self._last = 0

    def stamp(self, text: str) -> tuple[int, str]:
        """The recorded time and what was received then."""
        received, payload = stamped(text)
        self._last = max(self._last, received)
        return received, payload

    def now(self) -> int:
        """The newest time that was seen."""
        return self._last
