"""One version at work: its forecasts, and the intervals that its own errors give."""

import math
from dataclasses import dataclass
from typing import final

import numpy as np

from lstm_sweep.live.past_bars import PastBars
from lstm_sweep.live.winner import SweepWinner
from lstm_sweep.stats.conformal import CALIBRATION, AdaptiveInterval


@final
@dataclass(frozen=True)
class Made:
    """A forecast: per step its price, and the ends of its interval, None where there is none.

    `unusual` is the share of its inputs that lie outside of what training read, None where that is not known.
    """

    prices: tuple[float, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    unusual: float | None


@final
@dataclass(frozen=True)
class _Pending:
    """A forecast whose targets are still to come, the unit of its errors, and what its intervals were made of."""

    prices: tuple[float, ...]
    unit: float
    quantiles: tuple[float | None, ...]


@final
class WorkingVersion:
    """A version that forecasts bar after bar; what it does depends on the bars alone.

    Attributes:
        winner: its networks, and what is known of them.
        intervals: by step.
    """

    def __init__(self, winner: SweepWinner, bars: PastBars, coverage: float) -> None:
        """Learn intervals from the unseen bars at hand.

        Args:
            winner: with networks that read the covariates of `bars`.
            bars: at hand.
            coverage: share of actuals that intervals are to hold.
        """
        self.winner = winner
        self.intervals = tuple(AdaptiveInterval(coverage) for _ in range(winner.horizon))
        self._pending: dict[int, _Pending] = {}
        self._learn_from_unseen(bars)

    def forecast(self, bars: PastBars) -> Made | None:
        """The steps after the last bar; None where too few bars are at hand."""
        if len(bars) - bars.first < self.winner.first_origin + 1:
            return None
        past = bars.frame(self.winner.rows_read)
        prices = tuple(self.winner.forecast_after(past).tolist())
        if not all(map(math.isfinite, prices)):
            return None
        unit = bars.unit(len(bars) - 1)
        halves = [None if quantile is None else quantile * unit for quantile in self._quantiles(unit)]
        low = tuple(None if half is None else price - half for price, half in zip(prices, halves, strict=True))
        high = tuple(None if half is None else price + half for price, half in zip(prices, halves, strict=True))
        return Made(prices, low, high, self.winner.members[0].unusual(past))

    def remember(self, bars: PastBars, prices: tuple[float, ...]) -> None:
        """It has forecast after the last bar; its errors count once they are known."""
        row = len(bars) - 1
        unit = bars.unit(row)
        if unit > 0:
            self._pending[row] = _Pending(prices, unit, self._quantiles(unit))

    def settle(self, bars: PastBars, row: int | None = None) -> None:
        """Learn from a bar, the last one unless told, what the forecasts for it have missed."""
        target = len(bars) - 1 if row is None else row
        for step, interval in enumerate(self.intervals, start=1):
            made = self._pending.get(target - step)
            if made is not None and not bars.is_filled(target):
                error = abs(made.prices[step - 1] - bars.price(target)) / made.unit
                interval.learn(error, made.quantiles[step - 1])
        self._pending.pop(target - len(self.intervals), None)

    def _quantiles(self, unit: float) -> tuple[float | None, ...]:
        return tuple(each.quantile() if unit > 0 else None for each in self.intervals)

    def _learn_from_unseen(self, bars: PastBars) -> None:
        """As if it had worked since its training ended, the latest part at least, up to the bar before the newest."""
        series, facts = bars.series(), self.winner.facts
        first = max(
            int(np.searchsorted(series.timestamps, np.datetime64(facts.unseen_from))) - 1, self.winner.first_origin
        )
        origins = np.arange(first, len(series) - 1, dtype=np.int64)[-2 * CALIBRATION :]
        if origins.size == 0:
            return
        forecasts = dict(
            zip((origins + bars.first).tolist(), self.winner.forecast_at(series, origins).tolist(), strict=True)
        )
        last = len(bars) - 1
        shown = (
            last
            if facts.shown_until is None
            else bars.first
            + int(np.searchsorted(series.timestamps, np.datetime64(facts.shown_until), side="right"))
            - 1
        )
        for row in range(int(origins[0]) + bars.first, last + 1):
            if row <= shown:
                self.settle(bars, row)
            if row in forecasts and bars.unit(row) > 0:
                unit = bars.unit(row)
                self._pending[row] = _Pending(tuple(forecasts[row]), unit, self._quantiles(unit))
        self._pending = {row: made for row, made in self._pending.items() if row + len(self.intervals) > last}
