"""The steps after the newest bar: forecast, interval, and how such intervals have held so far."""

import math
import time
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.data.series import Series
from lstm_sweep.data.times import written_times
from lstm_sweep.errors import require
from lstm_sweep.live.coming_bars import coming_bars
from lstm_sweep.live.winner import SweepWinner
from lstm_sweep.metrics import error_unit
from lstm_sweep.stats.conformal import CALIBRATION, FEWEST, Calibrated, calibrate, volatility

_MOST_WINDOWS = 2 * CALIBRATION
"""Unseen windows that are forecast anew: half to take quantiles of, half to see how intervals have held."""

_OLD = 5
"""Bars after which the newest one is old: a weekend and a holiday are not."""


@final
@dataclass(frozen=True)
class Step:
    """One step ahead.

    Attributes:
        number: bars after the origin, from 1.
        time: datetime64[ns] of its bar, UTC.
        price: forecast, price units.
        low: end of the interval, nan where there is none; `high` likewise.
        held: intervals of the past, made as this one is, that held their actual.
        judged: intervals of the past.
    """

    number: int
    time: np.datetime64
    price: float
    low: float
    high: float
    held: int
    judged: int


@final
@dataclass(frozen=True)
class ForecastPath:
    """A forecast of the next bars.

    Attributes:
        series: name of the prices.
        origin: datetime64[ns] of the newest bar, UTC.
        naive: its price, which naive repeats at every step.
        coverage: share of actuals that intervals are to hold.
        steps: ahead, in order.
        notes: what people should know of the times and intervals, a sentence each.
    """

    series: str
    origin: np.datetime64
    naive: float
    coverage: float
    steps: tuple[Step, ...]
    notes: tuple[str, ...]


def forecast_path(winner: SweepWinner, series: Series, bars: int, coverage: float) -> ForecastPath:
    """Forecast the next bars of a series.

    Args:
        winner: of a sweep over this series, or an older part of it.
        series: up to now.
        bars: steps wanted, from 1 to the horizon that the winner was trained for.
        coverage: share of actuals that intervals are to hold, above 0 and below 1.

    Raises:
        UserError: where more bars are wanted than the winner forecasts, or the series is too short.
    """
    require(
        1 <= bars <= winner.horizon,
        f"bars must be from 1 to the {winner.horizon} that {winner.facts.sweep} was trained to forecast, but is "
        f"{bars}: run a sweep with windows.horizon={max(bars, 1)} for more.",
    )
    require(0 < coverage < 1, f"coverage must be above 0 and below 1, but is {coverage:g}: write 0.9 for 90 %.")
    prices = winner.forecast(series)
    coming = coming_bars(series.timestamps, bars)
    unit, calibrated = _calibrated(winner, series, bars, coverage)
    steps = tuple(
        _step(number, moment, price, unit, known)
        for number, (moment, price, known) in enumerate(zip(coming.times, prices, calibrated, strict=False), start=1)
    )
    copy = ["the model only copies the last price: naive says the same"] if winner.facts.is_copy else []
    notes = (*copy, *_said_of_age(series), f"times: {coming.note}", *_said_of_intervals(winner, steps, coverage))
    return ForecastPath(series.name, series.timestamps[-1], float(series.values[-1]), coverage, steps, notes)


def _step(number: int, moment: np.datetime64, price: float, unit: float, known: Calibrated | None) -> Step:
    if known is None:
        return Step(number, moment, float(price), math.nan, math.nan, 0, 0)
    half = known.quantile * unit
    return Step(
        number, moment, float(price), float(price - half), float(price + half), int(known.held.sum()), known.held.size
    )


def _calibrated(
    winner: SweepWinner, series: Series, bars: int, coverage: float
) -> tuple[float, list[Calibrated | None]]:
    """What a scaled error of 1 is worth now, in price units; and by step what past errors say."""
    changes = np.diff(series.values) / error_unit(series.values[:-1], series.is_signed)
    known_volatility = np.append(0.0, volatility(changes))  # at every bar
    unit = known_volatility * error_unit(series.values, series.is_signed)
    last = _last_shown(winner, series)
    origins = _unseen_origins(winner, series, unit, last)
    if origins.size < FEWEST:
        return float(unit[-1]), [None] * bars
    forecasts = winner.forecast_at(series, origins)
    found = []
    for step in range(1, bars + 1):
        ended = origins + step <= last
        targets = origins[ended] + step
        real = ~series.filled[targets]
        errors = np.abs(forecasts[ended, step - 1] - series.values[targets]) / unit[origins[ended]]
        found.append(calibrate(errors[real], origins[ended][real], step, len(series) - 1, coverage))
    return float(unit[-1]), found


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


def _said_of_age(series: Series) -> list[str]:
    """Whether the bars that are forecast should have been there long ago."""
    age = np.datetime64(time.time_ns(), "ns") - series.timestamps[-1]
    if age <= _OLD * np.median(np.diff(series.timestamps)):
        return []
    days = age / np.timedelta64(1, "D")
    return [f"the newest bar is {days:,.1f} days old, so that these bars have been: bring newer prices to look ahead"]


def _said_of_intervals(winner: SweepWinner, steps: tuple[Step, ...], coverage: float) -> list[str]:
    first = steps[0]
    since = written_times(np.array([winner.facts.unseen_from], "datetime64[ns]"))[0]
    if math.isnan(first.low):
        return [
            f"no interval: fewer than {FEWEST} of these prices lie after {since}, where what the model has seen ends"
        ]
    judged = min(step.judged for step in steps)
    span = (
        ""
        if winner.facts.shown_until is None
        else " on validation, where the model was chosen, so that they are narrow"
    )
    return [
        f"intervals: {100 * coverage:g} % wanted, from the model's own errors since {since}{span}; held says how many "
        f"of the last {judged:,} made in the same way did"
    ]
