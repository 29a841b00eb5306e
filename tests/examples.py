"""Small series and small fits, made by hand."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from lstm_sweep.config import ModelConfig, TrainingConfig, WindowsConfig
from lstm_sweep.data.series import Series
from lstm_sweep.training.epoch_metrics import EPOCH_METRICS
from lstm_sweep.trials.outcome import EpochRecord
from lstm_sweep.trials.spec import FitSpec

WINDOWS = {
    "lags": 8,
    "horizon": 1,
    "transform": "log_return",
    "scale": "standard",
    "train": 0.6,
    "validation": 0.2,
    "test": 0.2,
}
MODEL = {
    "layers": 1,
    "units": 4,
    "activation": "tanh",
    "recurrent_activation": "sigmoid",
    "dropout": 0.0,
    "recurrent_dropout": 0.0,
    "l2": 0.0,
    "stateful": False,
}
TRAINING = {
    "epochs": 2,
    "batch_size": 16,
    "learning_rate": 0.01,
    "optimizer": "adam",
    "clipnorm": None,
    "patience": None,
}
FIT = {"trial_id": "0000", "replicate": 0, "fold": None, "seed": 5, "features": ()}
SECTIONS: dict[Any, dict[str, Any]] = {
    WindowsConfig: WINDOWS,
    ModelConfig: MODEL,
    TrainingConfig: TRAINING,
    FitSpec: FIT,
}
"""A setting that has a default and is left out here keeps it."""


def make_series(num_bars: int = 300, seed: int = 0, filled: Sequence[int] = ()) -> Series:
    """Daily prices whose returns are partly predictable, with the covariates 'volume' (some are 0) and 'mood'."""
    generator = np.random.default_rng(seed)
    returns = generator.normal(0.0, 0.01, num_bars)
    for day in range(1, num_bars):
        returns[day] += 0.5 * returns[day - 1]
    values = 100.0 * np.exp(np.cumsum(returns))
    for row in filled:
        values[row] = values[row - 1]
    volume = generator.lognormal(3.0, 1.0, num_bars) * (generator.random(num_bars) > 0.1)
    return Series(
        name="example",
        timestamps=np.datetime64("2020-01-01", "ns") + np.arange(num_bars) * np.timedelta64(1, "D"),
        values=values,
        filled=np.isin(np.arange(num_bars), np.asarray(filled)),
        covariates={"volume": volume, "mood": generator.normal(0.0, 1.0, num_bars)},
    )


def make_fit(**changes: Any) -> FitSpec:
    """A small fit; changes are named by the field of any section (`lags=5, dropout=0.2, seed=1`)."""
    windows, model, training, own = (
        values | {field.name: changes.pop(field.name) for field in fields(schema) if field.name in changes}
        for schema, values in SECTIONS.items()
    )
    assert not changes, f"nothing is named {list(changes)}"
    sections = {
        "windows": WindowsConfig(**windows),
        "model": ModelConfig(**model),
        "training": TrainingConfig(**training),
    }
    return FitSpec(**sections | own)


def make_windows(**changes: Any) -> WindowsConfig:
    """How an example series becomes windows."""
    return WindowsConfig(**{**WINDOWS, **changes})


def make_metrics(loss: float) -> dict[str, float]:
    """Metrics of an epoch: `loss`, and so many times as much for each that follows it."""
    return {metric.name: number * loss for number, metric in enumerate(EPOCH_METRICS, start=1)}


def make_record(epoch: int = 1, loss: float = 0.5, **changes: Any) -> EpochRecord:
    """The record of an epoch; changes are named by its fields."""
    own = {"trial_id": "0000", "replicate": 0, "fold": None, "timestamp": 1_700_000_000_000 + epoch}
    return EpochRecord(epoch=epoch, metrics=make_metrics(loss), **{**own, **changes})
