"""Exponential smoothing of log prices, fitted and filtered by statsmodels.

Hyndman, Koehler, Ord and Snyder, Forecasting with Exponential Smoothing (2008), table 2.2, additive errors:
`e[t] = y[t] - l[t-1] - phi * b[t-1]`, `l[t] = l[t-1] + phi * b[t-1] + alpha * e[t]`,
`b[t] = phi * b[t-1] + beta * e[t]`, `forecast[t, h] = l[t] + (phi + ... + phi**h) * b[t]`.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_sweep.baselines.baseline import FittedBaseline
from lstm_sweep.baselines.log_prices import LogModel, Logs, PriceScale, fit_on_log_prices
from lstm_sweep.windows.windows import Windows

_MOST_ALPHA = 0.9999
"""What the optimizer allows; at 1 itself the library divides by zero."""


@dataclass(frozen=True)
class _Smoothing(LogModel):
    """Attributes: alpha, beta (None without a trend), phi (None undamped), and the state before the first bar."""

    alpha: float
    beta: float | None
    phi: float | None
    level: float
    slope: float | None

    def describe(self, scale: PriceScale) -> str:
        trend = "N" if self.beta is None else "A" if self.phi is None else "Ad"
        parameters = {"alpha": self.alpha, "beta": self.beta, "phi": self.phi}
        numbers = [f"{name} {value:.3g}" for name, value in parameters.items() if value is not None]
        return f"ETS(A,{trend},N) of {scale.name}, {', '.join(numbers)}"

    def forecast(self, logs: Logs, horizon: int) -> Logs:
        known = {"initialization_method": "known", "initial_level": self.level, "initial_trend": self.slope}
        model = _model(logs, trend=self.beta is not None, damped=self.phi is not None, **known)
        with np.errstate(divide="ignore", invalid="ignore"):  # the likelihood of a price that never moves
            states = model.smooth([value for value in (self.alpha, self.beta, self.phi) if value is not None])
        if self.beta is None:
            return np.repeat(states.level[:, None], horizon, axis=1)
        damping = np.cumsum(np.power(1.0 if self.phi is None else self.phi, np.arange(1, horizon + 1)))
        return states.level[:, None] + states.slope[:, None] * damping


def fit_simple_smoothing(windows: Windows) -> FittedBaseline:
    """Simple exponential smoothing, ETS(A,N,N): a weighted mean of past log prices, by maximum likelihood."""
    return fit_on_log_prices(windows, lambda logs: _least_aicc(logs, [(False, False)]))


def fit_ets(windows: Windows) -> FittedBaseline:
    """Exponential smoothing without trend, with one, or with a damped one: the least AICc, by maximum likelihood.

    Errors are additive, for log prices may be zero or below; without seasons, for windows know of none.
    """
    return fit_on_log_prices(windows, lambda logs: _least_aicc(logs, [(False, False), (True, False), (True, True)]))


def _least_aicc(logs: Logs, candidates: Sequence[tuple[bool, bool]]) -> LogModel:
    if np.ptp(logs) == 0:  # any weights explain a price that never moves; these follow it where it starts to
        return _Smoothing(alpha=_MOST_ALPHA, beta=None, phi=None, level=float(logs[0]), slope=None)
    results = [_fit(logs, trend, damped) for trend, damped in candidates]
    return min(results, key=lambda result: result[0])[1]


def _fit(logs: Logs, trend: bool, damped: bool) -> tuple[float, LogModel]:
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        # Where the optimizer gives up, what it has is compared with the other candidates like any other.
        warnings.simplefilter("ignore", ConvergenceWarning)
        result = _model(logs, trend, damped).fit(disp=False)
    named = dict(zip(result.param_names, map(float, result.params), strict=True))
    return result.aicc, _Smoothing(
        alpha=named["smoothing_level"],
        beta=named.get("smoothing_trend"),
        phi=named.get("damping_trend"),
        level=named["initial_level"],
        slope=named.get("initial_trend"),
    )


def _model(logs: Logs, trend: bool, damped: bool, **options: Any) -> Any:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    return ETSModel(logs, trend="add" if trend else None, damped_trend=damped, **options)
