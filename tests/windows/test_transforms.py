"""Transforms and their way back."""

import numpy as np
import pytest

from lstm_sweep.config import TRANSFORMS
from lstm_sweep.windows.transforms import first_row, to_prices, to_relative, to_stream

PRICES = 100.0 * np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.02, 60)))
VOLUME = np.where(np.arange(60) % 7 == 0, 0.0, np.random.default_rng(1).normal(0, 1e4, 60))
COLUMNS = np.column_stack([PRICES, VOLUME])


@pytest.mark.parametrize("transform", ["difference", "log_return", "none"])
def test_stream_has_a_value_in_every_row_from_the_first(transform: str) -> None:
    stream = to_stream(transform, COLUMNS)
    assert stream.shape == COLUMNS.shape
    assert np.isfinite(stream).all()
    assert first_row(transform) == (0 if transform == "none" else 1)
    assert (stream[first_row(transform) :, 0] != 0).all()


def test_difference_and_log_return_are_those_of_their_names() -> None:
    for row in range(1, len(COLUMNS)):
        assert to_stream("difference", COLUMNS)[row].tolist() == (COLUMNS[row] - COLUMNS[row - 1]).tolist()
        assert to_stream("log_return", COLUMNS)[row, 0] == pytest.approx(np.log(PRICES[row] / PRICES[row - 1]))


def test_covariates_of_any_sign_have_a_log_return() -> None:
    for row in range(1, len(COLUMNS)):
        expected = np.arcsinh(VOLUME[row]) - np.arcsinh(VOLUME[row - 1])
        assert to_stream("log_return", COLUMNS)[row, 1] == pytest.approx(expected)


@pytest.mark.parametrize("transform", ["difference", "log_return", "none"])
def test_stream_of_a_row_does_not_depend_on_later_rows(transform: str) -> None:
    assert np.array_equal(to_stream(transform, COLUMNS[:40]), to_stream(transform, COLUMNS)[:40])


def test_relative_windows_end_at_zero() -> None:
    rows = np.array([[3, 4, 5], [4, 5, 6]])
    windows = to_relative(COLUMNS[rows], COLUMNS[rows[:, -1]])
    assert (windows[:, -1] == 0).all()
    assert windows[0, 0, 0] == pytest.approx(PRICES[3] / PRICES[5] - 1)


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("horizon", [1, 3])
def test_prices_come_back_from_transformed_targets(transform: str, horizon: int) -> None:
    origins = np.arange(5, 50)
    rows = origins[:, None] + np.arange(1, horizon + 1)
    if transform == "relative":
        outputs = to_relative(COLUMNS[rows], COLUMNS[origins])[..., 0]
    else:
        outputs = to_stream(transform, COLUMNS)[rows, 0]
    np.testing.assert_allclose(to_prices(transform, outputs, PRICES[origins]), PRICES[rows], rtol=1e-12)


@pytest.mark.parametrize("transform", ["difference", "log_return", "relative"])
def test_zero_is_the_last_price_again(transform: str) -> None:
    forecast = to_prices(transform, np.zeros((60, 3)), PRICES)
    assert np.array_equal(forecast, np.repeat(PRICES[:, None], 3, axis=1))
