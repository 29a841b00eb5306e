"""One scale for the skills of all rows: every dot and bar of a column is drawn on it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from lstm_sweep.formats import is_number, percent
from lstm_sweep.report.page.blocks import Bar

_REACH = 4.0
"""How far the scale goes at most from the middle trial, in distances of the best one from it."""

_MARGIN = 0.05
"""Share of the scale that is left free at both ends, so that a dot lies inside as a whole."""

_APART = 0.25
"""Share of the scale by which labels are apart at least."""


@dataclass(frozen=True)
class SkillScale:
    """A line of skills, in percent.

    Attributes:
        low: its left end.
        high: its right end.
    """

    low: float
    high: float

    @classmethod
    def around(cls, scores: Sequence[tuple[float, float]], baselines: Sequence[float] = ()) -> Self:
        """The scale of trials: naive and the best are on it, and whatever does not lie very far below the middle one.

        Args:
            scores: of trials, each with its deviation; what is not finite has no place.
            baselines: their scores, drawn on the same scale as far as they fit.
        """
        known = [each for each in scores if math.isfinite(each[0])]
        skills = [skill_of(score) for score, _ in known]
        ends = [0.0, *map(skill_of, baselines), *(end for each in known for end in _ends(*each))]
        middle = float(np.median(skills)) if skills else 0.0
        reach = _REACH * (max(max([0.0, *skills]) - middle, abs(middle)) or 0.25)
        near = [end for end in ends if abs(end - middle) <= reach]
        low, high = min(near), max(near)
        margin = _MARGIN * (high - low) or 1.0
        return cls(low - margin, high + margin)

    def place(self, skill: float) -> float:
        """Where a skill lies, from 0 to 100; at an end where it is beyond."""
        return round(100 * min(max((skill - self.low) / (self.high - self.low), 0.0), 1.0), 2)

    def bar(self, score: float | None, deviation: float = math.nan) -> Bar | None:
        """A dot at the skill of a score, and a deviation of the seeds to both sides; None where there is none."""
        if not is_number(score):
            return None
        skill, (start, stop) = skill_of(score), _ends(score, deviation)
        is_on = self.low <= skill <= self.high
        beyond = [name for name, is_so in (("left", start < self.low), ("right", stop > self.high)) if is_so]
        hint = _words(skill) + (f" ({_words(start)} to {_words(stop)})" if start < stop else "")
        return Bar(
            self.place(start),
            self.place(stop),
            dot=self.place(skill) if is_on else None,
            zero=self.place(0.0),
            beyond=beyond,
            hint=hint if is_on else f"{hint}: beyond the scale",
        )

    def ticks(self) -> list[tuple[float, str]]:
        """Places and labels of naive's 0 and of a skill of two digits near each end, unless that is too near to 0."""
        inside = (1.0 - _MARGIN) * self.low, (1.0 - _MARGIN) * self.high
        ends = [(end, label) for end, label in map(_two_digits, inside) if abs(end) > _APART * (self.high - self.low)]
        return [(self.place(tick), label) for tick, label in sorted([*ends, (0.0, "0")])]


def skill_of(score: float) -> float:
    """The skill in percent of a log ratio to naive; the largest number where it is beyond all numbers."""
    return 100.0 * (1.0 - math.exp(min(score, 700.0)))


def _ends(score: float, deviation: float) -> tuple[float, float]:
    spread = deviation if is_number(deviation) else 0.0
    return skill_of(score + spread), skill_of(score - spread)


def _words(skill: float) -> str:
    return percent(skill / 100) if abs(skill) < 1e6 else f"{skill:.3e} %"


def _two_digits(skill: float) -> tuple[float, str]:
    """Rounded towards 0, with its label."""
    exponent = math.floor(math.log10(abs(skill))) if skill else 0
    rounded = math.trunc(skill * 10.0 ** (1 - exponent)) * 10.0 ** (exponent - 1)
    return rounded, f"{rounded:.{max(1 - exponent, 0)}f}" if abs(skill) < 1e6 else f"{rounded:.1e}"
