"""Covariates that are read as they stand, whatever the transform of the price."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.config import TRANSFORMS
from lstm_sweep.data.series import Series
from lstm_sweep.windows.windows import build_windows
from tests.examples import make_windows


def invented() -> Series:
    rng = np.random.default_rng(3)
    length = 60
    return Series(
        name="invented",
        timestamps=np.datetime64("2024-01-01", "ns") + np.arange(length) * np.timedelta64(10, "s"),
        values=np.exp(rng.normal(0, 0.01, length).cumsum()) * 100,
        filled=np.zeros(length, bool),
        covariates={"volume": rng.exponential(5, length), "imbalance": rng.uniform(-1, 1, length)},
        levels=("imbalance",),
    )


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_a_level_is_read_as_it_stands_and_nothing_else_changes(transform: str) -> None:
    series = invented()
    config = replace(make_windows(), transform=transform, scale="none", lags=4, horizon=2)
    windows = build_windows(series, config, ["volume", "imbalance"])
    without = build_windows(replace(series, levels=()), config, ["volume", "imbalance"])
    origins = windows.training_origins()
    inputs, others = windows.inputs(origins), without.inputs(origins)
    assert np.array_equal(inputs[..., :2], others[..., :2])
    for row, origin in enumerate(origins):
        for step in range(4):
            value = series.covariates["imbalance"][origin - 3 + step]
            assert inputs[row, step, 2] == np.float32(value)
    assert (transform == "none") == np.array_equal(inputs, others)


def test_a_level_is_another_series_to_the_cache() -> None:
    series = invented()
    assert series.digest != replace(series, levels=()).digest
    assert replace(series, levels=("nothing that it holds",)).digest == replace(series, levels=()).digest


def test_scaling_of_a_level_is_fitted_on_its_training_rows() -> None:
    config = replace(make_windows(), transform="log_return", scale="standard", lags=4, horizon=1)
    windows = build_windows(invented(), config, ["imbalance"])
    origins = windows.training_origins()
    rows = pd.Series(invented().covariates["imbalance"][origins[0] - 3 : windows.spans.train.stop])
    assert windows.scaler.offset[1] == pytest.approx(rows.mean(), rel=1e-12)
    assert windows.scaler.factor[1] == pytest.approx(rows.std(ddof=0), rel=1e-12)
