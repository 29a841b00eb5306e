"""Intervals around forecasts from the model's own errors: conformal, scaled by volatility, adaptive.

An error is divided by the volatility known at its origin, so that calm and wild times can be compared; the interval
of a new forecast is a quantile of past scaled errors times the volatility now. Nothing Gaussian is assumed. The level
of that quantile follows whether the intervals before it held: Gibbs and Candes, "Adaptive Conformal Inference Under
Distribution Shift" (2021), equation 2.
"""

import math
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

DECAY = 0.94
"""Weight of the past in the volatility, an exponentially weighted mean of squares (RiskMetrics, 1996, for days)."""

CALIBRATION = 500
"""Errors, the latest whose targets are known, that a quantile is taken of."""

FEWEST = 50
"""Errors without which there is no interval."""

ADAPTATION = 0.01
"""How far one interval that held, or did not, moves the level of the next: gamma of the paper."""


@dataclass(frozen=True)
class Calibrated:
    """What past errors say of the next one.

    Attributes:
        quantile: scaled error that the next one stays below with the wanted probability.
        num_errors: that it was taken of.
        held: bool `(interval,)`, whether each interval of the past, made as the next one is, held its actual.
    """

    quantile: float
    num_errors: int
    held: NDArray[np.bool_]


def volatility(changes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Exponentially weighted root mean square of one-bar changes, known after each of them.

    Args:
        changes: float64 `(time,)`: returns, or differences of a signed series.

    Returns:
        float64 `(time,)`; the mean of the first 20 squares stands for what lies before the first.
    """
    level = float(np.mean(changes[:20] ** 2)) if changes.size else 0.0
    squares = np.empty(changes.size)
    for row, change in enumerate(changes.tolist()):
        level = DECAY * level + (1 - DECAY) * change * change
        squares[row] = level
    return np.sqrt(squares)


@final
class AdaptiveInterval:
    """The interval of one step ahead, made anew at every bar from the errors that are known there.

    Attributes:
        held: bool of every interval whose error was learned, in their order.
    """

    def __init__(self, coverage: float) -> None:
        """Begin without errors; `coverage` is the share of actuals that intervals are to hold, 0 to 1."""
        self._wanted = self._miss = 1.0 - coverage
        self._errors = np.empty(CALIBRATION)
        self._count = 0
        self.held: list[bool] = []

    @property
    def num_errors(self) -> int:
        """Errors that the quantile is taken of now."""
        return min(self._count, CALIBRATION)

    def quantile(self) -> float | None:
        """Scaled error that the next one stays below; None where fewer than `FEWEST` are known."""
        return _quantile(self._errors[: self.num_errors], self._miss) if self._count >= FEWEST else None

    def learn(self, error: float, quantile: float | None) -> None:
        """An actual is known.

        Args:
            error: of its forecast, absolute, divided by the volatility at its origin.
            quantile: that its interval was made of, None where it had none.
        """
        self._errors[self._count % CALIBRATION] = error
        self._count += 1
        if quantile is not None:
            self.held.append(error <= quantile)
            self._miss += ADAPTATION * (self._wanted - (not self.held[-1]))


def calibrate(
    errors: NDArray[np.float64], origins: NDArray[np.int64], step: int, now: int, coverage: float
) -> Calibrated | None:
    """The quantile for a forecast made at `now`, and how those of the past did, each from what was known then.

    Args:
        errors: float64 `(window,)`, scaled absolute errors of the forecast `step` bars ahead.
        origins: int64 `(window,)`, their origins, increasing, all with a target at or before `now`.
        step: bars between origin and target, 1 or more.
        now: row of the last bar.
        coverage: share of actuals that intervals are to hold, 0 to 1.

    Returns:
        None where fewer than `FEWEST` errors are known.
    """
    interval = AdaptiveInterval(coverage)
    made: list[float | None] = []
    known = 0  # errors whose targets are known at an origin
    for origin in [*origins.tolist(), now]:
        while known < len(made) and origins[known] + step <= origin:
            interval.learn(float(errors[known]), made[known])
            known += 1
        made.append(interval.quantile())
    quantile = made[-1]
    return None if quantile is None else Calibrated(quantile, interval.num_errors, np.array(interval.held, dtype=bool))


def _quantile(errors: NDArray[np.float64], miss: float) -> float:
    """The conformal quantile: of n errors the ceil((n + 1) (1 - miss))-th, the largest where there is none so large."""
    rank = math.ceil((len(errors) + 1) * (1.0 - miss))
    place = min(max(rank, 1), len(errors)) - 1
    return float(np.partition(errors, place)[place])
