"""What a live process follows, read as a sweep reads it, as often as that is worth it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol, final

import pandas as pd

from lstm_sweep.config import BitcoinData, BookData, CsvData, DataConfig
from lstm_sweep.config.live import LiveConfig
from lstm_sweep.config.spelling import typed
from lstm_sweep.data.bars import Bars
from lstm_sweep.data.exchange.followed import FollowedMarket
from lstm_sweep.data.load import load_series, read_bars
from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError, require
from lstm_sweep.live.follow.book_reading import BookReading
from lstm_sweep.live.follow.closing import known_length
from lstm_sweep.live.follow.file_state import FileState, file_state

_LONGEST_SILENCE = 10.0
"""Seconds without a word from an exchange after which a request has failed."""

_DAY = pd.Timedelta(days=1)


class Reading(Protocol):
    """Reads a series again and again.

    Attributes:
        must_be_asked: whether nothing of a change can be seen without reading; only bars that are over are then read.
    """

    must_be_asked: bool

    @property
    def ahead(self) -> float:
        """Seconds by which the clock that closes bars is ahead of ours."""

    def is_worth(self) -> bool:
        """Whether a change can be seen."""

    def read(self, since: pd.Timestamp | None, bars: int) -> Series:
        """The series now; at least `bars` before the time `since` (None: now) and all after it, where it has them.

        Raises:
            UserError: where it cannot be read.
            UnreachableError: where an exchange does not answer.
        """


@final
class FileReading:
    """Files: read whole, once they have changed."""

    must_be_asked = False
    ahead = 0.0

    def __init__(self, config: CsvData, features: Sequence[str], signed: bool) -> None:
        """As `load_series`.

        Raises:
            UserError: where rows have no times.
        """
        require(
            config.time != "none",
            "data.time must name the column of times where a file is followed, but is 'none': "
            f"name one, or replay the rows with {typed('live.replay', 1)}.",
        )
        self._config = config
        self._features = features
        self._signed = signed
        self._state: FileState | None = None
        self._rested = 0.0

    def is_worth(self) -> bool:
        """Whether the files have changed; now and then only, where they are large."""
        return time.monotonic() >= self._rested and file_state(self._config) != self._state

    def read(self, since: pd.Timestamp | None, bars: int) -> Series:
        """All of the files, but for a last line without an end."""
        begun = time.monotonic()
        try:
            # The state before reading: what is written meanwhile is another one.
            self._state = file_state(self._config)
            series = load_series(self._config, self._features, self._signed, _read_growing)
            self._config = replace(self._config, max_filled=1.0)
            return series
        finally:
            # A large file that is always written to takes a fifth of a processor.
            self._rested = time.monotonic() + 4 * (time.monotonic() - begun)


@final
class MarketReading:
    """An exchange: asked for the newest bars."""

    must_be_asked = True

    def __init__(
        self, config: BitcoinData, features: Sequence[str], signed: bool, live: LiveConfig, clock: Callable[[], float]
    ) -> None:
        """As `load_series`.

        Raises:
            UserError: where the stamps of bars are said to be their ends.
        """
        require(
            config.stamp == "start",
            f"data.stamp must be start where an exchange is followed, for its bars bear their start, but is "
            f"{config.stamp}: set {typed('data.stamp', 'start')}.",
        )
        self._until = config.until
        # A share of the few bars that are read says nothing; whether times are misread, a sweep has checked.
        self._config = replace(config, until=None, max_filled=1.0)
        self._features = features
        self._signed = signed
        self._grace = live.grace
        self._span = pd.Timedelta(0)
        self._clock = clock
        self._market = FollowedMarket(self._config, min(_LONGEST_SILENCE, live.poll / 3), live.poll / 3, clock)

    @property
    def ahead(self) -> float:
        """Seconds by which the exchange's clock is ahead of ours."""
        return self._market.ahead

    def is_worth(self) -> bool:
        """Never: it has to be asked."""
        return False

    def read(self, since: pd.Timestamp | None, bars: int) -> Series:
        """Whole days, as many as hold `bars` before `since`."""
        first = pd.Timestamp(self._config.since)
        until = since if since is not None else pd.Timestamp(self._clock(), unit="s")
        length = known_length(self._config) or _DAY
        self._span = max(self._span, bars * length)
        while True:
            # Bars of a week are counted from the first day: it stays where days are not made of whole bars.
            begin = max(first, (until - self._span).normalize()) if _DAY % length == pd.Timedelta(0) else first
            config = replace(self._config, since=f"{begin:%Y-%m-%d}")
            series = load_series(config, self._features, self._signed, self._read)
            before = int((series.timestamps <= until.to_datetime64()).sum())
            if before >= bars or begin == first:
                break
            self._span *= 2  # the exchange has a hole at its start
        return replace(series, notes=(*self._notes(), *series.notes))

    def _read(self, config: DataConfig, features: Sequence[str], signed: bool) -> Bars:
        if isinstance(config, BitcoinData):
            return self._market.read(config, features, self._grace)
        return _read_growing(config, features, signed)

    def _notes(self) -> tuple[str, ...]:
        return (f"data.until={self._until} is left aside: the market is followed",) if self._until else ()


def _read_growing(config: DataConfig, features: Sequence[str], signed: bool) -> Bars:
    if isinstance(config, CsvData):
        from lstm_sweep.data.files.file import read_files

        return read_files(config, features, signed, growing=True)
    return read_bars(config, features, signed)


def reading_of(
    config: DataConfig, features: Sequence[str], signed: bool, live: LiveConfig, clock: Callable[[], float]
) -> Reading:
    """How a source is followed.

    Raises:
        UserError: where it never grows, or its settings do not say when bars are over.
    """
    match config:
        case BookData():
            return BookReading(config, features, signed, clock)
        case CsvData():
            return FileReading(config, features, signed)
        case BitcoinData():
            return MarketReading(config, features, signed, live, clock)
    raise UserError(
        f"data must be a source that grows where it is followed, bitcoin, book or csv, but is {config.source}: "
        f"replay it with {typed('live.replay', 1)}, a bar a second."
    )
