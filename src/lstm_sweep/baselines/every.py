"""All baselines of the table, fitted and asked at once; one that fails is a row with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from lstm_sweep.baselines.arima import fit_arima
from lstm_sweep.baselines.baseline import Fit, check_origins
from lstm_sweep.baselines.drift import fit_drift
from lstm_sweep.baselines.exponential_smoothing import fit_ets, fit_simple_smoothing
from lstm_sweep.baselines.naive import fit_naive
from lstm_sweep.baselines.ridge import fit_ridge
from lstm_sweep.metrics import Prices
from lstm_sweep.windows.windows import Rows, Windows

BASELINES: dict[str, Fit] = {
    "naive": fit_naive,
    "drift": fit_drift,
    "ses": fit_simple_smoothing,
    "ets": fit_ets,
    "arima": fit_arima,
    "ridge": fit_ridge,
}
"""By name, in the order of the table."""


@dataclass(frozen=True)
class BaselineForecast:
    """What a baseline says.

    Attributes:
        name: its key in the table.
        description: what was fitted, for people.
        forecasts: float64 `(window, horizon)` in price units, all finite, by name of the span.
    """

    name: str
    description: str
    forecasts: dict[str, Prices] = field(repr=False)


@dataclass(frozen=True)
class BaselineFailure:
    """Why a baseline says nothing.

    Attributes:
        name: its key in the table.
        reason: one sentence.
    """

    name: str
    reason: str


def forecast_baselines(
    windows: Windows, origins_by_span: Mapping[str, Rows], fits: Mapping[str, Fit] = BASELINES
) -> dict[str, BaselineForecast | BaselineFailure]:
    """Fit baselines on the training span, and forecast at all origins.

    Args:
        windows: the same that a model answers.
        origins_by_span: increasing origins after the training span, int64 `(window,)`, by any names ('test').
        fits: the baselines, by name.

    Returns:
        By name, in the order of `fits`.

    Raises:
        ValueError: where origins do not increase, or lie inside of the training span.
    """
    import scipy.linalg  # noqa: F401  a library that is not loaded yet can't be limited
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    for origins in origins_by_span.values():
        check_origins(windows, origins)
    # One thread: on matrices this small, threads that wait for each other take several times as long.
    with threadpool_limits(1):
        return {name: _forecast(name, fit, windows, origins_by_span) for name, fit in fits.items()}


def _forecast(
    name: str, fit: Fit, windows: Windows, origins_by_span: Mapping[str, Rows]
) -> BaselineForecast | BaselineFailure:
    try:
        fitted = fit(windows)
        forecasts = {span: fitted.forecast(origins) for span, origins in origins_by_span.items()}
    except Exception as error:  # whatever a library raises on some series: a sweep does not end for a baseline
        message = " ".join(str(error).split()).rstrip(".")
        return BaselineFailure(name, f"{name} could not be fitted ({type(error).__name__}: {message}).")
    if not all(np.isfinite(forecast).all() for forecast in forecasts.values()):
        return BaselineFailure(name, f"{name} ({fitted.description}) gave forecasts that are not finite.")
    return BaselineForecast(name, fitted.description, forecasts)
