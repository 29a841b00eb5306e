"""The scale of skill that figures share: set by the better trials, and those far below it marked at its edge."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstm_sweep.formats import counted
from lstm_sweep.report.page.figures import Plain, naive_axis

_REACH = 4.0
"""Distances from the best to the median that the scale goes below the median."""

NOT_COMPLETED = "x"
"""Symbol of a trial that has no score."""


@dataclass(frozen=True)
class ClippedScale:
    """A scale of skills in percent. Whatever lies above the end of its axis is drawn where it is.

    Attributes:
        low: skill down to which the axis goes at least.
        high: highest skill.
    """

    low: float
    high: float

    @classmethod
    def of(cls, skills: ArrayLike) -> Self:
        """The scale of these; what is not finite does not count."""
        values = np.asarray(skills, dtype=np.float64)
        values = values[np.isfinite(values)]
        if values.size == 0:
            return cls(-1.0, 1.0)
        low, middle, high = (float(each) for each in np.quantile(values, [0.0, 0.5, 1.0]))
        return cls(max(low, middle - _REACH * (high - middle)) if high > middle else low, high)

    def reaching(self, ends: ArrayLike) -> Self:
        """This scale, stretched to the ends of bands; those more than its own length away do not count."""
        room = self.high - self.low
        values = np.asarray(ends, dtype=np.float64)
        near = values[(values >= self.low - room) & (values <= self.high + room)]
        return type(self)(min([self.low, *near]), max([self.high, *near]))

    @property
    def limits(self) -> list[float]:
        """Ends of an axis, on which naive is always to be seen; seven digits, as all that is drawn has."""
        low, high = min(self.low, 0.0), max(self.high, 0.0)
        margin = 0.08 * (high - low) or 0.1
        return [float(f"{end:.7g}") for end in (low - margin, high + margin)]

    @property
    def floor(self) -> float:
        """The lower end of the axis: what lies below is drawn at it."""
        return self.limits[0]

    def axis(self, title: str = "skill on validation, %", **changes: Any) -> Plain:
        """The axis, with the line of naive."""
        return naive_axis(title, range=self.limits, **changes)

    def is_below(self, skills: ArrayLike) -> NDArray[np.bool_]:
        """Which lie below it."""
        return np.asarray(skills, dtype=np.float64) < self.floor

    def clip(self, skills: ArrayLike) -> NDArray[np.float64]:
        """Skills as they are drawn: those below it, and those that are not finite, at its edge."""
        values = np.asarray(skills, dtype=np.float64)
        return np.where(np.isfinite(values), np.maximum(values, self.floor), self.floor)

    def symbols(self, skills: ArrayLike) -> list[str]:
        """A mark for each: a dot, a triangle at the edge, a cross where there is no score."""
        values = np.asarray(skills, dtype=np.float64)
        marks = np.where(self.is_below(values), "triangle-down", "circle")
        return [str(mark) for mark in np.where(np.isfinite(values), marks, NOT_COMPLETED)]

    def note(self, skills: ArrayLike) -> str:
        """A sentence, with a space before it, about the trials at the edge; empty where there are none."""
        below, lost = int(self.is_below(skills).sum()), int((~np.isfinite(np.asarray(skills, dtype=float))).sum())
        clipped = f" ▼ at the lower edge: {counted(below, 'trial')} worse than {self.floor:.3g} %." if below else ""
        return clipped + (f" ✕ at the lower edge: {counted(lost, 'trial')} that did not complete." if lost else "")
