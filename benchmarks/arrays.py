"""The windows of a workload as files of arrays, so that every contender trains on identical numbers."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.workload import Workload
from lstm_sweep.data.load import load_series
from lstm_sweep.training.batches import stream_batches
from lstm_sweep.windows.windows import Rows, Windows, build_windows


def write_arrays(workload: Workload, folder: Path) -> dict[int, str]:
    """Write one file of arrays for each number of lags; returns their paths by lags."""
    series = load_series(workload.data, ())
    paths = {}
    for lags in workload.search.get("windows.lags", [workload.windows.lags]):
        windows = build_windows(series, replace(workload.windows, lags=lags), ())
        path = folder / f"lags_{lags}.npz"
        np.savez(path, **_arrays(windows, workload))
        paths[lags] = str(path)
    return paths


def num_training_windows(workload: Workload) -> int:
    """Windows, or steps of the streams where the model is stateful, that an epoch trains on."""
    windows = build_windows(load_series(workload.data, ()), workload.windows, ())
    return len(windows.training_origins())


def _arrays(windows: Windows, workload: Workload) -> dict[str, Any]:
    training, validation = windows.training_origins(), windows.scored_origins(windows.spans.validation)
    if workload.model.stateful:
        streams = workload.training.batch_size
        return _streams(windows, training, streams, "") | _streams(windows, validation, streams, "_val")
    return {
        "x": windows.inputs(training),
        "y": windows.targets(training),
        "x_val": windows.inputs(validation),
        "y_val": windows.targets(validation),
    }


def _streams(windows: Windows, origins: Rows, num_streams: int, suffix: str) -> dict[str, Any]:
    """Contiguous streams cut into steps of `lags`, in the order in which an unshuffled `fit` batches them."""
    batches = stream_batches(origins, num_streams, windows.config.lags)
    rows = batches.origins.reshape(-1, windows.config.lags)
    return {
        f"x{suffix}": windows.stream[rows],
        f"y{suffix}": windows.targets(rows.ravel()).reshape(*rows.shape, -1),
        f"weights{suffix}": batches.weights.reshape(rows.shape),
    }
