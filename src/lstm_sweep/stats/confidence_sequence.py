"""An interval of a mean that holds at every bar at once, for drawing beside a test that decides.

Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic confidence
sequences" (2021, arXiv 2103.06476), theorem 2.2, with the boundary tightest at a bar that is chosen beforehand.
"""

import math
from typing import final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

FEWEST = 50
"""Bars before which there is no interval."""

TIGHTEST_AT = 2000
"""Bars at which it is to be narrowest."""


@final
class ConfidenceSequence:
    """Means of numbers that come one per bar, side by side.

    Attributes:
        bars: numbers seen.
        mean: float64 `(comparison,)`.
    """

    def __init__(self, alpha: float, comparisons: int = 1) -> None:
        """Begin; both ends hold at all bars with a probability of about 1 - `alpha`, one end with 1 - `alpha` / 2."""
        self._alpha = alpha
        self.bars = 0
        self.mean, self._squares = np.zeros(comparisons), np.zeros(comparisons)

    def add(self, number: Numbers) -> None:
        """Count one bar, float64 `(comparison,)`."""
        self.bars += 1
        before = number - self.mean
        self.mean = self.mean + before / self.bars
        self._squares = self._squares + before * (number - self.mean)

    def interval(self) -> tuple[Numbers, Numbers]:
        """Both ends, float64 `(comparison,)`; infinite before there are `FEWEST` bars."""
        if self.bars < FEWEST:
            endless = np.full_like(self.mean, math.inf)
            return -endless, endless
        half = np.sqrt(self._squares / (self.bars - 1)) * margin(self.bars, self._alpha, TIGHTEST_AT)
        return self.mean - half, self.mean + half


def margin(bars: int, alpha: float, tightest_at: int) -> float:
    """Half the width at a bar, for numbers of unit variance (theorem 2.2; `rho` from its equation 11)."""
    rho2 = rho_squared(alpha, tightest_at)
    grown = bars * rho2 + 1.0
    return math.sqrt(2.0 * grown / (bars**2 * rho2) * math.log(math.sqrt(grown) / alpha))


def rho_squared(alpha: float, tightest_at: int) -> float:
    """The parameter that makes the interval narrowest at a bar."""
    twice = 2.0 * math.log(1.0 / alpha)
    return (twice + math.log(1.0 + twice)) / tightest_at
