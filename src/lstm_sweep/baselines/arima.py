"""ARIMA of log prices: statsmodels fits the candidates, its Kalman filter extends the best one over later prices."""

from dataclasses import dataclass

import numpy as np

from lstm_sweep.baselines.arma import LEAST_ROOT, choose_arma, fit_arma
from lstm_sweep.baselines.baseline import FittedBaseline
from lstm_sweep.baselines.log_prices import LogModel, Logs, PriceScale, fit_on_log_prices
from lstm_sweep.windows.stationarity import kpss_test
from lstm_sweep.windows.windows import Windows

_KPSS_LEVEL = 0.05


@dataclass(frozen=True)
class _Arima(LogModel):
    """ARMA of what is left of log prices after `mean + drift * t` (t = 1 at the first bar) and `differences`."""

    ar: tuple[float, ...]
    ma: tuple[float, ...]
    differences: int
    mean: float
    drift: float

    def describe(self, scale: PriceScale) -> str:
        constant = " with drift" if self.drift else " with mean" if self.mean else ""
        return f"ARIMA({len(self.ar)},{self.differences},{len(self.ma)}){constant} of {scale.name}"

    def forecast(self, logs: Logs, horizon: int) -> Logs:
        line = self.mean + self.drift * np.arange(1, logs.size + horizon + 1)
        rest = self._forecast_without_line(logs - line[: logs.size], horizon)
        return rest + np.lib.stride_tricks.sliding_window_view(line[1:], horizon)

    def _forecast_without_line(self, values: Logs, horizon: int) -> Logs:
        from statsmodels.tsa.statespace import kalman_filter
        from statsmodels.tsa.statespace.sarimax import SARIMAX

        # The first price is known by nothing before it: an exactly diffuse start, whatever the scale (so variance 1).
        order = (len(self.ar), self.differences, len(self.ma))
        model = SARIMAX(values, order=order, use_exact_diffuse=True)
        model.update(np.array([*self.ar, *self.ma, 1.0]))
        kept = kalman_filter.MEMORY_CONSERVE & ~kalman_filter.MEMORY_NO_PREDICTED_MEAN
        states = model.ssm.filter(conserve_memory=kept).predicted_state[:, 1:]
        forecasts = []
        for _ in range(horizon):
            forecasts.append(model["design"][0] @ states)
            states = model["transition"] @ states
        return np.stack(forecasts, axis=1)


def fit_arima(windows: Windows) -> FittedBaseline:
    """ARIMA of the order of least AIC, by exact maximum likelihood.

    As Box and Jenkins have it: one difference where KPSS rejects that log prices are stationary, else none, and the
    mean is the sample's. After a difference it is a drift, kept where AIC is lower with it.
    """
    return fit_on_log_prices(windows, _fit)


def _fit(logs: Logs) -> LogModel:
    differences = int(kpss_test(logs).p_value < _KPSS_LEVEL)
    values = np.diff(logs, n=differences)
    mean, scale = float(values.mean()), float(values.std())
    if scale == 0:
        return _Arima((), (), 1, 0.0, 0.0)
    best = choose_arma((values - mean) / scale)
    if differences:
        plain = fit_arma(values / scale, (len(best.ar), len(best.ma)))
        # The mean is a parameter too.
        if plain and plain.least_root >= LEAST_ROOT and plain.aic <= best.aic + 2:
            best, mean = plain, 0.0
        return _Arima(best.ar, best.ma, 1, 0.0, mean)
    return _Arima(best.ar, best.ma, 0, mean, 0.0)
