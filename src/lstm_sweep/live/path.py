"""The steps after the newest bar: forecast, interval, and how such intervals have held so far."""

import math
from dataclasses import dataclass
from typing import final

import numpy as np

from lstm_sweep.data.series import Series
from lstm_sweep.errors import require
from lstm_sweep.live.coming_bars import coming_bars
from lstm_sweep.live.intervals import find_intervals
from lstm_sweep.live.remarks import remarks
from lstm_sweep.live.winner import SweepWinner
from lstm_sweep.stats.conformal import Calibrated


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
        timed: whether bars have times; their numbers, as seconds since 1970, stand for them else.
    """

    series: str
    origin: np.datetime64
    naive: float
    coverage: float
    steps: tuple[Step, ...]
    notes: tuple[str, ...]
    timed: bool = True


def forecast_path(
    winner: SweepWinner, series: Series, bars: int, coverage: float, zone: str | None = None, *, timed: bool = True
) -> ForecastPath:
    """Forecast the next bars of a series.

    Args:
        winner: of a sweep over this series, or an older part of it.
        series: up to now.
        bars: steps wanted, from 1 to the horizon that the winner was trained for.
        coverage: share of actuals that intervals are to hold, above 0 and below 1.
        zone: whose clock the market keeps, None where it is not known.
        timed: whether bars have times.

    Raises:
        UserError: where more bars are wanted than the winner forecasts, or the series is too short.
    """
    require(bars >= 1, f"bars must be 1 or more, but is {bars}: write bars={winner.horizon} for all.")
    require(
        bars <= winner.horizon,
        f"bars must be at most the {winner.horizon} that {winner.facts.sweep} was trained to forecast, but is "
        f"{bars}: run a sweep with windows.horizon={bars} for more.",
    )
    require(0 < coverage < 1, f"coverage must be above 0 and below 1, but is {coverage:g}: write 0.9 for 90 %.")
    prices = winner.forecast(series)
    coming = coming_bars(series.timestamps, bars, zone)
    intervals = find_intervals(winner, series, bars, coverage)
    steps = tuple(
        _step(number, time, float(price), intervals.unit, known)
        for number, (time, price, known) in enumerate(zip(coming.times, prices, intervals.steps, strict=False), start=1)
    )
    notes = remarks(winner, series, coming, intervals, coverage, timed=timed)
    return ForecastPath(series.name, series.timestamps[-1], float(series.values[-1]), coverage, steps, notes, timed)


def _step(number: int, time: np.datetime64, price: float, unit: float, known: Calibrated | None) -> Step:
    if known is None:
        return Step(number, time, price, math.nan, math.nan, 0, 0)
    half = known.quantile * unit
    return Step(number, time, price, price - half, price + half, int(known.held.sum()), known.held.size)
