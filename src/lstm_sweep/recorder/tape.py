"""What is written down of a market, and the book that follows from it: nothing here knows of a network."""

from collections.abc import Callable
from typing import Final

from lstm_sweep.market_store.base_bars import base_bars
from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.orderbook.bars import BookBars
from lstm_sweep.orderbook.lines import events, line_of
from lstm_sweep.orderbook.listener import BookHole
from lstm_sweep.orderbook.messages import BookCheckpoint, Event, Levels, Lost, Order
from lstm_sweep.orderbook.order_sync import SyncedOrders
from lstm_sweep.orderbook.sync import SyncedBook
from lstm_sweep.orderbook.units import NANOSECONDS
from lstm_sweep.recorder.writer import PartWriter

OVERDUE: Final = 600 * NANOSECONDS
"""How long a part may go on while its book is not known, or without a line; then the recorder begins from nothing."""


class MarketTape:
    """Takes lines in the order in which they came.

    Args:
        folder: of the market.
        writer: of its parts.
        seal: length of a part in nanoseconds; parts end at multiples of it since 1970, while the book is known.
        on_event: told every event of the exchange.

    Attributes:
        changes: messages about the book until now.
        unread: lines of the exchange that could not be read, until now.
        last_unread: why, of the last of them.
    """

    def __init__(
        self,
        folder: MarketFolder,
        writer: PartWriter,
        seal: int,
        on_event: Callable[[Event], None] = lambda event: None,
    ) -> None:
        self.changes = 0
        self.unread = 0
        self.last_unread = ""
        self._folder = folder
        self._feed = folder.market.feed()
        self._writer = writer
        self._seal = seal
        self._on_event = on_event
        self._due: int | None = None
        self._now = 0
        self._clock: tuple[int, int] | None = None
        self._holes: list[BookHole] = []
        self._inherited = 0
        self.bars, self.book = self._blank(0)

    @property
    def wants_snapshot(self) -> bool:
        """Whether the exchange must be asked for a whole book."""
        return self.book.wants_snapshot

    @property
    def is_synced(self) -> bool:
        """Whether the book is known."""
        return self.book.is_synced

    @property
    def holes(self) -> list[BookHole]:
        """Those of all parts, in order."""
        return [*self._holes, *self.book.holes[self._inherited :]]

    def take(self, received: int, payload: str) -> None:
        """Write down what came, and let the book take it over.

        Args:
            received: local time in nanoseconds since 1970.
            payload: as it came; of one line.
        """
        if payload.startswith("!"):
            payload = f" {payload}"  # such a line is the recorder's own
        for event in self._take(received, f"{received} {payload}"):
            if isinstance(event, Lost):
                self.unread += 1
                self.last_unread = event.reason

    def lose(self, reason: str, received: int) -> None:
        """Write down that messages may be missing from here on; nothing where none has come."""
        if self._due is not None:
            self._take(received, line_of(Lost(received, reason)))

    def note_clock(self, received: int, offset: int) -> None:
        """Note how far the local clock is ahead of the exchange's, in nanoseconds; kept until a part is open."""
        self._clock = (received, offset)
        if self._due is not None:
            self._writer.note_clock(received, offset)

    def end(self, reason: str) -> None:
        """End the part; nothing comes after it."""
        if self._due is not None:
            self._writer.close(reason)

    def _take(self, received: int, line: str) -> tuple[Event, ...]:
        self._turn_over(received)
        return self._read(line.replace("\n", " "))

    def _read(self, line: str) -> tuple[Event, ...]:
        self._writer.append(line.encode() + b"\n")
        found = events(self._feed, line)
        for event in found:
            self.changes += isinstance(event, Levels | Order)
            self.book.take(event)
            self._on_event(event)
        if self.bars.bars:
            self._writer.append_bars(self.bars.bars)
            self.bars.bars.clear()
        return found

    def _turn_over(self, received: int) -> None:
        """Begin a part where none is open or the open one is due."""
        before, self._now = self._now, received
        if self._due is None:
            self._begin(received, None)
        elif received - before >= OVERDUE:
            # The clock was set, or the machine slept: nobody knows of the time between, and it has no bars.
            self._read(line_of(Lost(before, f"the local clock went on by {(received - before) / NANOSECONDS:.0f} s")))
            self._writer.close("the local clock went on")
            self._begin(received, None)
        elif received >= self._due and self.book.is_synced:
            checkpoint = self.book.checkpoint(received)
            # In both parts: it closes the bars that end before it for whoever reads the one that it ends.
            self._read(line_of(checkpoint))
            self._writer.close("rotation")
            self._begin(received, checkpoint)
        elif received >= self._due + OVERDUE:
            self._read(line_of(Lost(received, "no book was known when the part was due")))
            self._writer.close("no book was known")
            self._begin(received, None)

    def _begin(self, received: int, checkpoint: BookCheckpoint | None) -> None:
        """Begin a part, and read on as whoever begins with it: from its checkpoint, or from nothing."""
        self._due = received - received % self._seal + self._seal
        self._writer.begin(received, checkpoint)
        if self._clock is not None:
            self._writer.note_clock(*self._clock)
        self._holes = self.holes
        self.bars, self.book = self._blank(received)
        if checkpoint is not None:
            self.book.take(checkpoint)
        self._inherited = len(self.book.holes)

    def _blank(self, received: int) -> tuple[BookBars, SyncedBook | SyncedOrders]:
        bars = base_bars(self._folder, received)
        return bars, self._folder.market.book(bars)
