"""One fit of a compiled program, from its first epoch to its outcome."""

import time
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from src.fits import FitOutcome, FitSpec, OnEpoch, TrainingState
from src.runners.batches import epoch_batches
from src.runners.fused.program import Data, Program, Settings, State, Steps
from src.runners.progress import Progress
from src.runners.validation import Validation
from src.windows.windows import Rows, Windows


@dataclass(frozen=True)
class Prepared:
    """What fits of equal windows share on one device.

    Attributes:
        data: on the device.
        training: origins of the training windows.
        validation: scores outputs.
        answers: positions of the validation windows among the outputs.
    """

    data: Data
    training: Rows
    validation: Validation
    answers: Rows


def prepare(windows: Windows, spec: FitSpec, device: Any) -> Prepared:
    """Put what `spec` reads onto `device`."""
    training, validation = windows.training_origins(), Validation(windows)
    num_rows = len(windows.columns)
    targets = np.zeros((num_rows, windows.config.horizon), np.float32)
    targets[training] = windows.targets(training)
    rows = validation.origins
    if spec.model.stateful:
        rows = windows.rows_to_read(rows, windows.stream_length(spec.training.batch_size))
    inputs = windows.stream if spec.windows.transform != "relative" else _table(windows, num_rows)
    data = jax.device_put(Data(inputs, targets, rows.astype(np.int32)), device)
    return Prepared(data, training, validation, np.searchsorted(rows, validation.origins))


def _table(windows: Windows, num_rows: int) -> Any:
    """Windows by origin, float32 `(time, lags, feature)`: relative windows share no stream."""
    table = np.zeros((num_rows, windows.config.lags, windows.num_features), np.float32)
    origins = np.arange(windows.first_origin, num_rows)
    table[origins] = windows.inputs(origins)
    return table


def train(program: Program, prepared: Prepared, spec: FitSpec, device: Any, on_epoch: OnEpoch) -> FitOutcome:
    """Train one fit on one device."""
    started = time.monotonic()
    progress: Progress[State] = Progress(spec, prepared.validation, on_epoch)
    clipnorm = np.inf if spec.training.clipnorm is None else spec.training.clipnorm
    settings = jax.device_put(Settings(np.float32(spec.model.l2), np.float32(clipnorm)), device)
    state = jax.device_put(program.initial_state(spec), device)
    for epoch in range(spec.initial_epoch, spec.training.epochs):
        batches = epoch_batches(spec, prepared.training, epoch)
        steps = jax.device_put(Steps(batches.origins.astype(np.int32), batches.weights), device)
        state, loss, outputs = program.run_epoch(state, settings, prepared.data, steps)
        if progress.end_epoch(float(loss), np.asarray(outputs)[prepared.answers], state):
            break
    return progress.outcome(
        time.monotonic() - started,
        to_weights=program.weights,
        state=lambda: TrainingState(program.weights(state), tuple(map(np.asarray, state.optimizer))),
    )
