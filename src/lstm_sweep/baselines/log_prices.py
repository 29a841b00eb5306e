"""Baselines that model the logarithm of the price.

Drift, exponential smoothing and ARIMA assume additive shocks of constant size. A price moves in proportion to its
level, so the literature takes logarithms first (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd
edition, sections 3.1 and 9.1): fitted on prices of 10 to 60,000, the dearest years would set every parameter.
The inverse, `exp`, is the median of the forecast's distribution and leaves a walk without drift at its last
price; the mean would lie half a variance higher, as in a walk of log prices, which real prices are not.
"""

import abc
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.baselines.baseline import FittedBaseline, check_origins
from lstm_sweep.metrics import Prices
from lstm_sweep.windows.windows import Rows, Windows

Logs = NDArray[np.float64]

LATEST_BARS = 5_000
"""Training bars, the latest ones, that the costlier models are fitted on: seconds on minutes, all of daily prices."""


class LogModel(abc.ABC):
    """A model of log prices with its parameters fixed."""

    @property
    @abc.abstractmethod
    def description(self) -> str:
        """What was fitted."""

    @abc.abstractmethod
    def forecast(self, logs: Logs, horizon: int) -> Logs:
        """Filter a series and forecast from each of its rows.

        Args:
            logs: float64 `(time,)`; starts where the series starts that the model was fitted on.
            horizon: steps to forecast.

        Returns:
            float64 `(time, horizon)`; row t knows `logs[:t + 1]` and nothing else.
        """


@dataclass(frozen=True)
class _OnLogPrices(FittedBaseline):
    windows: Windows
    model: LogModel
    start: int

    @property
    def description(self) -> str:
        return self.model.description

    def forecast(self, origins: Rows) -> Prices:
        check_origins(self.windows, origins)
        logs = np.log(self.windows.columns[self.start : origins[-1] + 1, 0])
        forecast = self.model.forecast(logs, self.windows.config.horizon)
        with np.errstate(over="ignore"):
            return np.exp(forecast[origins - self.start])


def fit_on_log_prices(
    windows: Windows, fit: Callable[[Logs], LogModel], most_bars: int | None = LATEST_BARS
) -> FittedBaseline:
    """Fit a model of log prices on the training span, and make it forecast prices.

    Args:
        windows: of which the training span is used.
        fit: makes the model from float64 `(time,)`.
        most_bars: how many training bars to use, the latest ones, or None for all. The filter starts with them too.
    """
    span = windows.spans.train
    start = span.start if most_bars is None else max(span.start, span.stop - most_bars)
    return _OnLogPrices(windows, fit(np.log(windows.columns[start : span.stop, 0])), start)
