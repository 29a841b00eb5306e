"""The cases that put one workload before all contenders."""

from dataclasses import replace
from pathlib import Path

from benchmarks.arrays import num_training_windows
from benchmarks.cases.options import Options
from benchmarks.cases.workloads import daily, minutes
from benchmarks.comparison import Say, compare
from benchmarks.flops import training_flops
from benchmarks.lineup import REFERENCE, absent, line_up, remarks
from benchmarks.table import Table
from benchmarks.workload import Workload


def daily_16(options: Options, folder: Path, say: Say) -> Table:
    """4 dropout rates x 4 seeds."""
    return _measure("daily-16", "daily prices, 1 x LSTM(32), 30 lags", daily(options), options, folder, say)


def daily_64(options: Options, folder: Path, say: Say) -> Table:
    """4 dropout rates x 16 seeds."""
    workload = replace(daily(options), seeds=2 if options.tiny else 16)
    return _measure("daily-64", "daily prices, 1 x LSTM(32), 30 lags", workload, options, folder, say)


def minutes_stateless(options: Options, folder: Path, say: Say) -> Table:
    """Every window afresh."""
    workload = minutes(options, folder)
    return _measure("minutes-stateless", "minutes, 2 x LSTM(100), 10 lags", workload, options, folder, say)


def minutes_stateful(options: Options, folder: Path, say: Say) -> Table:
    """The state carried from batch to batch, over contiguous streams."""
    workload = minutes(options, folder).with_values({"model.stateful": True})
    table = _measure("minutes-stateful", "minutes, 2 x LSTM(100), 10 lags, stateful", workload, options, folder, say)
    table.notes.append(
        "On JAX, Keras' own `stateful=True` starts every batch from zero without a word (keras 3.15): the same work, "
        "but less learnt. The Keras contenders validate in as many streams as they train in, each from a state of zero."
    )
    return table


def mixed(options: Options, folder: Path, say: Say) -> Table:
    """A sweep over units and lags: every trial is another shape, so nothing compiled for one serves another."""
    search = {"windows.lags": [10, 30], "model.units": [8, 16, 32, 64]}
    if options.tiny:
        search = {"windows.lags": [5, 10], "model.units": [4, 8]}
    workload = replace(daily(options), search=search, seeds=1 if options.tiny else 2)
    return _measure("mixed", "daily prices, units x lags", _for_epochs(workload, 5), options, folder, say)


def _for_epochs(workload: Workload, epochs: int) -> Workload:
    return workload.with_values({"training.epochs": min(epochs, workload.training.epochs)})


def _measure(name: str, title: str, workload: Workload, options: Options, folder: Path, say: Say) -> Table:
    contenders = line_up(workload, folder, options.only)
    comparison = compare(contenders, say)
    windows, fits = num_training_windows(workload), workload.num_fits
    flops = training_flops(workload, windows)
    whole = f"{title}, batch {workload.training.batch_size}, {workload.training.epochs} epochs, {windows} windows"
    trials = " x ".join(f"{path}={values}" for path, values in workload.search.items())
    notes = [
        f"sgemm peak {comparison.peak / 1e9:.0f} GFLOP/s; a fit is {flops / fits / 1e9:.3g} GFLOP of training "
        "matrix products (benchmarks/flops.py says how they are counted).",
        "x fused: seconds divided by those of the fused runner, cold or warm.",
        "val_loss: mean squared error over the same validation windows, scaled units, after the last epoch.",
        *remarks(contenders),
        *absent(options.only),
        *(f"{name} failed and is missing." for name in comparison.failures),
    ]
    return Table(
        name,
        f"{whole}; {trials} x {workload.seeds} seeds = {fits} fits",
        comparison.rows(fits, flops, REFERENCE),
        notes,
        comparison.details | {"workload": workload.overrides, "flops": flops},
    )
