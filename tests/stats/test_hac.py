"""Standard errors, against loops and against statsmodels."""

import math

import numpy as np
import pytest
import statsmodels.api as sm

from lstm_sweep.stats.hac import standard_error
from tests.stats.losses import overlapping


def standard_error_by_loop(values: list[float], lags: int) -> float:
    count = len(values)
    mean = sum(values) / count
    variance = sum((value - mean) ** 2 for value in values) / count
    for lag in range(1, lags + 1):
        covariance = sum((values[t] - mean) * (values[t - lag] - mean) for t in range(lag, count)) / count
        variance += 2 * (1 - lag / (lags + 1)) * covariance
    return math.sqrt(variance / count)


@pytest.mark.parametrize(("num_windows", "lags"), [(50, 0), (51, 1), (300, 7), (300, 18), (12, 11)])
def test_standard_errors_equal_a_plain_loop(num_windows: int, lags: int) -> None:
    columns = overlapping(np.random.default_rng(lags), num_windows, 3, horizon=5).T
    expected = [standard_error_by_loop(column.tolist(), lags) for column in columns.T]
    assert standard_error(columns, lags) == pytest.approx(expected, rel=1e-10)


def test_standard_error_equals_statsmodels() -> None:
    values = overlapping(np.random.default_rng(1), 400, 1, horizon=3)[0]
    fit = sm.OLS(values, np.ones_like(values)).fit(cov_type="HAC", cov_kwds={"maxlags": 8})
    assert standard_error(values, 8) == pytest.approx(fit.bse[0], rel=1e-10)


def test_values_that_follow_each_other_are_worth_fewer() -> None:
    values = overlapping(np.random.default_rng(2), 4000, 1, horizon=10)[0]
    assert standard_error(values, 30) > 2 * standard_error(values, 0)


def test_constant_has_no_error_and_more_lags_than_windows_are_no_harm() -> None:
    assert standard_error(np.full((5, 2), 3.0), 3).tolist() == [0.0, 0.0]
    assert np.isfinite(standard_error(np.arange(4.0), 50))
