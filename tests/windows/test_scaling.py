"""Scaling against scikit-learn, which is only ever shown the same rows."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from lstm_sweep.errors import UserError
from lstm_sweep.windows.scaling import Scaler, fit_scaler
from lstm_sweep.windows.windows import build_windows
from tests.examples import make_series, make_windows

ROWS = np.random.default_rng(0).normal([3.0, -50.0, 1e6], [0.01, 7.0, 1e5], (200, 3))
LATER = np.random.default_rng(1).normal([4.0, -30.0, 2e6], [0.02, 9.0, 1e5], (50, 3))


@pytest.mark.parametrize(("scale", "reference"), [("minmax", MinMaxScaler((-1, 1))), ("standard", StandardScaler())])
def test_scaler_equals_scikit_learn(scale: str, reference: MinMaxScaler | StandardScaler) -> None:
    scaler = fit_scaler(scale, ROWS)
    reference.fit(ROWS)
    for rows in (ROWS, LATER):
        np.testing.assert_allclose(scaler.scale(rows), reference.transform(rows), rtol=1e-9, atol=1e-12)


def test_no_scaling_leaves_numbers_as_they_are() -> None:
    scaler = fit_scaler("none", ROWS)
    assert np.array_equal(scaler.scale(LATER), LATER)
    assert np.array_equal(scaler.unscale_target(LATER), LATER)


@pytest.mark.parametrize("scale", ["minmax", "standard", "none"])
def test_target_is_scaled_as_feature_0_and_back_again(scale: str) -> None:
    scaler = fit_scaler(scale, ROWS)
    targets = LATER[:, :1].reshape(10, 5)
    scaled = scaler.scale_target(targets)
    assert np.array_equal(scaled.ravel(), scaler.scale(LATER)[:, 0])
    np.testing.assert_allclose(scaler.unscale_target(scaled), targets, rtol=1e-12)


@pytest.mark.parametrize("scale", ["minmax", "standard"])
@pytest.mark.parametrize("constant", [0.0, 0.1, 3.3, -1e9])
def test_constant_feature_becomes_zero_and_keeps_its_size(scale: str, constant: float) -> None:
    rows: NDArray[np.float64] = np.column_stack([ROWS[:, 0], np.full(len(ROWS), constant)])
    scaler = fit_scaler(scale, rows)
    np.testing.assert_allclose(scaler.scale(rows)[:, 1], 0.0, atol=1e-6)
    np.testing.assert_allclose(scaler.scale(rows + 2.0)[:, 1], 2.0, atol=1e-6)


@pytest.mark.parametrize("scale", ["minmax", "standard"])
def test_what_differs_by_rounding_alone_is_constant(scale: str) -> None:
    rows = np.diff(1e5 + 0.1 * np.arange(200.0))[:, None]
    assert np.ptp(rows) > 0
    assert fit_scaler(scale, rows).factor.tolist() == [1.0]


@pytest.mark.parametrize("scale", ["minmax", "standard"])
@pytest.mark.parametrize("size", [1e-200, 1e-12, 1.0, 1e150])
def test_spread_of_any_size_is_seen(scale: str, size: float) -> None:
    scaler = fit_scaler(scale, np.array([[size], [2 * size], [4 * size]]))
    assert np.isfinite(scaler.factor).all()
    assert (scaler.factor > 0).all()


def test_ends_are_found_where_their_sum_is_too_large() -> None:
    scaler = fit_scaler("minmax", np.array([[1.5e308], [1.7e308]]))
    assert scaler.scale(np.array([[1.5e308], [1.7e308]])).tolist() == [[-1.0], [1.0]]


def test_windows_are_scaled_feature_by_feature() -> None:
    scaler = Scaler(np.array([1.0, 10.0]), np.array([2.0, 5.0]))
    windows = np.arange(12.0).reshape(2, 3, 2)
    expected = [[[(x - 1) / 2, (y - 10) / 5] for x, y in window] for window in windows.tolist()]
    assert scaler.scale(windows).tolist() == expected


def test_a_scaler_that_is_given_takes_the_place_of_the_fitted_one() -> None:
    given = {"offset": [0.5, 2.0], "factor": [4.0, 0.5]}
    series, config = make_series(80), make_windows(scaler=given, transform="none", test=None, train=0.8)
    windows = build_windows(series, config, ("volume",))
    for row in range(len(series)):
        expected = [(series.values[row] - 0.5) / 4.0, (series.covariates["volume"][row] - 2.0) / 0.5]
        np.testing.assert_allclose(windows.stream[row], np.float32(expected), rtol=1e-6)
    assert build_windows(series, config, ()).scaler.factor.tolist() == [4.0]
    with pytest.raises(UserError, match="for each of 3 features"):
        build_windows(series, config, ("volume", "mood"))


@pytest.mark.parametrize(
    "scaler",
    [
        1,
        "minmax",
        [],
        {},
        {"offset": [0.0]},
        {"offset": [0.0], "factor": [0.0]},
        {"offset": [0.0], "factor": [1.0, 2.0]},
    ]
    + [{"offset": ["a"], "factor": [1.0]}, {"offset": [], "factor": []}, {"offset": [float("nan")], "factor": [1.0]}]
    + [{"offset": [0.0], "factor": [1.0], "more": [1.0]}],
)
def test_what_is_no_scaler_is_refused(scaler: object) -> None:
    with pytest.raises(UserError, match="windows.scaler=null"):
        make_windows(scaler=scaler)
