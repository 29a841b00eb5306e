"""How each feed tells that nothing of it was lost.

Sources: Binance, 'How to manage a local order book correctly' (spot and USD-M futures); Bitstamp and Coinbase number
nothing on level 2, where only times that go back and a crossed book tell.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from lstm_sweep.orderbook.messages import Levels


class Fit(Enum):
    """How a message stands to what a book has seen."""

    OLD = auto()
    """All that it says is in the book already."""
    NEXT = auto()
    """It follows."""
    GAP = auto()
    """Something between is missing."""


@dataclass(frozen=True)
class SyncRule:
    """The rule of a feed.

    Attributes:
        joins: how the first message after a snapshot stands to it, by the snapshot's number.
        follows: how a message stands to the one before it, by that one's last number.
        is_numbered: whether changes are numbered: a snapshot is then proven by the first message that joins it, and
            otherwise by having been made after the first message that was received.
        is_in_stream: whether the snapshot comes first on the same connection, and no other has to be asked for.
        counts_trades: whether the trades of a market have consecutive numbers.
    """

    joins: Callable[[Levels, int], Fit]
    follows: Callable[[Levels, int], Fit]
    is_numbered: bool
    is_in_stream: bool
    counts_trades: bool


def _joins_spot(message: Levels, last: int) -> Fit:
    if message.last <= last:
        return Fit.OLD
    return Fit.NEXT if message.first <= last + 1 else Fit.GAP


def _follows_spot(message: Levels, last: int) -> Fit:
    if message.last <= last:
        return Fit.OLD
    return Fit.NEXT if message.first == last + 1 else Fit.GAP


def _joins_futures(message: Levels, last: int) -> Fit:
    if message.last < last:
        return Fit.OLD
    return Fit.NEXT if message.first <= last else Fit.GAP


def _follows_futures(message: Levels, last: int) -> Fit:
    if message.last <= last:
        return Fit.OLD
    return Fit.NEXT if message.previous == last else Fit.GAP


def _joins_by_time(message: Levels, last: int) -> Fit:
    return Fit.OLD if message.last <= last else Fit.NEXT


def _follows_by_time(message: Levels, last: int) -> Fit:
    # Two messages may have one time; the same one twice changes nothing, as sizes are absolute.
    return Fit.GAP if message.last < last else Fit.NEXT


BINANCE_SPOT: Final = SyncRule(_joins_spot, _follows_spot, is_numbered=True, is_in_stream=False, counts_trades=True)
BINANCE_FUTURES: Final = SyncRule(
    _joins_futures, _follows_futures, is_numbered=True, is_in_stream=False, counts_trades=True
)
BITSTAMP: Final = SyncRule(_joins_by_time, _follows_by_time, is_numbered=False, is_in_stream=False, counts_trades=False)
COINBASE: Final = SyncRule(_joins_by_time, _follows_by_time, is_numbered=False, is_in_stream=True, counts_trades=True)
