"""A part played through the book: its base bars, its holes, and what is known at its end."""

from collections import defaultdict

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
        self._counts: defaultdict[type, int] = defaultdict(int)
        self.changes: tuple[int, int] | None = None
        self.trades: tuple[int, int] | None = None
        self.has_checkpoint = False
        self.knew_book = False
        self._folder = folder
        self._began = False

    def take(self, event: Event) -> None:
        """Take the next event over."""
        if not self._began:
            self._begin(event)
        self.book.take(event)
        self.knew_book = self.knew_book or self.book.is_synced
        self._counts[type(event)] += 1
        if isinstance(event, Levels):
            self.changes = (self.changes[0] if self.changes else event.first, event.last)
        elif isinstance(event, Trade):
            self.trades = (self.trades[0] if self.trades else event.id, event.id)

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
