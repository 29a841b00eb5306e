"""Intervals of the next bars, from the errors that a winner made on prices that it has never seen."""

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.data.series import Series
from lstm_sweep.live.winner import SweepWinner
from lstm_sweep.metrics import error_unit
from lstm_sweep.stats.conformal import CALIBRATION, FEWEST, Calibrated, calibrate, volatility

_MOST_WINDOWS = 2 * CALIBRATION
"""Unseen windows that are forecast anew: half to take quantiles of, half to see how intervals have held."""


@final
@dataclass(frozen=True)
class Intervals:
    """What past errors say of the next bars.

    Attributes:
        unit: what a scaled error of 1 is now, in price units.
        steps: by step ahead; None where too few errors are known.
        since: datetime64[ns] of the first bar that errors were counted on, None where none were.
    """

    unit: float
    steps: tuple[Calibrated | None, ...]
    since: np.datetime64 | None


def find_intervals(winner: SweepWinner, series: Series, bars: int, coverage: float) -> Intervals:
    """Calibrate intervals for the next `bars` bars of a series.

    Args:
        winner: of a sweep.
        series: up to now.
        bars: steps ahead.
        coverage: share of actuals that intervals are to hold.
    """
    changes = np.diff(series.values) / error_unit(series.values[:-1], series.is_signed)
    known_volatility = np.append(0.0, volatility(changes))  # at every bar
    unit = known_volatility * error_unit(series.values, series.is_signed)
    last = _last_shown(winner, series)
    origins = _unseen_origins(winner, series, unit, last)
    if origins.size < FEWEST or unit[-1] == 0:
        return Intervals(float(unit[-1]), (None,) * bars, None)
    forecasts = winner.forecast_at(series, origins)
    found = []
    for step in range(1, bars + 1):
        ended = origins + step <= last
        targets = origins[ended] + step
        real = ~series.filled[targets]
        errors = np.abs(forecasts[ended, step - 1] - series.values[targets]) / unit[origins[ended]]
        found.append(calibrate(errors[real], origins[ended][real], step, len(series) - 1, coverage))
    return Intervals(float(unit[-1]), tuple(found), series.timestamps[origins[0] + 1])


def _last_shown(winner: SweepWinner, series: Series) -> int:
    """Row of the last bar that errors may be counted on."""
    if winner.facts.shown_until is None:
        return len(series) - 1
    return int(np.searchsorted(series.timestamps, np.datetime64(winner.facts.shown_until), side="right")) - 1


def _unseen_origins(winner: SweepWinner, series: Series, unit: NDArray[np.float64], last: int) -> NDArray[np.int64]:
    """The latest origins whose targets nothing was trained on; where the price moved before them."""
    first = int(np.searchsorted(series.timestamps, np.datetime64(winner.facts.unseen_from))) - 1
    origins = np.arange(max(first, winner.first_origin), last, dtype=np.int64)
    return origins[unit[origins] > 0][-_MOST_WINDOWS:]
