"""A test that may be looked at after every bar: the wealth of someone who bets that one forecast is better.

A bet of nothing in expectation where it is not: wealth then reaches 1 / alpha with probability alpha at most, whenever
one looks and stops. Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting" (2020, arXiv
2010.09686), section 4; for comparing forecasts Henzi and Ziegel (2021, arXiv 2103.08402).
"""

import math
from typing import final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

FIRST = 20
"""Bars that only say how large differences are."""

LARGEST = 6.0
"""A difference counts as at most so many typical ones."""

_MEMORY = 0.99
_BOLDEST = 0.5 / LARGEST


@final
class BettingTest:
    """Comparisons that run side by side, one number each per bar.

    The claim is about differences clipped at `LARGEST` times their typical size, which moves with them: rare large
    losses are clipped away, so that `clipped` must be read beside it.

    Attributes:
        bars: differences seen, those that only set the size included.
        log_wealth: float64 `(comparison,)`, now.
        highest: float64 `(comparison,)`, the highest so far.
        num_clipped: float64 `(comparison,)`, bars whose difference was clipped.
    """

    def __init__(self, comparisons: int = 1) -> None:
        """Begin `comparisons` of them."""
        self.bars = 0
        self.log_wealth, self.highest, self.num_clipped = (np.zeros(comparisons) for _ in range(3))
        self._size, self._sum, self._squares = (np.zeros(comparisons) for _ in range(3))

    def add(self, difference: Numbers) -> None:
        """Count one bar.

        Args:
            difference: float64 `(comparison,)`: loss of the one less loss of the other, above 0 where the other one,
                which is to be shown better, was.
        """
        if self.bars < FIRST:
            self._size += np.abs(difference) / FIRST
        else:
            self._bet(difference)
            self._size = _MEMORY * self._size + (1 - _MEMORY) * np.abs(difference)
        self.bars += 1

    def p_value(self) -> Numbers:
        """Float64 `(comparison,)`: valid at whatever bar one looks."""
        return np.exp(-self.highest)

    def claims(self, alpha: float | Numbers) -> NDArray[np.bool_]:
        """Which comparisons show the other one to be better, at level `alpha`."""
        return self.highest >= -np.log(alpha)

    def _bet(self, difference: Numbers) -> None:
        with np.errstate(invalid="ignore", divide="ignore"):
            scaled = np.where(self._size > 0, difference / self._size, 0.0)
        clipped = np.clip(scaled, -LARGEST, LARGEST)
        share = np.clip(self._sum / (1.0 + self._squares), 0.0, _BOLDEST)
        self.log_wealth += np.log1p(share * clipped)
        np.maximum(self.highest, self.log_wealth, out=self.highest)
        self.num_clipped += np.abs(scaled) > LARGEST
        self._sum += clipped
        self._squares += clipped**2


def alpha_of(number: int, alpha: float) -> float:
    """The level of the `number`-th comparison, from 1: all of them together claim falsely at most `alpha` often."""
    return 6.0 * alpha / (math.pi**2 * number**2)
