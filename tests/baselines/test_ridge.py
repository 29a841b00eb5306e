"""Ridge against its closed form, and its penalty against a plain loop over folds."""

import numpy as np
import pytest
from numpy.typing import NDArray

from lstm_sweep.baselines import ridge
from lstm_sweep.baselines.ridge import NUM_FOLDS, _penalties, fit_ridge
from lstm_sweep.windows.windows import Windows
from tests.baselines.examples import all_origins, windows_of
from tests.examples import make_series

Array = NDArray[np.float64]


def training_set(windows: Windows) -> tuple[Array, Array]:
    origins = windows.training_origins()
    inputs = windows.inputs(origins).reshape(len(origins), -1).astype(np.float64)
    return inputs, windows.targets(origins).astype(np.float64)


def closed_form(inputs: Array, targets: Array, penalty: float) -> tuple[Array, Array]:
    """Weights `(input, step)` and constants `(step,)`; the constant bears no penalty."""
    mean_input, mean_target = inputs.mean(axis=0), targets.mean(axis=0)
    centred = inputs - mean_input
    gram = centred.T @ centred + penalty * np.eye(inputs.shape[1])
    weights = np.linalg.solve(gram, centred.T @ (targets - mean_target))
    return weights, mean_target - mean_input @ weights


def best_penalty(inputs: Array, targets: Array, horizon: int) -> float:
    fold = len(inputs) // (NUM_FOLDS + 1)
    errors = []
    for penalty in _penalties(inputs):
        by_fold = []
        for number in range(NUM_FOLDS, 0, -1):
            start = len(inputs) - number * fold
            weights, constant = closed_form(inputs[: start - horizon + 1], targets[: start - horizon + 1], penalty)
            held_out = slice(start, start + fold)
            by_fold.append(np.mean((inputs[held_out] @ weights + constant - targets[held_out]) ** 2))
        errors.append(np.mean(by_fold))
    return float(_penalties(inputs)[np.argmin(errors)])


@pytest.mark.parametrize("horizon", [1, 3])
@pytest.mark.parametrize("transform", ["log_return", "difference", "relative", "none"])
def test_ridge_is_the_closed_form_with_the_penalty_of_least_error(transform: str, horizon: int) -> None:
    series = make_series(filled=(60, 61, 150, 260))
    windows = windows_of(series, ("volume",), transform=transform, horizon=horizon)
    inputs, targets = training_set(windows)
    fitted = fit_ridge(windows)
    assert fitted.regression.alpha_ == pytest.approx(best_penalty(inputs, targets, horizon))
    weights, constant = closed_form(inputs, targets, fitted.regression.alpha_)
    origins = all_origins(windows)
    outputs = windows.inputs(origins).reshape(len(origins), -1) @ weights + constant
    np.testing.assert_allclose(fitted.forecast(origins), windows.to_prices(outputs, origins), rtol=1e-8)


def test_folds_of_the_penalty_share_no_target() -> None:
    windows = windows_of(make_series(), horizon=20)
    inputs, targets = training_set(windows)
    apart, adjacent = (best_penalty(inputs, targets, horizon) for horizon in (20, 1))
    assert fit_ridge(windows).regression.alpha_ == pytest.approx(apart)
    assert apart != adjacent


def test_ridge_reads_no_filled_bar_as_a_target() -> None:
    filled = (60, 61, 100)
    windows = windows_of(make_series(filled=filled), horizon=1)
    assert not {row - 1 for row in filled} & set(windows.training_origins().tolist())
    assert len(training_set(windows)[0]) == windows.spans.train.stop - 1 - windows.first_origin - len(filled)


def test_ridge_finds_the_autoregression_of_returns() -> None:
    fitted = fit_ridge(windows_of(make_series(2000), scale="none"))
    assert fitted.regression.coef_[-1] == pytest.approx(0.5, abs=0.1)


def test_ridge_uses_the_latest_windows_where_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    windows = windows_of(make_series())
    inputs, targets = training_set(windows)
    monkeypatch.setattr(ridge, "MOST_NUMBERS", 100 * inputs.shape[1])
    fitted = fit_ridge(windows)
    weights, constant = closed_form(inputs[-100:], targets[-100:], fitted.regression.alpha_)
    np.testing.assert_allclose(fitted.regression.coef_, weights[:, 0], rtol=1e-8)
    np.testing.assert_allclose(fitted.regression.intercept_, constant, rtol=1e-8)


def test_ridge_of_a_price_that_never_moves_is_that_price() -> None:
    series = make_series()
    series.values[:] = 7.0
    windows = windows_of(series)
    origins = all_origins(windows)
    assert (fit_ridge(windows).forecast(origins) == 7.0).all()
