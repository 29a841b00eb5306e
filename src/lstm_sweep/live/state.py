"""What has happened so far in a live process, line by line; the same from its journal as while it happened."""

from collections import deque
from dataclasses import dataclass
from functools import singledispatchmethod
from pathlib import Path
from typing import final

from lstm_sweep.live.comparison import OngoingComparison
from lstm_sweep.live.made import MadeForecasts
from lstm_sweep.live.past_bars import PastBars
from lstm_sweep.live.record.lines import (
    CHALLENGER,
    CHAMPION,
    BarLine,
    BeginLine,
    CorrectionLine,
    EventLine,
    ForecastLine,
    Line,
    ScoreLine,
    VersionLine,
)
from lstm_sweep.live.version_files import LoadedVersions
from lstm_sweep.live.working import Made, WorkingVersion
from lstm_sweep.stats.betting import alpha_of

_SAID = 20
"""Holes and events that stay at hand."""


@final
@dataclass(frozen=True)
class AtWork:
    """A version in its role, and the line by which it began."""

    line: VersionLine
    version: WorkingVersion
    since: int  # time of the newest bar then


@final
@dataclass(frozen=True)
class Hole:
    """Bars that did not come, from `time` on (nanoseconds since 1970), until one came after them."""

    time: int
    bars: int


@final
class LiveState:
    """Everything that follows from the lines so far.

    Attributes:
        begin: what the process rests on.
        bars: at hand.
        roles: versions at work, by role.
        made: forecasts of the latest bars.
        against_naive: the champion's comparison, whichever version it is: retraining is part of the forecaster.
        against_champion: that of the challenger, None where there is none.
        num_live, num_filled: bars since the process first began, and those of them that never came.
        num_forecasts, num_late: of the champion, and the late ones among them.
        held, judged: intervals of the champion by step, made in time and of prices that it had not seen: those that
            held their actual, and all.
        holes, events: the latest.
        closes: when the bar after the newest one closes, milliseconds since 1970; None where nobody can tell.
    """

    def __init__(self, begin: BeginLine, folder: Path) -> None:
        """Begin; `folder` is live/<name>/, which holds the files of the versions."""
        self.begin, self._versions = begin, LoadedVersions(folder)
        self.bars = PastBars(begin.series, begin.features, begin.signed, begin.keep)
        self.roles: dict[str, AtWork] = {}
        self.made = MadeForecasts(self.bars, begin.signed)
        self.against_naive = OngoingComparison("naive", "the champion", begin.alpha)
        self.against_champion: OngoingComparison | None = None
        self.num_live = self.num_late = self.num_filled = self.num_forecasts = 0
        self.held: dict[int, int] = {}
        self.judged: dict[int, int] = {}
        self.holes: deque[Hole] = deque(maxlen=_SAID)
        self.events: deque[EventLine | VersionLine | CorrectionLine] = deque(maxlen=_SAID)
        self._num_challengers = 0
        self.closes: int | None = None

    @property
    def last(self) -> int:
        """Row of the newest bar."""
        return len(self.bars) - 1

    def propose(self, role: str) -> Made | None:
        """What the version in a role forecasts after the newest bar; None where it cannot."""
        return self.roles[role].version.forecast(self.bars)

    def due(self) -> list[str]:
        """Roles whose version has not forecast after the newest bar."""
        made = self.made.after(self.last)
        return [
            role for role, each in self.roles.items() if role not in made or made[role].version != each.line.version
        ]

    def due_score(self) -> ScoreLine | None:
        """What the newest bar settles of the forecasts before it."""
        return self.made.due_score()

    @singledispatchmethod
    def apply(self, line: Line) -> None:
        """Something has happened."""
        raise TypeError(f"{line} is no line that changes anything")

    @apply.register
    def _(self, line: BarLine) -> None:
        self.bars.add(line.time, line.values, line.filled)
        self.closes = line.closes
        self.made.add_bar()
        if line.received is None:
            return
        self.num_live += 1
        self.num_filled += line.filled
        self._note_hole()
        # A challenger that has just become champion may be in both roles.
        for version in {id(each.version): each.version for each in self.roles.values()}.values():
            version.settle(self.bars)
        for step, has_held in self.made.intervals():
            self.judged[step] = self.judged.get(step, 0) + 1
            self.held[step] = self.held.get(step, 0) + has_held

    @apply.register
    def _(self, line: CorrectionLine) -> None:
        row = self.bars.row_of(line.time)
        if row is not None:
            self.bars.correct(row, line.values, line.filled)
        self.events.append(line)

    @apply.register
    def _(self, line: ForecastLine) -> None:
        self.made.add(line)
        if line.role == CHAMPION:
            self.num_forecasts += 1
            self.num_late += line.late
        self.roles[line.role].version.remember(self.bars, line.prices)

    @apply.register
    def _(self, line: ScoreLine) -> None:
        self.against_naive.add(line.time, line.naive, line.champion)
        if self.against_champion is not None and line.challenger is not None:
            self.against_champion.add(line.time, line.champion, line.challenger)
        self.made.add_score()

    @apply.register
    def _(self, line: VersionLine) -> None:
        self.events.append(line)
        self.roles.pop(line.role, None)
        if line.version:
            at_work = AtWork(line, self._working(line), self.bars.time(self.last))
            self.roles[line.role] = at_work
            self.made.begin_version(line.version, at_work.version.winner.facts)
        rival = self.roles.get(CHALLENGER)
        if line.role == CHALLENGER or (rival is not None and rival.line.folder != line.folder):
            # Another pair is another comparison.
            self.against_champion = None if rival is None else self._comparison(rival.line)

    @apply.register
    def _(self, line: EventLine) -> None:
        self.events.append(line)

    def _working(self, line: VersionLine) -> WorkingVersion:
        """A challenger that becomes champion works on as it is; others learn their intervals anew."""
        for each in self.roles.values():
            if each.line.folder == line.folder:
                return each.version
        winner = self._versions.load(line.folder, line.label)
        return WorkingVersion(winner, self.bars, self.begin.coverage)

    def _comparison(self, line: VersionLine) -> OngoingComparison:
        """The next one with the champion, at a level that leaves enough for all that may follow."""
        self._num_challengers += 1
        champion = self.roles.get(CHAMPION)
        name = "" if champion is None else f", version {champion.line.version}"
        return OngoingComparison(
            f"the champion{name}", f"challenger {line.version}", alpha_of(self._num_challengers, self.begin.alpha)
        )

    def _note_hole(self) -> None:
        row = self.last - 1
        while row > self.bars.first and self.bars.is_filled(row) and not self.bars.is_filled(self.last):
            row -= 1
        if row < self.last - 1:
            self.holes.append(Hole(self.bars.time(row + 1), self.last - 1 - row))
