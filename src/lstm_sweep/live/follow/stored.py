"""A stored series as if it came bar by bar, at a speed."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import final

from lstm_sweep.data.series import Series
from lstm_sweep.live.follow.closing import rows_of
from lstm_sweep.live.follow.source import ClosedBars

_SLICE = 1.0
"""Longest time in seconds without a look at the clock, which may be set while we wait."""


@final
class StoredSource:
    """Replays a series: each bar is closed a fixed time after the one before it, none is shown early."""

    def __init__(self, series: Series, first: int, seconds: float, clock: Callable[[], float] = time.time) -> None:
        """Nothing comes before the first wait, so that who is not ready yet misses nothing.

        Args:
            series: all of it.
            first: row of the first bar that is yet to come, 0 to `len(series)`; those before it are there at once.
            seconds: from one bar to the next, and to the first; 0: a bar comes with every look after a wait, so that
                nobody can tell when it closes.
            clock: seconds since 1970.
        """
        if not 0 <= first <= len(series):
            raise ValueError(f"first must be a row from 0 to {len(series)}, but is {first}.")
        self._series = series
        self._first = self._shown = first
        self._seconds = seconds
        self._clock = clock
        self._begun = math.inf
        self._waited = False
        self._closed = threading.Event()

    def look(self) -> ClosedBars:
        """The bars that have come; without the notes of the series, which speak of its end."""
        self._shown = max(self._shown, min(self._come(), len(self._series)))
        self._waited = False
        return ClosedBars(replace(rows_of(self._series, 0, self._shown), notes=()), self._next_close())

    def wait(self, seconds: float) -> bool:
        """Wait for the next bar, at most `seconds`; returns whether it has come."""
        self._waited = True
        if self._begun == math.inf:
            self._begun = self._clock()
        until = time.monotonic() + seconds
        while not self._closed.is_set() and not self.ended:
            if self._come() > self._shown:
                return True
            left = until - time.monotonic()
            if left <= 0:
                return False
            self._closed.wait(max(0.0, min(left, self._next_close() - self._clock(), _SLICE)))
        return False

    @property
    def ended(self) -> bool:
        """Whether a look has shown the last bar."""
        return self._shown == len(self._series)

    def close(self) -> None:
        """End all waiting."""
        self._closed.set()

    def _come(self) -> int:
        """Bars that have come, by the clock; more than there are at the end."""
        if self._seconds == 0 or self._begun == math.inf:
            return self._shown + self._waited
        return self._first + math.floor((self._clock() - self._begun) / self._seconds)

    def _next_close(self) -> float:
        if self.ended or self._seconds == 0:
            return math.inf
        return self._begun + (self._shown - self._first + 1) * self._seconds
