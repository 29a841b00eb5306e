"""The reference runner: Keras' own `fit`, one fit after another."""

import time
import traceback
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from src.config import TrainingConfig
from src.fits import FitOutcome, FitSpec, FitStatus, OnEpoch, OnFit, Runner, TrainingState, Weights
from src.models.initial_weights import set_initial_weights
from src.models.lstm import Shapes, build_lstm, get_weights, reset_states, set_weights
from src.models.scorer import Scorer
from src.runners.batches import epoch_batches
from src.runners.halt import Halt, halting
from src.runners.progress import Progress, without_result
from src.runners.validation import Validation
from src.series.series import Series
from src.windows.windows import Windows, build_windows


class SequentialRunner(Runner):
    """Trains fits one by one; slow, short and plain, so that faster runners have something to be checked against."""

    def run(self, series: Series, fits: Sequence[FitSpec], on_epoch: OnEpoch, on_fit: OnFit) -> list[FitOutcome]:
        """Train every fit, in order; an error of `on_epoch` or `on_fit` ends all training and is raised."""
        outcomes = []
        for spec in fits:
            try:
                outcomes.append(_attempt(series, spec, halting(on_epoch)))
            except Halt as halt:
                raise (halt.__cause__ or halt) from None
            on_fit(outcomes[-1])
        return outcomes


def _attempt(series: Series, spec: FitSpec, on_epoch: OnEpoch) -> FitOutcome:
    started = time.monotonic()
    try:
        return _train(series, spec, on_epoch)
    except Exception as error:  # one broken fit must not end the sweep: it is recorded with its trace
        message = f"{error}\n{traceback.format_exc()}"
        return without_result(spec, FitStatus.FAILED, 0, time.monotonic() - started, message)


def _train(series: Series, spec: FitSpec, on_epoch: OnEpoch) -> FitOutcome:
    started = time.monotonic()
    windows = build_windows(series, spec.windows, spec.features)
    data = _TrainingData(windows, spec)
    watch = _Watch(windows, spec, data, on_epoch)
    network = _compiled_network(windows, spec)
    network.fit(
        data,
        initial_epoch=spec.initial_epoch,
        epochs=spec.training.epochs,
        callbacks=[watch],
        shuffle=False,  # `_TrainingData` has its own order
        verbose=0,
    )
    return watch.progress.outcome(
        time.monotonic() - started,
        to_weights=lambda weights: weights,
        state=lambda: TrainingState(get_weights(network), _optimizer_variables(network)),
    )


class _TrainingData(keras.utils.PyDataset):
    """The batches of one epoch at a time, as Keras asks for them."""

    def __init__(self, windows: Windows, spec: FitSpec) -> None:
        super().__init__()
        self._windows, self._spec = windows, spec
        self._origins = windows.training_origins()
        self.draw(spec.initial_epoch)

    def draw(self, epoch: int) -> None:
        """Lay out the batches of `epoch`, counted from 0."""
        self._batches = epoch_batches(self._spec, self._origins, epoch)

    def __len__(self) -> int:
        return len(self._batches.origins)

    def __getitem__(self, step: int) -> tuple[Any, Any, Any]:
        origins, weights = self._batches.origins[step], self._batches.weights[step]
        if self._spec.model.stateful:
            targets = self._windows.targets(origins.ravel())
            return self._windows.stream[origins], targets.reshape(*origins.shape, -1), weights
        return self._windows.inputs(origins), self._windows.targets(origins), weights


class _Watch(keras.callbacks.Callback):
    """What is done between the epochs of `keras.Model.fit`."""

    def __init__(self, windows: Windows, spec: FitSpec, data: _TrainingData, on_epoch: OnEpoch) -> None:
        super().__init__()
        self._data = data
        self._validation = Validation(windows)
        self._scorer = Scorer(windows, spec.model, windows.stream_length(spec.training.batch_size))
        self.progress: Progress[Weights] = Progress(spec, self._validation, on_epoch)

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Draw the epoch's batches; streams start from a state of zero."""
        self._data.draw(epoch)
        reset_states(self.model)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Validate with a network of its own, and stop where it is time."""
        weights = get_weights(self.model)
        outputs = self._scorer.outputs(weights, self._validation.origins)
        self.model.stop_training = self.progress.end_epoch(float((logs or {})["loss"]), outputs, weights)


def _compiled_network(windows: Windows, spec: FitSpec) -> keras.Model:
    shapes = Shapes(
        time=spec.windows.lags,
        num_features=windows.num_features,
        horizon=spec.windows.horizon,
        streams=spec.training.batch_size if spec.model.stateful else None,
        every_step=spec.model.stateful,
    )
    network = build_lstm(spec.model, shapes)
    # The mean over real places only: Keras' default would count padding as places of no error.
    loss = keras.losses.MeanSquaredError(reduction="mean_with_sample_weight")
    network.compile(optimizer=_optimizer(spec.training), loss=loss)
    network.optimizer.build(network.trainable_variables)
    if spec.start is None:
        set_initial_weights(network, spec.seed)
    else:
        set_weights(network, spec.start.weights)
        for variable, value in zip(network.optimizer.variables, spec.start.optimizer, strict=True):
            variable.assign(value)
    return network


def _optimizer(training: TrainingConfig) -> keras.optimizers.Optimizer:
    settings = {"learning_rate": training.learning_rate, "clipnorm": training.clipnorm}
    return keras.optimizers.get({"class_name": training.optimizer, "config": settings})


def _optimizer_variables(network: keras.Model) -> Weights:
    return tuple(np.asarray(variable).copy() for variable in network.optimizer.variables)
