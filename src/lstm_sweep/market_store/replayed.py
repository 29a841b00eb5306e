"""A part played through the book: its base bars, its holes, and what is known at its end."""

from collections import Counter
from collections.abc import Sequence

from lstm_sweep.market_store.base_bars import base_bars
from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.orderbook.bars import BookBar
from lstm_sweep.orderbook.listener import BookHole
from lstm_sweep.orderbook.messages import BookCheckpoint, Event, Levels, Trade


class ReplayedPart:
    """Takes the events of one part in order; a new one for each part, as a part needs no other.

    Attributes:
        changes, trades: number of the first and the last one; None where there is none.
        has_checkpoint: whether the first event said all that was known.
        knew_book: whether its book was known at some time.
    """

    def __init__(self, folder: MarketFolder) -> None:
        self._counts: Counter[type] = Counter()
        self.changes: tuple[int, int] | None = None
        self.trades: tuple[int, int] | None = None
        self.has_checkpoint = False
        self.knew_book = False
        self._folder = folder
        self._began = False

    def take(self, event: Event) -> None:
        """Take the next event over."""
        self.take_all((event,))

    def take_all(self, events: Sequence[Event]) -> None:
        """Take the next events over: many at once are counted in less time."""
        if not events:
            return
        if not self._began:
            self._begin(events[0])
        take = self.book.take
        for event in events:
            take(event)
        # A hole begins only where all was known before.
        self.knew_book = self.knew_book or self.book.is_synced or bool(self.book.holes)
        self._counts.update(map(type, events))
        changes = [event for event in events if type(event) is Levels]
        trades = [event for event in events if type(event) is Trade]
        if changes:
            self.changes = (self.changes[0] if self.changes else changes[0].first, changes[-1].last)
        if trades:
            self.trades = (self.trades[0] if self.trades else trades[0].id, trades[-1].id)

    @property
    def messages(self) -> dict[str, int]:
        """How many events of each class there were, by its name."""
        return {kind.__name__: count for kind, count in self._counts.items()}

    @property
    def bars(self) -> list[BookBar]:
        """Base bars that have closed."""
        return self._bars.bars if self._began else []

    @property
    def holes(self) -> list[BookHole]:
        """Of the book and of trades, in the order in which they were noticed."""
        return self.book.holes if self._began else []

    def _begin(self, event: Event) -> None:
        self._began = True
        self.has_checkpoint = isinstance(event, BookCheckpoint)
        self._bars = base_bars(self._folder, event.received)
        self.book = self._folder.market.book(self._bars)
