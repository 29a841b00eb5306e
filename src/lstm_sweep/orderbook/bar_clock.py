"""When a bar ends: after a time, after so much was traded, or after so many trades.

A bar of trades ends with the trade that fills it, at the local time at which that one was received: the whole of it
belongs to the bar, however large it is, so that bars are at least as large as was asked for. Trades that are received
at one instant are never parted: a bar does not end where it began.
"""

from dataclasses import dataclass
from typing import Final, Protocol

from lstm_sweep.orderbook.bar_state import BarState

NEVER: Final = 1 << 63
"""Later than any time."""


class BarClock(Protocol):
    """Knows when the bar under way ends; equal clocks end equal bars."""

    def end(self, start: int) -> int:
        """When a bar that began then ends, whatever comes; NEVER where time alone ends none."""

    def is_full(self, state: BarState) -> bool:
        """Whether a bar ends with the trade that it has just taken over."""


@dataclass(frozen=True)
class EveryTime:
    """Bars of so many nanoseconds."""

    nanoseconds: int

    def __post_init__(self) -> None:
        """A bar that is always full is refused."""
        _check(self.nanoseconds)

    def end(self, start: int) -> int:
        """A fixed time after it began."""
        return start + self.nanoseconds

    def is_full(self, state: BarState) -> bool:
        """No trade ends one."""
        return False


@dataclass(frozen=True)
class EveryVolume:
    """Bars in which at least so much is traded, in 1e-8."""

    size: int

    def __post_init__(self) -> None:
        """A bar that is always full is refused."""
        _check(self.size)

    def end(self, start: int) -> int:
        """Time ends none."""
        return NEVER

    def is_full(self, state: BarState) -> bool:
        """Once all trades together are as large."""
        return state.volume >= self.size


@dataclass(frozen=True)
class EveryTrades:
    """Bars of so many trades."""

    count: int

    def __post_init__(self) -> None:
        """A bar that is always full is refused."""
        _check(self.count)

    def end(self, start: int) -> int:
        """Time ends none."""
        return NEVER

    def is_full(self, state: BarState) -> bool:
        """Once there are as many."""
        return state.trades >= self.count


def _check(length: int) -> None:
    if length <= 0:
        raise ValueError(f"a bar must be longer than nothing, but is {length}")
