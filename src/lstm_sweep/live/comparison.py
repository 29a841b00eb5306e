"""One forecaster against another while both are at work, by tests that may be looked at after every bar."""

import math
from dataclasses import dataclass, field
from typing import final

import numpy as np

from lstm_sweep.stats.betting import BettingTest
from lstm_sweep.stats.confidence_sequence import ConfidenceSequence

MOST_CLIPPED = 0.03
"""Share of clipped differences up to which a claim may promote."""

_BARS_TIMES_R2 = 30.0
"""Bars until half of all streams claim, times the share of variance explained (benchmarks/controls/streams.py: 26.5 at
3 %, 29.1 at 1 %, 32.0 at 0.3 % for independent returns)."""

_MOST_MOMENTS = 200


@final
@dataclass(frozen=True)
class Moment:
    """Where a comparison stood once: the wealth, and the mean difference with the ends of its interval,
    in percent of the mean loss of the other; `time` in nanoseconds since 1970.
    """

    time: int
    wealth: float
    mean: float
    low: float
    high: float


@final
@dataclass
class OngoingComparison:
    """Whether one forecaster (`better`) has smaller losses than another (`other`).

    Attributes:
        other: whom it is compared with.
        better: who is to be shown better.
        alpha: level at which it is claimed.
        scored: origins that were compared.
        claimed_at: time of the bar at which it was first claimed, None before.
        since_claim: sum of differences after that, of `after_claim` origins.
    """

    other: str
    better: str
    alpha: float
    scored: int = 0
    claimed_at: int | None = None
    since_claim: float = 0.0
    after_claim: int = 0
    _test: BettingTest = field(default_factory=BettingTest)
    _losses: list[float] = field(default_factory=lambda: [0.0, 0.0])
    _moments: list[Moment] = field(default_factory=list)
    _every: int = 1

    def __post_init__(self) -> None:
        """One end of the interval that is drawn holds with 1 - alpha."""
        self._sequence = ConfidenceSequence(2 * self.alpha)

    def add(self, time: int, other: float, better: float) -> None:
        """Count one origin: the losses of both, and the time of the bar that settled them."""
        difference = np.array([other - better])
        self._test.add(difference)
        self._sequence.add(difference)
        self.scored += 1
        self._losses[0] += other
        self._losses[1] += better
        if self.claimed_at is not None:
            self.since_claim += other - better
            self.after_claim += 1
        elif bool(self._test.claims(self.alpha)[0]):
            self.claimed_at = time
        if self.scored % self._every == 0:
            self._keep(self._moment(time))

    @property
    def p(self) -> float:
        """The smallest p so far, valid at whatever bar one looks."""
        return float(self._test.p_value()[0])

    @property
    def clipped(self) -> float:
        """Share of differences that were clipped."""
        return float(self._test.num_clipped[0]) / self.scored if self.scored else 0.0

    @property
    def skill(self) -> float | None:
        """1 - RMSE / RMSE of the other over all that was scored; None before any, or where the other had no error."""
        other, better = self._losses
        return 1.0 - math.sqrt(better / other) if other > 0 else None

    @property
    def may_promote(self) -> bool:
        """Whether the claim is one that a promotion may rest on: the raw mean agrees, and little was clipped."""
        return self.claimed_at is not None and self._losses[0] > self._losses[1] and self.clipped <= MOST_CLIPPED

    @property
    def moments(self) -> tuple[Moment, ...]:
        """Where it stood at some of its bars, at most 200."""
        return tuple(self._moments)

    def _moment(self, time: int) -> Moment:
        percent = 100.0 * self.scored / self._losses[0] if self._losses[0] > 0 else math.nan
        low, high = self._sequence.interval()
        wealth = math.exp(min(float(self._test.log_wealth[0]), 700.0))
        return Moment(time, wealth, *(float(number[0]) * percent for number in (self._sequence.mean, low, high)))

    def _keep(self, moment: Moment) -> None:
        self._moments.append(moment)
        if len(self._moments) >= _MOST_MOMENTS:
            self._moments = self._moments[1::2]
            self._every *= 2


def bars_to_claim(skill: float) -> float:
    """Scored bars until half of all streams claim a skill, for independent returns; infinite for none."""
    explained = 1.0 - (1.0 - skill) ** 2
    return _BARS_TIMES_R2 / explained if explained > 0 else math.inf
