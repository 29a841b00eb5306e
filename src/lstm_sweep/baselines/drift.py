"""A random walk with drift: the line through the first and the last training price, extended from the last price."""

from dataclasses import dataclass

import numpy as np

from lstm_sweep.baselines.baseline import FittedBaseline
from lstm_sweep.baselines.log_prices import LogModel, Logs, PriceScale, fit_on_log_prices
from lstm_sweep.windows.windows import Windows


@dataclass(frozen=True)
class _Drift(LogModel):
    drift: float

    def describe(self, scale: PriceScale) -> str:
        if scale.is_signed:
            return f"drift of {scale.factor * self.drift:+.3g} a bar"
        return f"drift of {100 * np.expm1(self.drift):+.3g} % a bar"

    def forecast(self, logs: Logs, horizon: int) -> Logs:
        return logs[:, None] + self.drift * np.arange(1, horizon + 1)


def fit_drift(windows: Windows) -> FittedBaseline:
    """The last price, growing at the mean rate of the whole training span (Hyndman and Athanasopoulos, section 5.2).

    On log prices: `forecast[h] = last * exp(h * drift)`, with `drift` the mean log return. On a signed series:
    `last + h * drift`, with `drift` the mean change.
    """
    return fit_on_log_prices(windows, _fit, most_bars=None)


def _fit(logs: Logs) -> LogModel:
    return _Drift(float(logs[-1] - logs[0]) / (logs.size - 1))
