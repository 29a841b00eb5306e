"""Baselines that model the logarithm of the price.

Drift, exponential smoothing and ARIMA assume additive shocks of constant size. A price moves in proportion to its
level, so the literature takes logarithms first (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd
edition, sections 3.1 and 9.1): fitted on prices of 10 to 60,000, the dearest years would set every parameter.
The inverse, `exp`, is the median of the forecast's distribution and leaves a walk without drift at its last
price; the mean would lie half a variance higher, as in a walk of log prices, which real prices are not.
A signed series has no logarithms: its values are modelled, less their mean and over their deviation in training, so
that optimizers meet numbers of the size that they expect.
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


@dataclass(frozen=True)
class PriceScale:
    """What is modelled: log prices, or `(value - offset) / factor` of a signed series.

    Attributes:
        is_signed: whether it is the latter.
        offset: in units of the series.
        factor: in units of the series, above 0.
    """

    is_signed: bool = False
    offset: float = 0.0
    factor: float = 1.0

    @property
    def name(self) -> str:
        """What a model is of, for people."""
        return "values" if self.is_signed else "log prices"

    def to(self, prices: Prices) -> Logs:
        """Prices, of any shape, as they are modelled."""
        return (prices - self.offset) / self.factor if self.is_signed else np.log(prices)

    def back(self, logs: Logs) -> Prices:
        """Undo `to`."""
        with np.errstate(over="ignore"):
            return logs * self.factor + self.offset if self.is_signed else np.exp(logs)


class LogModel(abc.ABC):
    """A model of log prices, or of a signed series, with its parameters fixed."""

    @abc.abstractmethod
    def describe(self, scale: PriceScale) -> str:
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
    scale: PriceScale
    start: int

    @property
    def description(self) -> str:
        return self.model.describe(self.scale)

    def forecast(self, origins: Rows) -> Prices:
        check_origins(self.windows, origins)
        logs = self.scale.to(self.windows.columns[self.start : origins[-1] + 1, 0])
        forecast = self.model.forecast(logs, self.windows.config.horizon)
        return self.scale.back(forecast[origins - self.start])


def fit_on_log_prices(
    windows: Windows, fit: Callable[[Logs], LogModel], most_bars: int | None = LATEST_BARS
) -> FittedBaseline:
    """Fit a model of log prices, or of a signed series, on the training span, and make it forecast prices.

    Args:
        windows: of which the training span is used.
        fit: makes the model from float64 `(time,)`.
        most_bars: how many training bars to use, the latest ones, or None for all. The filter starts with them too.
    """
    span = windows.spans.train
    start = span.start if most_bars is None else max(span.start, span.stop - most_bars)
    prices = windows.columns[start : span.stop, 0]
    scale = PriceScale(True, float(prices.mean()), float(prices.std()) or 1.0) if windows.is_signed else PriceScale()
    return _OnLogPrices(windows, fit(scale.to(prices)), scale, start)
