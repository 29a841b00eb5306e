"""A book of level 2 that is right or unknown, never wrong: every gap ends in one resync and one marked hole."""

from collections import deque
from collections.abc import Callable
from dataclasses import astuple
from typing import Any, Final

from lstm_sweep.orderbook.book import Book
from lstm_sweep.orderbook.listener import BookHole, BookListener
from lstm_sweep.orderbook.messages import BookCheckpoint, Event, Levels, Lost, Snapshot, TopOfBook, Trade
from lstm_sweep.orderbook.rules import Fit, SyncRule

BUFFERED: Final = 100_000
"""Messages that are kept while a snapshot is awaited; the oldest go first, and the rule then asks for a newer one."""


NO_CHECKPOINT: Final = (KeyError, IndexError, TypeError, ValueError, AttributeError)
"""What reading a state raises that no book ever had: its line was damaged."""


class SyncedBook:
    """Takes the messages of one market in the order in which they came.

    Attributes:
        book: right while `is_synced`, and not to be read otherwise.
        holes: all of them until now, in order of their beginnings; the last one may be open.
        last: number of the last change in the book.
        wants_snapshot: whether whoever feeds it must ask the exchange for a snapshot (where it comes on the same
            connection: by connecting anew), and give it as a message.
    """

    def __init__(self, rule: SyncRule, listener: BookListener) -> None:
        self.book = Book()
        self.holes: list[BookHole] = []
        self.wants_snapshot = True
        self.is_synced = False
        self._rule = rule
        self._listener = listener
        self._buffer: deque[Levels] = deque(maxlen=BUFFERED)
        self._snapshot: Snapshot | None = None
        self._is_fresh = True
        self.last = 0
        self._has_news = False
        self._trade: Trade | None = None
        self._good: int | None = None
        self._hole: BookHole | None = None
        self._takers: dict[type, Callable[[Any], None]] = {
            Levels: self._take_levels,
            Trade: self._take_trade,
            TopOfBook: listener.quoted,
            Snapshot: self._take_snapshot,
            Lost: self._take_lost,
            BookCheckpoint: self._restore,
        }
        # Before bars end at the message which tells of a loss: part of what is missing is theirs. What they knew stays.
        self._tellers: dict[type, Callable[[Any], None]] = {
            Levels: self._look_for_gap,
            Trade: self._look_for_missing,
            Lost: self._look_at_loss,
        }

    def take(self, message: Event) -> None:
        """Take the next message over."""
        taker = self._takers.get(type(message))
        if taker is None:
            raise TypeError(f"a book of level 2 takes no {type(message).__name__}")
        teller = self._tellers.get(type(message))
        if teller is not None:
            teller(message)
        self._listener.at(message.received)
        taker(message)
        self._is_fresh = False

    def checkpoint(self, received: int) -> BookCheckpoint:
        """All that it knows at a local time; a book that has taken nothing yet takes it, and is this one.

        Of its holes, the last goes along where missing trades could still make it longer.

        Raises:
            ValueError: where it is not in step.
        """
        if not self.is_synced:
            raise ValueError("a book that is not in step has no checkpoint")
        self._listener.at(received)
        may_grow = self._trade is not None and self._holes_reach(self._trade.received)
        state = {
            "bids": self.book.bids.levels(),
            "asks": self.book.asks.levels(),
            "last": self.last,
            "has_news": self._has_news,
            "trade": None if self._trade is None else astuple(self._trade),
            "good": self._good,
            "holes": [astuple(hole) for hole in self.holes[-1:] if may_grow],
            "listener": self._listener.state(),
        }
        return BookCheckpoint(received, state)

    def lose(self, reason: str, received: int) -> None:
        """Begin anew: the connection broke, or a line could not be read; may be called again before the resync."""
        self._buffer.clear()
        self._snapshot = None
        self.wants_snapshot = True
        self.is_synced = False
        if self._hole is None and self._good is not None:
            self._hole = BookHole(self._good, None, reason)
            self.holes.append(self._hole)
        self._listener.lost(received)

    def _take_levels(self, message: Levels) -> None:
        if not self.is_synced:
            if not self._rule.is_in_stream:
                self._buffer.append(message)
                self._join(message.received)
            return
        fit = self._fit(message)
        if fit is Fit.GAP:
            self.lose(f"change {message.first} does not follow change {self.last}", message.received)
            self._take_levels(message)
            return
        if fit is Fit.NEXT:
            self.book.change(message)
            self.last = message.last
            self._has_news = True
            if self.book.is_crossed:
                self.lose("the book was crossed", message.received)
                return
            self._listener.changed(self.book, message.received)
        self._good = message.received

    def _look_for_gap(self, message: Levels) -> None:
        if self.is_synced and self._fit(message) is Fit.GAP:
            self._listener.missed()

    def _fit(self, message: Levels) -> Fit:
        # Changes that the snapshot holds already may still be on their way.
        return (self._rule.follows if self._has_news else self._rule.joins)(message, self.last)

    def _take_snapshot(self, snapshot: Snapshot) -> None:
        if self._rule.is_in_stream:
            self._begin(snapshot, [], snapshot.received)
        elif not self.is_synced:
            self._snapshot = snapshot
            self.wants_snapshot = False
            self._join(snapshot.received)

    def _join(self, received: int) -> None:
        """Begin with the snapshot and the messages after it, if they are known to belong together."""
        if self._snapshot is None or not self._buffer:
            return
        news = self._news(self._snapshot)
        if news is None:
            # The snapshot is older than what was received, or something is missing after it.
            self._snapshot = None
            self.wants_snapshot = True
        elif news or not self._rule.is_numbered:
            self._begin(self._snapshot, news, received)
        else:
            self._buffer.clear()

    def _news(self, snapshot: Snapshot) -> list[Levels] | None:
        """The buffered messages that the snapshot does not hold, None where something between is missing."""
        if not self._rule.is_numbered and self._buffer[0].last > snapshot.last:
            return None
        last, news = snapshot.last, list[Levels]()
        for index, message in enumerate(self._buffer):
            fit = self._rule.follows(message, last) if news else self._rule.joins(message, last)
            if fit is Fit.GAP:
                if news:
                    self._buffer = deque(list(self._buffer)[index:], maxlen=BUFFERED)
                return None
            if fit is Fit.NEXT:
                news.append(message)
                last = message.last
        return news

    def _begin(self, snapshot: Snapshot, news: list[Levels], received: int) -> None:
        self.book.start(snapshot)
        for message in news:
            self.book.change(message)
        self.last = news[-1].last if news else snapshot.last
        self._has_news = bool(news)
        if self.book.is_crossed:
            self.lose("the book was crossed", received)
            return
        self._buffer.clear()
        self._snapshot = None
        self.wants_snapshot = False
        self.is_synced = True
        self._good = received
        if self._hole is not None:
            self._hole.end = received
            self._hole = None
        self._listener.synced(self.book, received)

    def _restore(self, checkpoint: BookCheckpoint) -> None:
        if not self._is_fresh:
            return
        try:
            self._restore_state(checkpoint.state)
        except NO_CHECKPOINT as error:
            self.book, self.holes, self._good, self._trade = Book(), [], None, None
            self.lose(f"a checkpoint that is none ({error!r})", checkpoint.received)

    def _restore_state(self, state: dict[str, Any]) -> None:
        self.book.bids.fill(state["bids"])
        self.book.asks.fill(state["asks"])
        self.last, self._has_news, self._good = state["last"], state["has_news"], state["good"]
        self._trade = None if state["trade"] is None else Trade(*state["trade"])
        self.holes = [BookHole(*values) for values in state["holes"]]
        self.wants_snapshot = False
        self.is_synced = True
        self._listener.restore(state["listener"], self.book)

    def _take_lost(self, lost: Lost) -> None:
        self.lose(lost.reason, lost.received)

    def _look_at_loss(self, lost: Lost) -> None:
        self._listener.missed()

    def _look_for_missing(self, trade: Trade) -> None:
        before = self._trade
        if before is not None and self._rule.counts_trades and trade.id > before.id + 1:
            self._miss(before, trade)

    def _take_trade(self, trade: Trade) -> None:
        before, counted = self._trade, self._rule.counts_trades
        if before is not None and (trade.id <= before.id if counted else trade.id == before.id):
            return
        self._trade = trade
        self._listener.traded(trade)

    def _miss(self, before: Trade, after: Trade) -> None:
        """Mark that trades are missing: a hole, or a longer one where the book has one at that time."""
        reason = f"trades {before.id + 1} to {after.id - 1} never came"
        if not self._holes_reach(before.received):
            self.holes.append(BookHole(before.received, after.received, reason))
        else:
            hole = self.holes[-1]
            hole.start = min(hole.start, before.received)
            hole.end = None if hole.end is None else max(hole.end, after.received)
            hole.reason += f"; {reason}"
        self._listener.missed()

    def _holes_reach(self, time: int) -> bool:
        """Whether the last hole ends then or later, or not yet."""
        end = self.holes[-1].end if self.holes else -1
        return end is None or end >= time
