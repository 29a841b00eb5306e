"""Baselines of one series alone: what stands beside its price, and ridge on all covariates."""

from dataclasses import replace

import numpy as np
import pytest

from lstm_sweep.baselines import BASELINES, BaselineForecast, baselines_of, forecast_baselines
from lstm_sweep.windows.windows import build_windows
from tests.examples import make_series, make_windows

SERIES = replace(make_series(), beside={"microprice": make_series().values * 1.01})


@pytest.mark.parametrize("horizon", [1, 3])
def test_a_price_beside_the_price_is_repeated_over_the_horizon(horizon: int) -> None:
    windows = build_windows(SERIES, make_windows(horizon=horizon), ())
    origins = windows.scored_origins(windows.spans.test)
    fits = baselines_of(SERIES, tuple(SERIES.covariates))
    assert list(fits) == ["microprice"]
    found = forecast_baselines(windows, {"test": origins}, fits)["microprice"]
    assert isinstance(found, BaselineForecast)
    assert found.forecasts["test"].tolist() == [[SERIES.values[origin] * 1.01] * horizon for origin in origins]
    with pytest.raises(ValueError, match="where training ends"):
        forecast_baselines(windows, {"test": origins - len(SERIES) // 2}, fits)


def test_ridge_on_all_covariates_is_ridge_on_windows_that_hold_them() -> None:
    config, names = make_windows(horizon=2), tuple(SERIES.covariates)
    few, all_of_them = build_windows(SERIES, config, names[:1]), build_windows(SERIES, config, names)
    origins = few.scored_origins(few.spans.test)
    fits = baselines_of(SERIES, names[:1])
    assert list(fits) == ["microprice", "ridge_all"]
    found = forecast_baselines(few, {"test": origins}, fits)["ridge_all"]
    expected = forecast_baselines(all_of_them, {"test": origins}, BASELINES)["ridge"]
    assert isinstance(found, BaselineForecast)
    assert isinstance(expected, BaselineForecast)
    assert np.array_equal(found.forecasts["test"], expected.forecasts["test"])


def test_a_series_of_prices_and_what_all_trials_read_has_none() -> None:
    assert baselines_of(make_series(), tuple(make_series().covariates)) == {}
