"""A series that is followed by reading it again: live prices come the way of a sweep's."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import final

import numpy as np
import pandas as pd

from lstm_sweep.config import DataConfig
from lstm_sweep.config.live import LiveConfig
from lstm_sweep.data.bars import spell_time
from lstm_sweep.data.exchange.unreachable import UnreachableError
from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError
from lstm_sweep.live.follow.closing import BarEnds, bar_ends, rows_of
from lstm_sweep.live.follow.reading import reading_of
from lstm_sweep.live.follow.source import ClosedBars, FeedError

_SLICE = 0.25
"""Longest time in seconds without a look at the clock and the files."""


@final
class ReloadedSource:
    """Follows what the settings of `data` name: an exchange, or files that grow.

    A bar is closed once its end and `live.grace` have passed: by the clock of the exchange, or by ours for files.
    """

    ended = False

    def __init__(
        self,
        data: DataConfig,
        features: Sequence[str],
        signed: bool,
        live: LiveConfig,
        keep: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Nothing is read yet.

        Args:
            data: settings of the source; `data.until` of an exchange is left aside.
            features: as `load_series` takes them.
            signed: likewise.
            live: `grace` and `poll`.
            keep: bars that a look shows at least, beside those that are new since the last look, where there are so
                many; 1 or more.
            clock: seconds since 1970.

        Raises:
            UserError: where the source never grows, or its settings do not say when bars are over.
        """
        self._reading = reading_of(data, features, signed, live, clock)
        self._data = data
        self._live = live
        self._keep = keep
        self._clock = clock
        self._stopped = threading.Event()
        self._series: Series | None = None
        self._ends = BarEnds(np.empty(0))
        self._newest: np.datetime64 | None = None  # that a look has shown
        self._failure: FeedError | None = None
        self._read_at, self._again_at, self._tries = -np.inf, -np.inf, 0

    def look(self) -> ClosedBars:
        """The bars that are closed now, the last `keep` and those since the last look; read anew only where due.

        Raises:
            FeedError: where they cannot be read now; what was known is shown again once they can.
            UserError: where they never could be: a setting is wrong.
        """
        if self._is_due():
            self._read()
        if self._failure is not None:
            raise self._failure
        series, stop = self._series, self._closed()
        assert series is not None
        known = stop
        if self._newest is not None:
            known = int(np.searchsorted(series.timestamps, self._newest, side="right"))
            stop = max(stop, known)  # also where our clock was set back
        if stop == 0 or (self._newest is not None and series.timestamps[stop - 1] < self._newest):
            raise self._too_short(series)
        self._newest = series.timestamps[stop - 1]
        next_close = float(self._ends.seconds[stop]) - self._reading.ahead
        return ClosedBars(rows_of(series, max(0, known - self._keep), stop), next_close)

    def wait(self, seconds: float) -> bool:
        """Wait for a change of the files, or until the exchange is asked again; at most `seconds`."""
        until = time.monotonic() + seconds
        while not self._stopped.is_set():
            if self._is_due() or self._has_closed():
                return True
            left = until - time.monotonic()
            if left <= 0:
                return False
            self._stopped.wait(max(0.001, min(left, _SLICE, self._live.poll, self._until_worth())))
        return False

    def close(self) -> None:
        """End all waiting."""
        self._stopped.set()

    def _is_due(self) -> bool:
        now = self._clock()
        # A clock that was set back says nothing of when to ask.
        return now >= self._again_at or now < self._read_at or self._reading.is_worth()

    def _read(self) -> None:
        self._read_at = self._clock()
        newest = None if self._newest is None else pd.Timestamp(self._newest)
        try:
            series = self._reading.read(newest, self._keep)
        except UnreachableError as error:
            self._fail(f"The exchange must answer, but did not ({error})", error.pause)
        except UserError as error:
            if self._series is None:
                raise
            self._fail(str(error).rstrip("."), 0.0)
        else:
            grew = self._series is None or series.timestamps[-1] > self._series.timestamps[-1]
            self._tries = 0 if grew else self._tries + 1
            self._series, self._failure = series, None
            self._ends = bar_ends(series, self._data)
            self._again_at = self._when_due()

    def _fail(self, reason: str, pause: float) -> None:
        """Say why, and when it is tried again."""
        pause = max(pause, self._pause())
        self._tries += 1
        self._again_at = self._clock() + pause
        self._failure = FeedError(f"{reason}; the next try is in {pause:.3g} s.")

    def _pause(self) -> float:
        return float(min(self._live.poll, 2.0 ** min(self._tries, 20)))

    def _when_due(self) -> float:
        """When the source has to be read although nothing of a change can be seen."""
        if not self._reading.must_be_asked:
            return float("inf")
        now, due = self._clock(), float(self._ends.seconds[-1]) - self._reading.ahead + self._live.grace
        if due > now:
            return due
        length = float(self._ends.seconds[-1] - self._ends.seconds[-2])
        # The bar after the one that is late may come without it.
        return min(now + self._pause(), now + length - (now - due) % length)

    def _closed(self) -> int:
        """Bars that are over; an exchange gives no others."""
        if self._series is None or self._reading.must_be_asked:
            return len(self._series or ())
        return self._ends.closed(self._clock() - self._live.grace)

    def _has_closed(self) -> bool:
        """Whether a bar that was read while it was open is over now."""
        stop = self._closed()
        return self._series is not None and stop > 0 and self._is_new(self._series.timestamps[stop - 1])

    def _is_new(self, time: np.datetime64) -> bool:
        return self._newest is None or bool(time > self._newest)

    def _until_worth(self) -> float:
        """Seconds until the next bar is over, or the exchange is asked again."""
        now = self._clock()
        coming = self._ends.seconds[self._ends.seconds > now - self._live.grace] + self._live.grace
        return float(min([self._again_at, *coming[:1]])) - now

    def _too_short(self, series: Series) -> FeedError:
        """What is said of a series without a closed bar, or that has lost its newest ones."""
        if self._newest is None:
            first = spell_time(pd.Timestamp(self._ends.seconds[0], unit="s").floor("s"))
            return FeedError(f"{series.name} has no bar yet that is over: the first one is at {first} UTC.")
        known, now = (spell_time(pd.Timestamp(time)) for time in (self._newest, series.timestamps[-1]))
        return FeedError(
            f"{series.name} must go on after {known}, but now ends at {now}, as if it were being written anew: "
            "it is read again once it changes."
        )
