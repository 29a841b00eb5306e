"""Adaptive conformal intervals: against a loop that knows only what was known, and by how often they hold."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from arch.data import sp500

from lstm_sweep.stats.conformal import ADAPTATION, CALIBRATION, FEWEST, calibrate, volatility


def scaled_errors(count: int, seed: int = 0) -> np.ndarray:
    return np.abs(np.random.default_rng(seed).standard_t(4, count))


def by_a_loop(
    errors: list[float], origins: list[int], step: int, now: int, coverage: float
) -> tuple[float, list[bool]]:
    """The same, bar by bar, with everything looked up anew."""
    miss, made, held = 1 - coverage, {}, {}
    for row in range(origins[0], now + 1):
        for window, origin in enumerate(origins):
            if origin + step == row and window in made:
                held[window] = errors[window] <= made[window]
                miss += ADAPTATION * ((1 - coverage) - (0 if held[window] else 1))
        known = [error for error, origin in zip(errors, origins, strict=True) if origin + step <= row][-CALIBRATION:]
        quantile = math.nan
        if len(known) >= FEWEST:
            rank = min(max(math.ceil((len(known) + 1) * (1 - miss)), 1), len(known))
            quantile = sorted(known)[rank - 1]
        if row in origins and not math.isnan(quantile):
            made[origins.index(row)] = quantile
    return quantile, [errors[window] <= made[window] for window in sorted(made)]


@pytest.mark.parametrize("step", [1, 3])
@pytest.mark.parametrize("gap", [0, 7])
def test_calibration_equals_a_loop_over_the_bars(step: int, gap: int) -> None:
    errors = scaled_errors(620)
    origins = np.arange(620) + gap * (np.arange(620) > 300)
    now = int(origins[-1]) + step
    found = calibrate(errors, origins, step, now, 0.9)
    assert found is not None
    quantile, held = by_a_loop(errors.tolist(), origins.tolist(), step, now, 0.9)
    assert found.quantile == quantile
    assert found.held.tolist() == held


def test_an_interval_of_the_past_is_the_one_that_was_made_then() -> None:
    errors, origins = scaled_errors(200), np.arange(200)
    whole = calibrate(errors, origins, 2, 201, 0.8)
    assert whole is not None
    for origin in (60, 120, 199):
        known = origins + 2 <= origin
        then = calibrate(errors[known], origins[known], 2, origin, 0.8)
        assert then is not None
        assert (errors[origin] <= then.quantile) == whole.held[origin - 200]


def test_too_few_errors_have_no_interval() -> None:
    assert calibrate(scaled_errors(FEWEST - 1), np.arange(FEWEST - 1), 1, FEWEST, 0.9) is None


@pytest.mark.parametrize("coverage", [0.5, 0.8, 0.95])
def test_intervals_hold_as_often_as_asked_also_when_errors_double(coverage: float) -> None:
    errors = scaled_errors(3000, seed=1)
    errors[1500:] *= 2
    found = calibrate(errors, np.arange(3000), 1, 3000, coverage)
    assert found is not None
    assert np.mean(found.held[-1500:]) == pytest.approx(coverage, abs=0.02)


def test_volatility_equals_that_of_pandas_and_knows_no_later_change() -> None:
    changes = np.random.default_rng(2).normal(0, 0.01, 300)
    before = np.mean(changes[:20] ** 2)
    squares = pd.Series([before, *changes**2]).ewm(alpha=0.06, adjust=False).mean().to_numpy()[1:]
    np.testing.assert_allclose(volatility(changes), np.sqrt(squares), rtol=1e-12)
    later = changes.copy()
    later[200:] *= 5
    np.testing.assert_array_equal(volatility(later)[:200], volatility(changes)[:200])


def test_volatility_of_nothing_is_nothing() -> None:
    assert volatility(np.array([])).size == 0


@pytest.mark.parametrize("name", ["btc_usd_1d_2011-2025.csv", "btc_usd_1m_2017-01_to_2017-06.csv.gz", "sp500"])
@pytest.mark.parametrize("step", [1, 7])
def test_over_any_thousand_bars_intervals_of_naive_hold_within_three_points(
    shared_data: Path, name: str, step: int
) -> None:
    """Naive's errors are those of a model that knows nothing of volatility, which changes most."""
    prices = (
        sp500.load()["Adj Close"]
        if name == "sp500"
        else pd.read_csv(shared_data / name).rename(columns=str.title)["Close"].dropna()
    )
    values = prices.to_numpy(np.float64)[-12_000:]
    unit = np.append(0.0, volatility(np.diff(values) / values[:-1])) * values
    origins = np.arange(20, len(values) - step)
    origins = origins[unit[origins] > 0]
    errors = np.abs(values[origins + step] - values[origins]) / unit[origins]
    for coverage in (0.8, 0.9, 0.95):
        found = calibrate(errors, origins, step, len(values) - 1, coverage)
        assert found is not None
        thousands = np.convolve(found.held, np.full(1000, 0.001), mode="valid")
        assert np.abs(thousands - coverage).max() < 0.03
