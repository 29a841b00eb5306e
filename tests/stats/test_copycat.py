"""The label for copies of the last price: who gets it, and who does not."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from lstm_sweep.data.synthetic import autoregressive
from lstm_sweep.stats.clark_west import clark_west
from lstm_sweep.stats.copycat import CopyCat, correlation_of_changes, find_copycat

Prices = NDArray[np.float64]


def walk(num_bars: int = 800, r_squared: float = 0.0, seed: int = 0) -> Prices:
    returns = 0.01 * autoregressive(np.random.default_rng(seed).standard_normal(num_bars), r_squared)
    return 100 * np.cumprod(1 + returns)


def look_at(forecast: Prices, price: Prices, horizon: int = 1) -> CopyCat:
    """Judge a forecast `(window, horizon)` made at every bar that has `horizon` bars after it."""
    origins = np.arange(price.size - horizon)
    actual = price[origins[:, None] + np.arange(1, horizon + 1)]
    return find_copycat(forecast, actual, price[: origins.size], np.ones(actual.shape, dtype=bool), alpha=0.05)


@pytest.mark.parametrize("horizon", [1, 5])
def test_exact_copy_is_one(horizon: int) -> None:
    price = walk()
    found = look_at(np.repeat(price[:-horizon, None], horizon, axis=1), price, horizon)
    assert found == CopyCat(True, True, pytest.approx(1.0), 1.0)


@pytest.mark.parametrize("horizon", [1, 5])
def test_copy_with_noise_is_one(horizon: int) -> None:
    price = walk()
    noise = np.random.default_rng(1).normal(0, 0.003, (price.size - horizon, horizon))
    found = look_at(price[:-horizon, None] * (1 + noise), price, horizon)
    assert found.is_copy
    assert not found.is_exact
    assert found.correlation > 0.9


def test_copy_of_a_price_that_never_moves_is_exact() -> None:
    found = look_at(np.full((99, 1), 7.0), np.full(100, 7.0))
    assert found.is_copy
    assert math.isnan(found.correlation)


def test_oracle_is_no_copy_although_its_level_follows_the_price() -> None:
    price = walk()
    oracle = price[1:, None]
    assert np.corrcoef(oracle[:, 0], price[:-1])[0, 1] > 0.97
    found = look_at(oracle, price)
    assert not found.is_copy
    assert abs(found.correlation) < 0.15


def test_forecast_with_signal_is_no_copy_although_its_changes_follow() -> None:
    price = walk(r_squared=0.2)
    returns = np.r_[0.0, np.diff(price) / price[:-1]][:-1]
    found = look_at((price[:-1] * (1 + math.sqrt(0.2) * returns))[:, None], price)
    assert found.correlation > 0.8
    assert found.signal_p < 0.05
    assert not found.is_copy


def test_forecast_of_its_own_mind_is_no_copy() -> None:
    price = walk()
    noise = np.random.default_rng(1).normal(0, 0.03, (price.size - 1, 1))
    assert not look_at(price[:-1, None] * (1 + noise), price).is_copy


@pytest.mark.parametrize("bad", [math.nan, math.inf, 1e300])
def test_forecast_that_ran_away_is_no_copy(bad: float) -> None:
    price = walk()
    forecast = price[:-1, None].copy()
    forecast[5] = bad
    found = look_at(forecast, price)
    assert not found.is_copy
    assert not found.correlation >= 0.8


def test_correlation_equals_numpy_and_p_is_clark_and_west() -> None:
    price = walk(100)
    forecast = price[:-2, None] * (1 + np.random.default_rng(2).normal(0, 0.01, (98, 2)))
    pairs = [
        ((forecast[t, h] - forecast[t - 1, h]) / price[t - 1], (price[t] - price[t - 1]) / price[t - 1])
        for t in range(1, 98)
        for h in range(2)
    ]
    assert correlation_of_changes(forecast, price[:-2]) == pytest.approx(np.corrcoef(np.array(pairs).T)[0, 1], rel=1e-8)
    actual = np.column_stack([price[1:-1], price[2:]])
    everything = np.ones(actual.shape, dtype=bool)
    found = find_copycat(forecast, actual, price[:-2], everything, alpha=0.05)
    assert found.signal_p == clark_west(forecast, actual, price[:-2], everything)[1]


def test_single_window_has_no_changes() -> None:
    assert math.isnan(correlation_of_changes(np.ones((1, 3)), np.ones(1)))


def test_forecast_of_a_constant_is_no_copy() -> None:
    price = walk()
    found = look_at(np.full((price.size - 1, 1), 100.0), price)
    assert math.isnan(found.correlation)
    assert not found.is_copy


def test_correlation_of_a_signed_series_is_of_plain_differences() -> None:
    generator = np.random.default_rng(5)
    last, forecast = generator.normal(0.0, 3.0, 200), generator.normal(0.0, 3.0, (200, 1))
    forecast += last[:, None]
    expected = np.corrcoef(np.diff(forecast[:, 0]), np.diff(last))[0, 1]
    assert correlation_of_changes(forecast, last, signed=True) == pytest.approx(expected, rel=1e-9)
