"""A recording that nobody made: a simulated market whose order flow says where its price goes next."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lstm_sweep.orderbook.simulated import simulated_lines

SIMULATED: Final = "simulated"
"""As a path."""

HOURS: Final = 10
SIGNAL: Final = 0.4
"""Correlation of the flow of ten seconds with the move of the next ten: it explains 16 % of it."""


@dataclass(frozen=True)
class SimulatedRecording:
    """May be read any number of times; always the same."""

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """Local time in nanoseconds since 1970, and what was received."""
        yield from simulated_lines(seed=1, seconds=HOURS * 3600, signal=SIGNAL)
