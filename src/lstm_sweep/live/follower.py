"""Bar after bar: what has closed is written down, what was forecast is scored, what comes next is forecast."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import final

import numpy as np
import pandas as pd

from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError
from lstm_sweep.live.follow.source import ClosedBars, FeedError, Source
from lstm_sweep.live.record.journal import LiveJournal
from lstm_sweep.live.record.lines import (
    BarLine,
    CorrectionLine,
    EventLine,
    ForecastLine,
    Line,
    VersionLine,
)
from lstm_sweep.live.state import LiveState
from lstm_sweep.live.version_files import save_version
from lstm_sweep.live.winner import SweepWinner

_MOST_CORRECTED = 20
"""Bars that may be corrected at once, or a tenth of all at hand."""

Clock = Callable[[], float]
"""Seconds since 1970."""


@final
class Follower:
    """Takes a live process from bar to bar, in one thread; everything is on the disk before it counts."""

    def __init__(
        self,
        state: LiveState,
        journal: LiveJournal,
        source: Source,
        expire: pd.Timedelta | None = None,
        clock: Clock = time.time,
    ) -> None:
        """Go on from where the state stands, which has bars; versions older than `expire` forecast nothing."""
        self.state = state
        self._journal, self._source, self._clock, self._expire = journal, source, clock, expire
        self._said = ""

    @property
    def folder(self) -> Path:
        """live/<name>/."""
        return self._journal.folder

    def is_expired(self, winner: SweepWinner) -> bool:
        """Whether the training of a version ended too long before the newest bar."""
        if self._expire is None:
            return False
        newest = pd.Timestamp(self.state.bars.time(self.state.last))
        return bool(newest - pd.Timestamp(winner.facts.trained_until or winner.facts.unseen_from) > self._expire)

    def misfit(self, winner: SweepWinner) -> str:
        """Why a version cannot work on these bars; empty where it can."""
        begin, network = self.state.begin, winner.members[0]
        if tuple(network.features) != begin.features:
            return f"it reads {list(network.features)}, and the bars have {list(begin.features)}"
        if network.is_signed != begin.signed:
            return "it is of a series of another kind (values at or below zero)"
        return ""

    def some_past(self, winner: SweepWinner) -> pd.DataFrame:
        """Past prices, as many as a version reads: ones, as nobody looks at the answer."""
        return pd.DataFrame(1.0, index=range(winner.rows_read), columns=["price", *self.state.begin.features])

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
            self.forecast()
        return len(lines)

    def forecast(self) -> None:
        """Score what the newest bar settles, and forecast after it, once."""
        score = self.state.due_score()
        made = [each for role in self.state.due() if (each := self._forecast_by(role)) is not None]
        if score is not None or made:
            self._write(*([score] if score is not None else []), *made)

    def begin_version(self, role: str, winner: SweepWinner, version: str, why: str) -> None:
        """A version begins to work after the newest bar, in place of the one in its role."""
        folder, label = save_version(self._journal.folder, winner), label_of(winner)
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
        if self.is_expired(self.state.roles[role].version.winner):
            self.note(f"no forecast by the {role}: its training ended longer ago than live.expire")
            return None
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
            unusual=made.unusual,
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

    def _note_corrections(self, series: Series) -> None:
        changed, bars = changed_rows(self.state, series), self.state.bars
        places = [bars.row_of(int(series.timestamps[row].astype(np.int64))) for row in changed]
        others, known = sum(place is not None and not bars.is_filled(place) for place in places), len(bars) - bars.first
        if others > max(_MOST_CORRECTED, known / 10):
            raise FeedError(
                f"{others:,} of {known:,} bars have other values than before, as if another series were there: they "
                "are not taken; bring the former one back, or begin anew with another live.name."
            )
        for row in changed:
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


def label_of(winner: SweepWinner) -> str:
    """What people call a version."""
    return winner.version or f"winner of sweep {winner.facts.sweep}"


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
