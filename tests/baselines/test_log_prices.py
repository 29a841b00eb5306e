"""Drift, exponential smoothing and ARIMA against loops over plain numbers, and against the library that fits."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.statespace.sarimax import SARIMAX

from lstm_sweep.baselines.arima import _Arima, fit_arima
from lstm_sweep.baselines.baseline import Fit
from lstm_sweep.baselines.drift import fit_drift
from lstm_sweep.baselines.exponential_smoothing import _Smoothing, fit_ets, fit_simple_smoothing
from lstm_sweep.baselines.log_prices import LATEST_BARS
from lstm_sweep.data.synthetic import autoregressive
from tests.baselines import by_hand
from tests.baselines.examples import all_origins, series_of, windows_of
from tests.examples import make_series

SMOOTHINGS = {
    "level": {"alpha": 0.3, "beta": None, "phi": None, "level": 4.5, "slope": None},
    "trend": {"alpha": 0.6, "beta": 0.1, "phi": None, "level": 4.5, "slope": 0.01},
    "damped": {"alpha": 0.9, "beta": 0.05, "phi": 0.85, "level": 4.5, "slope": -0.02},
}
ARIMAS = {
    "mean": {"ar": (), "ma": (), "differences": 0, "mean": 4.5, "drift": 0.0},
    "stationary": {"ar": (0.5, 0.2), "ma": (0.4,), "differences": 0, "mean": 4.5, "drift": 0.0},
    "walk": {"ar": (), "ma": (), "differences": 1, "mean": 0.0, "drift": 0.0},
    "drift": {"ar": (0.4,), "ma": (), "differences": 1, "mean": 0.0, "drift": 0.002},
    "mixed": {"ar": (0.4, -0.2), "ma": (0.3, -0.1, 0.2), "differences": 1, "mean": 0.0, "drift": -0.001},
    "twice": {"ar": (0.3,), "ma": (-0.5,), "differences": 2, "mean": 0.0, "drift": 0.0},
}


def example_logs() -> NDArray[np.float64]:
    return np.log(make_series(260).values)


def returns_to_prices(returns: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    return 100.0 * np.exp(np.cumsum(returns))


@pytest.mark.parametrize("horizon", [1, 3])
def test_drift_carries_the_mean_log_return_on(horizon: int) -> None:
    series = make_series(filled=(90, 91, 200))
    windows = windows_of(series, horizon=horizon)
    origins = all_origins(windows)
    expected = [by_hand.drift(np.log(series.values), windows.spans.train.stop, row, horizon) for row in origins]
    np.testing.assert_allclose(fit_drift(windows).forecast(origins), np.exp(expected), rtol=1e-12)


@pytest.mark.parametrize("parameters", SMOOTHINGS.values(), ids=SMOOTHINGS)
@pytest.mark.parametrize("horizon", [1, 3])
def test_smoothing_follows_its_recursion(parameters: dict[str, float | None], horizon: int) -> None:
    logs = example_logs()
    forecast = _Smoothing(**parameters).forecast(logs, horizon)
    expected = [by_hand.smoothing(logs, row, horizon, **parameters) for row in range(logs.size)]
    np.testing.assert_allclose(forecast, expected, rtol=1e-10)


@pytest.mark.parametrize("parameters", ARIMAS.values(), ids=ARIMAS)
@pytest.mark.parametrize("horizon", [1, 3])
def test_arima_follows_its_difference_equation(parameters: dict, horizon: int) -> None:
    logs = example_logs()
    forecast = _Arima(**parameters).forecast(logs, horizon)
    origins = range(150, logs.size)
    expected = [by_hand.arima(logs, row, horizon, **parameters) for row in origins]
    np.testing.assert_allclose(forecast[150:], expected, rtol=1e-10)
    assert forecast.shape == (logs.size, horizon)


def test_random_walk_arima_is_naive() -> None:
    logs = example_logs()
    forecast = _Arima(**ARIMAS["walk"]).forecast(logs, 3)
    np.testing.assert_allclose(forecast, np.repeat(logs[:, None], 3, axis=1), rtol=1e-14)


GROWING = returns_to_prices(0.02 + 0.001 * np.random.default_rng(1).standard_normal(300))
WANDERING = returns_to_prices(0.01 * np.random.default_rng(3).standard_normal(300))
DAMPED = returns_to_prices(0.01 * autoregressive(np.random.default_rng(4).standard_normal(300), 0.6))


def test_smoothing_agrees_with_a_new_filter_for_every_origin() -> None:
    windows = windows_of(series_of(DAMPED), horizon=3)
    logs, origins = np.log(DAMPED), np.arange(200, 220)
    fitted = fit_ets(windows)
    model = fitted.model
    start = {"initialization_method": "known", "initial_level": model.level, "initial_trend": model.slope}
    forecasts = []
    for origin in origins:
        library = ETSModel(logs[: origin + 1], trend="add", damped_trend=True, **start)
        forecasts.append(library.smooth([model.alpha, model.beta, model.phi]).forecast(3))
    np.testing.assert_allclose(fitted.forecast(origins), np.exp(forecasts), rtol=1e-10)


def test_arima_agrees_with_appending_bar_by_bar() -> None:
    windows = windows_of(make_series(), horizon=3)
    logs, stop = np.log(windows.columns[:, 0]), windows.spans.train.stop
    fitted = fit_arima(windows)
    model = fitted.model
    rest = logs - model.drift * np.arange(1, logs.size + 1)
    order = (len(model.ar), model.differences, len(model.ma))
    result = SARIMAX(rest[:stop], order=order, use_exact_diffuse=True).filter([*model.ar, *model.ma, 1.0])
    forecasts = []
    for row in range(stop, stop + 20):
        result = result.append(rest[row : row + 1], refit=False)
        forecasts.append(result.forecast(3) + model.drift * np.arange(row + 2, row + 5))
    np.testing.assert_allclose(fitted.forecast(np.arange(stop, stop + 20)), np.exp(forecasts), rtol=1e-10)


def test_ets_chooses_a_trend_where_there_is_one() -> None:
    assert "ETS(A,N,N)" in fit_ets(windows_of(series_of(WANDERING))).description
    assert "ETS(A,A,N)" in fit_ets(windows_of(series_of(GROWING))).description
    assert "ETS(A,Ad,N)" in fit_ets(windows_of(series_of(DAMPED))).description


@pytest.mark.parametrize("prices", [WANDERING, GROWING, DAMPED], ids=["wandering", "growing", "damped"])
@pytest.mark.parametrize("fit", [fit_simple_smoothing, fit_ets], ids=["ses", "ets"])
def test_smoothing_is_fitted_by_least_squares_of_one_step_errors(fit: Fit, prices: NDArray[np.float64]) -> None:
    windows = windows_of(series_of(prices))
    logs = np.log(prices[: windows.spans.train.stop])
    model = fit(windows).model

    def squares(changed: _Smoothing) -> float:
        return float(np.sum((logs[1:] - changed.forecast(logs, 1)[:-1, 0]) ** 2))

    for name, step in {"alpha": 0.02, "beta": 0.02, "phi": 0.02, "level": 0.01, "slope": 0.001}.items():
        value = getattr(model, name)
        for other in () if value is None else (value - step, value + step):
            if name in ("level", "slope") or 0 < other < (0.98 if name == "phi" else 1):
                assert squares(replace(model, **{name: other})) >= 0.99 * squares(model), (name, other)


def test_arima_finds_the_autoregression_of_returns() -> None:
    fitted = fit_arima(windows_of(make_series(1000)))
    assert fitted.description == "ARIMA(1,1,0) of log prices"
    assert fitted.model.ar[0] == pytest.approx(0.5, abs=0.05)


def test_arima_keeps_a_drift_that_lowers_aic() -> None:
    returns = 0.003 + 0.01 * np.random.default_rng(0).standard_normal(500)
    fitted = fit_arima(windows_of(series_of(returns_to_prices(returns))))
    assert "with drift" in fitted.description
    assert fitted.model.drift == pytest.approx(returns[1:300].mean())


def test_arima_of_a_stationary_price_has_a_mean_and_no_difference() -> None:
    prices = 100.0 * np.exp(0.01 * np.random.default_rng(0).standard_normal(300))
    model = fit_arima(windows_of(series_of(prices))).model
    assert (model.differences, model.drift) == (0, 0.0)
    assert model.mean == pytest.approx(np.log(prices[:180]).mean())


def test_costly_models_are_fitted_on_the_latest_training_bars() -> None:
    values = returns_to_prices(0.01 * np.random.default_rng(0).standard_normal(LATEST_BARS + 600))
    spans = {"train": 0.95, "validation": 0.03, "test": 0.02}
    windows = windows_of(series_of(values), **spans)
    start = windows.spans.train.stop - LATEST_BARS
    assert start > 0
    cut = windows_of(series_of(values[start:]), **spans)
    cut_spans = type(cut.spans)(type(cut.spans.train)(0, LATEST_BARS), cut.spans.validation, cut.spans.test)
    cut = type(cut)(cut.config, cut.columns, cut.filled, cut.scaler, cut_spans)
    origins = all_origins(windows)
    whole, part = fit_simple_smoothing(windows), fit_simple_smoothing(cut)
    assert whole.description == part.description
    np.testing.assert_array_equal(whole.forecast(origins), part.forecast(origins - start))


@pytest.mark.parametrize("size", [1e-8, 1.0, 1e12])
@pytest.mark.parametrize("fit", [fit_drift, fit_simple_smoothing, fit_ets, fit_arima])
def test_a_signed_series_is_modelled_by_its_values_whatever_their_size(fit: Fit, size: float) -> None:
    """The logarithms of other prices, moved to a mean of zero: the model must say what it says of those prices."""
    logs = np.log(DAMPED)
    middle = logs[:180].mean()
    fitted = fit(windows_of(series_of(size * (logs - middle)), transform="difference"))
    origins = np.arange(200, 299)
    expected = np.log(fit(windows_of(series_of(DAMPED))).forecast(origins)) - middle
    np.testing.assert_allclose(fitted.forecast(origins) / size, expected, atol=2e-3 * np.ptp(logs))
    assert "log prices" not in fitted.description
    assert "%" not in fitted.description
