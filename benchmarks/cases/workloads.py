"""The workloads that cases share, every setting spelled out."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.cases.options import Options
from benchmarks.workload import Workload
from lstm_sweep.config import CsvData, DataConfig, ModelConfig, Sp500Data, SyntheticData, TrainingConfig, WindowsConfig

_NUM_MINUTES = 260_640  # half a year; five of the six months are trained on
_SP500 = Sp500Data("sp500", every=None, features=[])

_DAILY = Workload(
    data=_SP500,
    windows=WindowsConfig(30, 1, "log_return", "standard", train=0.7, validation=0.15, test=0.15),
    model=ModelConfig(1, 32, "tanh", "sigmoid", dropout=0.0, recurrent_dropout=0.0, l2=0.0, stateful=False),
    training=TrainingConfig(20, 32, 0.001, "adam", clipnorm=None, patience=None),
    search={"model.dropout": [0.0, 0.1, 0.2, 0.3]},
    seeds=4,
)
_MINUTES = replace(
    _DAILY,
    windows=WindowsConfig(10, 1, "difference", "minmax", train=0.8343, validation=0.0828, test=0.0828),
    model=replace(_DAILY.model, layers=2, units=100),
    training=replace(_DAILY.training, epochs=1, batch_size=100),
    search={"model.dropout": [0.0, 0.1]},
    seeds=1,
)


def daily(options: Options) -> Workload:
    """Daily prices, 1 x LSTM(32), 30 lags, batch 32, 20 epochs, 4 dropout rates x 4 seeds."""
    if options.tiny:
        short = SyntheticData("synthetic", None, [], process="random_walk", length=600, data_seed=0)
        small = {"model.units": 4, "training.epochs": 2, "windows.lags": 10}
        return replace(_DAILY, data=short, search={"model.dropout": [0.0, 0.1]}, seeds=1).with_values(small)
    return replace(_DAILY, data=_csv(options.data) if options.data else _SP500)


def minutes(options: Options, folder: Path) -> Workload:
    """Minutes of half a year, 2 x LSTM(100), 10 lags, batch 100, one epoch, 2 fits."""
    simulated = folder / "minutes.csv"
    if options.minutes is None or options.tiny:
        _simulate_minutes(simulated, 3_000 if options.tiny else _NUM_MINUTES)
    data = _csv(options.minutes if options.minutes and not options.tiny else simulated)
    return replace(_MINUTES, data=data).with_values({"model.units": 8} if options.tiny else {})


def _csv(path: Path) -> DataConfig:
    return CsvData("csv", None, [], path=str(path.resolve()), price=None, time=None, time_unit=None)


def _simulate_minutes(path: Path, num_bars: int) -> None:
    """Write a random walk."""
    steps = np.random.default_rng(0).normal(0.0, 0.001, num_bars)
    prices = 1000.0 * np.exp(np.cumsum(steps))
    seconds = 1_483_228_800 + 60 * np.arange(num_bars)
    lines = [f"{second},{price:.2f}\n" for second, price in zip(seconds, prices, strict=True)]
    path.write_text("timestamp,close\n" + "".join(lines))
