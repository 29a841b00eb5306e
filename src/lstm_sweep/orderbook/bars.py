"""Bars of a book: one implementation, fed by what was recorded or by what comes."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from lstm_sweep.orderbook.bar_clock import BarClock, EveryTime
from lstm_sweep.orderbook.bar_state import BarState
from lstm_sweep.orderbook.book import Book
from lstm_sweep.orderbook.catalogue import VARIABLES
from lstm_sweep.orderbook.messages import Order, TopOfBook, Trade
from lstm_sweep.orderbook.order_book import OrderChange
from lstm_sweep.orderbook.units import Ticks

LONGEST_SILENCE: Final = 100_000
"""Bars without any message that are made one after the other: a day of seconds."""


@dataclass(frozen=True)
class BookBar:
    """The variables of a span of local time.

    Attributes:
        start, end: nanoseconds since 1970; a message at the very end belongs to the next bar, but for the trade that
            ends a bar of trades.
        values: by the names of `VARIABLES`; NaN where one was not known at the end.
        is_whole: whether the book was known from start to end and no trade is missing, as far as was known at the end:
            a gap shows with the message after it, and the holes of the book say from when on it was there.
            Without it, sums hold only what was seen.
    """

    start: int
    end: int
    values: dict[str, float]
    is_whole: bool


class BookBars:
    """A `BookListener` that makes bars; each is known at its end, from messages received before it.

    Args:
        ticks: of the market.
        clock: when a bar ends; a number is its length in nanoseconds.
        start: where the first one begins, in nanoseconds since 1970; what came before it is known and not counted.
        top_from: what says the best prices: 'book', or 'quotes' where the exchange sends each change of them.

    Attributes:
        bars: those that are closed, oldest first; whoever reads them may take them away.
    """

    def __init__(
        self, ticks: Ticks, clock: BarClock | int, start: int, top_from: Literal["book", "quotes"] = "book"
    ) -> None:
        self.bars: list[BookBar] = []
        self._state = BarState(ticks, top_from)
        self._clock = EveryTime(clock) if isinstance(clock, int) else clock
        self._start = start
        self._end = self._clock.end(start)
        self._now = start
        self._has_begun = False
        self._is_synced = False
        self._is_torn = True
        self._misses = False

    def at(self, received: int) -> None:
        """Close all bars that end here or before; a local clock that goes back closes none.

        Of a silence of more than `LONGEST_SILENCE` bars (a clock that was wrong, mostly) only the first is made.
        """
        self._now = received
        if not self._has_begun and received >= self._start:
            self._has_begun = True
            self._begin()
        while received >= self._end:
            self._close(self._end)
            length = self._end - self._start
            silent = (received - self._start) // length
            if silent > LONGEST_SILENCE:
                self._start += silent * length
                self._end = self._start + length

    def synced(self, book: Book, received: int) -> None:
        """The book is right from now on."""
        if self._is_synced:
            # Begun anew without having been lost: what happened between is not known.
            self.lost(received)
        self._state.read(book)
        self._is_synced = True

    def changed(self, book: Book, received: int) -> None:
        """The book has changed."""
        self._state.read(book)

    def ordered(self, order: Order, change: OrderChange) -> None:
        """An order came, shrank or went."""
        self._state.order(order, change)

    def traded(self, trade: Trade) -> None:
        """A trade came."""
        self._state.trade(trade)
        self._misses = False
        if trade.received > self._start and self._has_begun and self._clock.is_full(self._state):
            self._close(trade.received)

    def quoted(self, top: TopOfBook) -> None:
        """The exchange said its best prices."""
        self._state.quote(top)

    def lost(self, received: int) -> None:
        """The book is unknown."""
        self._state.forget()
        self._is_synced = self._misses = False
        self._is_torn = True

    def missed(self) -> None:
        """Something is missing: in any bar from the one under way to that of the message that tells so."""
        self._is_torn = self._misses = True

    def state(self) -> dict[str, Any]:
        """What the bar under way knows besides the book."""
        bar = {"clock": repr(self._clock), "start": self._start, "is_torn": self._is_torn}
        return {**bar, **self._state.state()}

    def restore(self, state: dict[str, Any], book: Book) -> None:
        """Go on with the bar under way: one that began elsewhere than the one of the state is not whole."""
        is_same = self._has_begun and (state["clock"], state["start"]) == (repr(self._clock), self._start)
        self._state.restore(state, book, with_flows=is_same)
        self._is_torn = state["is_torn"] if is_same else self._now != self._start
        self._is_synced = True

    def _close(self, end: int) -> None:
        values = {variable.name: variable.value(self._state) for variable in VARIABLES}
        self.bars.append(BookBar(self._start, end, values, not self._is_torn))
        self._start, self._end = end, self._clock.end(end)
        self._begin()

    def _begin(self) -> None:
        self._state.next_bar()
        self._is_torn = self._misses or not self._is_synced


LONGER: Final[dict[str, Callable[[Sequence[float]], float]]] = {
    "last": lambda values: values[-1],
    # Rounded once, so that the order of the terms changes no bit.
    "sum": math.fsum,
    # NaN where a bar saw none: the others tell.
    "max": lambda values: max((each for each in values if each == each), default=math.nan),
    "min": lambda values: min((each for each in values if each == each), default=math.nan),
}
"""What becomes of the values of several bars, by `over_bars` of the variable."""


def longer_bar(bars: Sequence[BookBar]) -> BookBar:
    """One bar of several that follow each other, as every variable says."""
    values = {
        variable.name: LONGER[variable.over_bars]([bar.values[variable.name] for bar in bars]) for variable in VARIABLES
    }
    return BookBar(bars[0].start, bars[-1].end, values, all(bar.is_whole for bar in bars))
