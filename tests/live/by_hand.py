"""What must hold of any journal, read line by line by an author who trusts nothing that was kept beside it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from lstm_sweep.live.record.lines import (
    CHALLENGER,
    CHAMPION,
    BarLine,
    CorrectionLine,
    ForecastLine,
    Line,
    ScoreLine,
)


@dataclass
class JournalByHand:
    """Reads a journal.

    Attributes:
        bars: times of the bars that came while it was at work, in the order of their lines.
        prices: what is known of each bar, by its time.
        absent: times of bars that were filled when their time had come.
        forecasts: by time of the origin and by role, the newest.
        late: origins of champions' forecasts that are marked so.
        scored: origins, in the order of their lines.
    """

    bars: list[int] = field(default_factory=list)
    prices: dict[int, float] = field(default_factory=dict)
    absent: set[int] = field(default_factory=set)
    forecasts: dict[tuple[int, str], ForecastLine] = field(default_factory=dict)
    late: set[int] = field(default_factory=set)
    scored: list[int] = field(default_factory=list)
    _times: list[int] = field(default_factory=list)
    _places: dict[int, int] = field(default_factory=dict)
    _known: dict[int, float] = field(default_factory=dict)
    _closes: int | None = None

    def read(self, lines: Iterable[Line]) -> "JournalByHand":
        """Check every line by those before it."""
        for line in lines:
            match line:
                case BarLine():
                    self._bar(line)
                case CorrectionLine():
                    assert line.time in self.prices
                    self.prices[line.time] = line.values[0]
                case ForecastLine():
                    self._forecast(line)
                case ScoreLine():
                    self._score(line)
        return self

    def _bar(self, line: BarLine) -> None:
        assert not self._times or line.time > self._times[-1]
        self._places[line.time] = len(self._times)
        self._times.append(line.time)
        self.prices[line.time] = line.values[0]
        self._closes = line.closes
        if line.filled:
            self.absent.add(line.time)
        if line.received is not None:
            self.bars.append(line.time)

    def _forecast(self, line: ForecastLine) -> None:
        assert line.origin == self._times[-1]
        before = self.forecasts.get((line.origin, line.role))
        assert before is None or before.version != line.version
        assert line.late == (self._closes is not None and line.written >= self._closes)
        self.forecasts[line.origin, line.role] = line
        self._known[line.origin] = self.prices[line.origin]
        if line.role == CHAMPION:
            self.late.discard(line.origin)
            if line.late:
                self.late.add(line.origin)

    def _score(self, line: ScoreLine) -> None:
        made = self.forecasts[line.origin, CHAMPION]
        first, steps = self._places[line.origin], len(made.prices)
        targets = self._times[first + 1 :]
        assert len(targets) == steps
        assert line.time == targets[-1]
        assert not made.late
        assert self.absent.isdisjoint([line.origin, *targets])
        assert not self.scored or self._places[self.scored[-1]] + steps <= first
        self.scored.append(line.origin)
        assert line.naive == pytest.approx(self._loss(line.origin, [self._known[line.origin]] * steps), rel=1e-12)
        assert line.champion == pytest.approx(self._loss(line.origin, made.prices), rel=1e-12)
        rival = self.forecasts.get((line.origin, CHALLENGER))
        if rival is None or rival.late:
            assert line.challenger is None
        else:
            assert line.challenger == pytest.approx(self._loss(line.origin, rival.prices), rel=1e-12)

    def _loss(self, origin: int, prices: Iterable[float]) -> float:
        first, unit = self._places[origin], self._known[origin]
        errors = [(price - self.prices[self._times[first + step]]) / unit for step, price in enumerate(prices, start=1)]
        return sum(error**2 for error in errors) / len(errors)

    def may_be_scored(self, horizon: int) -> list[int]:
        """Origins whose steps have all come in time, each as soon as the one before it has ended."""
        found, free = [], 0
        for place, origin in enumerate(self._times):
            rows = self._times[place : place + horizon + 1]
            made = self.forecasts.get((origin, CHAMPION))
            if place < free or made is None or made.late or len(rows) <= horizon or self.absent & set(rows):
                continue
            found.append(origin)
            free = place + horizon
        return found
