"""Bar after bar: what has closed is written down, what was forecast is scored, what comes next is forecast."""

import time
from collections.abc import Callable, Iterator
from typing import final

import numpy as np

from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError
from lstm_sweep.live.follow.source import ClosedBars, Source
from lstm_sweep.live.record.journal import LiveJournal
from lstm_sweep.live.record.lines import (
    BarLine,
    CorrectionLine,
    EventLine,
    ForecastLine,
    HoleLine,
    Line,
    VersionLine,
)
from lstm_sweep.live.state import LiveState
from lstm_sweep.live.version_files import save_version
from lstm_sweep.live.winner import SweepWinner

Clock = Callable[[], float]
"""Seconds since 1970."""


@final
class Follower:
    """Takes a live process from bar to bar, in one thread; everything is on the disk before it counts."""

    def __init__(self, state: LiveState, journal: LiveJournal, source: Source, clock: Clock = time.time) -> None:
        """Go on from where the state stands, which has bars."""
        self.state = state
        self._journal, self._source, self._clock = journal, source, clock
        self._expires: int | None = None
        self._said = ""

    def step(self) -> int:
        """Look at the source once, and do all that follows.

        Returns:
            How many bars were new.

        Raises:
            FeedError: where the source cannot be read now.
            OSError: where the journal cannot be written.
        """
        self.forecast()
        found = self._source.look()
        self._note_corrections(found.series)
        lines = list(self._new_bars(found))
        for line in lines:
            self._write(line)
            if not line.filled:
                self._note_hole()
            self.forecast()
        return len(lines)

    def forecast(self) -> None:
        """Score what the newest bar settles, and forecast after it, once."""
        score = self.state.due_score()
        made = [each for role in self.state.due() if (each := self._forecast_by(role)) is not None]
        if score is not None or made:
            self._write(*([score] if score is not None else []), *made)

    def begin_version(self, role: str, winner: SweepWinner, version: str, label: str, why: str) -> None:
        """A version begins to work after the newest bar, in place of the one in its role."""
        folder = save_version(self._journal.folder, winner)
        self._write(VersionLine(role=role, version=version, folder=folder, label=label, why=why, timestamp=self._now()))
        self.forecast()

    def end_version(self, role: str, why: str) -> None:
        """No version works in a role from now on."""
        self._write(VersionLine(role=role, version="", folder="", label="", why=why, timestamp=self._now()))

    def note(self, text: str) -> None:
        """Something that people should know, said once in a row."""
        if text != self._said:
            self._said = text
            self._write(EventLine(text=text, timestamp=self._now()))

    def _forecast_by(self, role: str) -> ForecastLine | None:
        try:
            made = self.state.propose(role)
        except UserError as error:
            self.note(f"no forecast by the {role}: {error}")
            return None
        if made is None:
            return None
        written, closes = self._now(), self.state.closes
        return ForecastLine(
            origin=self.state.bars.time(self.state.last),
            role=role,
            version=self.state.roles[role].line.version,
            prices=made.prices,
            low=made.low,
            high=made.high,
            late=closes is not None and written >= closes,
            written=written,
        )

    def _new_bars(self, found: ClosedBars) -> Iterator[BarLine]:
        """Bars after the newest one that is known; all but the last were closed before they could be forecast."""
        series, received = found.series, self._now()
        times = series.timestamps.astype(np.int64)
        first = int(np.searchsorted(times, self.state.bars.time(self.state.last), side="right"))
        next_close = None if np.isinf(found.next_close) else int(found.next_close * 1000)
        for row in range(first, len(series)):
            yield BarLine(
                time=int(times[row]),
                values=values_at(series, row),
                filled=bool(series.filled[row]),
                received=received,
                closes=next_close if row == len(series) - 1 else received,
            )

    def _note_hole(self) -> None:
        """A bar has come after others that did not."""
        bars, row = self.state.bars, self.state.last - 1
        while row > bars.first and bars.is_filled(row):
            row -= 1
        missed = self.state.last - 1 - row
        if missed:
            self._write(HoleLine(time=bars.time(row + 1), bars=missed, received=self._now()))

    def _note_corrections(self, series: Series) -> None:
        for row in changed_rows(self.state, series):
            self._write(
                CorrectionLine(
                    time=int(series.timestamps[row].astype(np.int64)),
                    values=values_at(series, row),
                    filled=bool(series.filled[row]),
                    received=self._now(),
                )
            )

    def _write(self, *lines: Line) -> None:
        self._journal.write(*lines)
        for line in lines:
            self.state.apply(line)

    def _now(self) -> int:
        return int(self._clock() * 1000)


def values_at(series: Series, row: int) -> tuple[float, ...]:
    """Price and covariates of a bar."""
    return (float(series.values[row]), *(float(each[row]) for each in series.covariates.values()))


def changed_rows(state: LiveState, series: Series) -> list[int]:
    """Rows of a series whose bars are known with other values; a bar that was filled is known once it has come."""
    known = state.bars.series()
    rows = np.searchsorted(series.timestamps, known.timestamps)
    there = rows < len(series)
    there[there] = series.timestamps[rows[there]] == known.timestamps[there]
    rows, columns = rows[there], [series.values, *series.covariates.values()]
    before = [known.values, *known.covariates.values()]
    same = np.ones(len(rows), bool)
    for now, then in zip(columns, before, strict=True):
        same &= (now[rows] == then[there]) | (np.isnan(now[rows]) & np.isnan(then[there]))
    same &= series.filled[rows] | ~known.filled[there]
    return rows[~same].tolist()
