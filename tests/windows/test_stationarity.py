"""ADF and KPSS against the formulas by hand, and what they say of series whose answer is known."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from lstm_sweep.windows.stationarity import LATEST_BARS, stationarity, transform_stationarity
from lstm_sweep.windows.windows import build_windows
from tests.examples import make_series, make_windows

Array = NDArray[np.float64]


def noise(num: int = 400, seed: int = 0) -> Array:
    return np.random.default_rng(seed).standard_normal(num)


def adf_by_hand(values: Array, lags: int) -> float:
    """The t ratio of the level in a regression of the change on it, on `lags` earlier changes and on a constant."""
    changes = np.diff(values)
    rows = range(lags, len(changes))
    design = [[values[row], *(changes[row - lag] for lag in range(1, lags + 1)), 1.0] for row in rows]
    x, y = np.array(design), changes[lags:]
    coefficients = np.linalg.solve(x.T @ x, x.T @ y)
    variance = np.sum((y - x @ coefficients) ** 2) / (len(y) - x.shape[1])
    return float(coefficients[0] / math.sqrt(variance * np.linalg.inv(x.T @ x)[0, 0]))


def kpss_by_hand(values: Array, lags: int) -> float:
    rest = values - values.mean()
    variance = rest @ rest
    for lag in range(1, lags + 1):
        variance += 2 * (1 - lag / (lags + 1)) * (rest[lag:] @ rest[:-lag])
    return float(np.sum(np.cumsum(rest) ** 2) / len(values) / variance)


@pytest.mark.parametrize("values", [noise(), np.cumsum(noise()), np.abs(noise())], ids=["noise", "walk", "positive"])
def test_statistics_agree_with_their_formulas(values: Array) -> None:
    result = stationarity(values)
    assert result.adf.statistic == pytest.approx(adf_by_hand(values, result.adf.lags), rel=1e-8)
    assert result.kpss.statistic == pytest.approx(kpss_by_hand(values, result.kpss.lags), rel=1e-8)
    assert result.num_bars == len(values)


def test_a_walk_has_a_unit_root_and_noise_has_none() -> None:
    assert stationarity(np.cumsum(noise())).conclusion == "unit root"
    assert stationarity(noise()).conclusion == "stationary"


def test_the_p_value_of_kpss_stays_inside_of_its_table() -> None:
    assert stationarity(np.cumsum(noise())).kpss.p_value == 0.01
    assert stationarity(noise()).kpss.p_value == 0.1


@pytest.mark.parametrize("transform", ["log_return", "difference", "relative"])
def test_transforms_take_the_unit_root_away(transform: str) -> None:
    windows = build_windows(make_series(600), make_windows(transform=transform), ())
    result = transform_stationarity(windows)
    prices = windows.columns[: windows.spans.train.stop, 0]
    changes = {
        "log_return": np.diff(np.log(prices)),
        "difference": np.diff(prices),
        "relative": prices[1:] / prices[:-1] - 1,
    }
    assert result.before == stationarity(prices)
    assert result.after == stationarity(changes[transform])
    assert (result.before.conclusion, result.after.conclusion) == ("unit root", "stationary")


def test_no_transform_changes_nothing() -> None:
    result = transform_stationarity(build_windows(make_series(), make_windows(transform="none"), ()))
    assert result.before == result.after


def test_only_the_training_span_is_tested() -> None:
    series = make_series()
    before = transform_stationarity(build_windows(series, make_windows(), ()))
    series.values[180:] *= 10
    assert transform_stationarity(build_windows(series, make_windows(), ())) == before


def test_long_series_are_tested_on_their_latest_training_bars() -> None:
    windows = build_windows(make_series(LATEST_BARS + 500), make_windows(train=0.95, validation=0.03, test=0.02), ())
    stop = windows.spans.train.stop
    assert stop > LATEST_BARS
    assert transform_stationarity(windows).before == stationarity(windows.columns[stop - LATEST_BARS : stop, 0])


@pytest.mark.parametrize("values", [np.full(100, 3.0), np.arange(5.0), np.full(100, 0.1) + 1e-17])
def test_where_nothing_moves_nothing_is_tested(values: Array) -> None:
    result = stationarity(values)
    assert result.conclusion == "not tested"
    assert math.isnan(result.adf.statistic)
    assert math.isnan(result.kpss.p_value)


def test_a_single_spike_warns_nobody() -> None:
    values = np.zeros(180)
    values[50] = 1.0
    assert stationarity(np.diff(values)).conclusion in ("not tested", "stationary")
