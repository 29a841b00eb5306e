"""A recorded market that is followed: its recorder appends base bars, and the newest of them are read once a bar."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import final

import numpy as np
import pandas as pd

from lstm_sweep.config import BookData, iso_time
from lstm_sweep.config.spelling import typed
from lstm_sweep.data.bars import bar_length
from lstm_sweep.data.load import load_series
from lstm_sweep.data.recorded.book import market_folder
from lstm_sweep.data.series import Series
from lstm_sweep.errors import require
from lstm_sweep.market_store.newest import newest_end


@final
class BookReading:
    """A market of a store, with the variables as a sweep reads them."""

    must_be_asked = False
    ahead = 0.0

    def __init__(
        self, config: BookData, features: Sequence[str], signed: bool, clock: Callable[[], float] = time.time
    ) -> None:
        """As `load_series`.

        Raises:
            UserError: where nobody knows when its bars end, or there is no such market.
        """
        require(
            config.every is not None,
            f"data.bars must be time where a market is followed, for nobody knows when others end, but is "
            f"{config.bars}: replay them with {typed('live.replay', 1)}.",
        )
        self._folder = market_folder(config)
        self._until = config.until
        # A share of the few bars that are read says nothing.
        self._config = replace(config, until=None, max_filled=1.0)
        self._length = bar_length("data.every", config.every or "")
        self._features = features
        self._signed = signed
        self._clock = clock
        self._state: tuple[tuple[str, int], ...] = ()
        self._due = -np.inf

    def is_worth(self) -> bool:
        """Whether base bars have come, and the next bar may be over."""
        return self._clock() >= self._due and self._now() != self._state

    def read(self, since: pd.Timestamp | None, bars: int) -> Series:
        """At least `bars` before `since`, as far as they were recorded."""
        # The state before reading: what is written meanwhile is another one.
        self._state = self._now()
        # Not the clock: a recording may be played that is of another day, or the recorder have stopped.
        newest = pd.Timestamp(newest_end(self._folder) or 0) if since is None else since
        begin = (newest - bars * self._length).floor(self._length)
        first = None if self._config.since is None else pd.Timestamp(iso_time("data.since", self._config.since))
        if first is not None:
            begin = max(begin, first)
        series = load_series(replace(self._config, since=begin.isoformat()), self._features, self._signed)
        self._due = (pd.Timestamp(series.timestamps[-1]) + 2 * self._length).timestamp()
        notes = (f"data.until={self._until} is left aside: the market is followed",) if self._until else ()
        return replace(series, notes=(*notes, *series.notes))

    def _now(self) -> tuple[tuple[str, int], ...]:
        """What changes when a bar is appended or a part is sealed."""
        folder = self._folder
        found = [*folder.open.glob("*.bars"), *folder.manifests.glob("*.json")]
        return tuple((path.name, size) for path in sorted(found) if (size := _size(path)) is not None)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # sealed meanwhile
        return None
