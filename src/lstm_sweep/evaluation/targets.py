"""What a span asks for, and what an answer costs."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.data.series import Series
from lstm_sweep.metrics import Losses, Prices, Scores, log_rmse_ratio, relative_loss, score_forecast
from lstm_sweep.windows.spans import Span
from lstm_sweep.windows.windows import Rows, Windows

ROUNDING = 1e-12
"""What rounding alone may come to: of a forecast relative to the price, of a score or a skill as it is."""


@dataclass(frozen=True)
class Targets:
    """The windows of a span, which no trial changes.

    Attributes:
        origins: int64 `(window,)`.
        actual: float64 `(window, horizon)`, price units.
        last_price: float64 `(window,)`, price at the origin.
        scored: bool `(window, horizon)`, real bars.
        first_day: ISO date of the first target.
        last_day: ISO date of the last target.
        is_signed: whether the series has values at or below zero: errors are then absolute.
    """

    origins: Rows
    actual: Prices
    last_price: Prices
    scored: NDArray[np.bool_]
    first_day: str
    last_day: str
    is_signed: bool = False

    def scores(self, forecast: Prices) -> Scores:
        """Score a forecast `(window, horizon)`; what differs from naive by rounding alone is naive."""
        settled = self.settled(forecast)
        scores = score_forecast(settled, self.actual, self.last_price, self.scored, self.is_signed)
        return replace(scores, skill=_settled(scores.skill), price_skill=_settled(scores.price_skill))

    def loss(self, forecast: Prices) -> Losses:
        """Relative loss per window of a forecast `(window, horizon)`."""
        return relative_loss(self.settled(forecast), self.actual, self.last_price, self.scored, self.is_signed)

    def settled(self, forecast: Prices) -> Prices:
        """A forecast `(window, horizon)`, in the place of which stands the last price where only rounding parts them.

        An ARIMA(0,1,0) adds and subtracts what it repeats: its noise would else be taken for up and down.
        """
        magnitude = np.abs(self.last_price)[:, None]
        # Rounding of a signed series, whose last price may be 0, is of the size of its other prices.
        tolerance = ROUNDING * (np.max(magnitude) if self.is_signed else magnitude)
        with np.errstate(over="ignore", invalid="ignore"):
            return np.where(np.abs(forecast - self.naive) <= tolerance, self.naive, forecast)

    @property
    def naive(self) -> Prices:
        """The last price, repeated, float64 `(window, horizon)`."""
        return np.repeat(self.last_price[:, None], self.actual.shape[1], axis=1)

    @property
    def naive_loss(self) -> Losses:
        """Relative loss per window of the last price, repeated."""
        return self.loss(self.naive)

    def log_ratio(self, forecast: Prices) -> float:
        """log(RMSE / RMSE of naive) of a forecast, on the relative loss."""
        return _settled(log_rmse_ratio(self.loss(forecast), self.naive_loss))


def _settled(score: float) -> float:
    return 0.0 if abs(score) < ROUNDING else score


def targets_of(series: Series, windows: Windows, span: Span) -> Targets:
    """The targets of a span; `windows` may be those of any trial."""
    origins = windows.scored_origins(span)
    first, last = int(origins[0]) + 1, int(origins[-1]) + windows.config.horizon
    return Targets(
        origins=origins,
        actual=windows.actual(origins),
        last_price=windows.last_price(origins),
        scored=windows.scored(origins),
        is_signed=windows.is_signed,
        first_day=str(np.datetime_as_string(series.timestamps[first], unit="s")),
        last_day=str(np.datetime_as_string(series.timestamps[last], unit="s")),
    )
