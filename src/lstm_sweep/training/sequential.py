"""The reference runner: Keras' own `fit`, one fit after another."""

import contextlib
import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from lstm_sweep.config import TrainingConfig
from lstm_sweep.data.series import Series
from lstm_sweep.models.initial_weights import set_first_weights
from lstm_sweep.models.lstm import Shapes, build_lstm, get_weights, reset_states, set_weights
from lstm_sweep.models.scorer import Scorer
from lstm_sweep.training.batches import epoch_batches
from lstm_sweep.training.listening import Halt, Listening
from lstm_sweep.training.progress import Progress
from lstm_sweep.training.runner import FitListener, Runner
from lstm_sweep.training.validation import Validation
from lstm_sweep.trials.checkpoint import TrainingState, Weights
from lstm_sweep.trials.outcome import FitOutcome
from lstm_sweep.trials.spec import FitSpec
from lstm_sweep.windows.windows import Windows, build_windows


class SequentialRunner(Runner):
    """Trains fits one by one; slow, short and plain: the reference that faster runners are tested against.

    Args:
        checkpoint_seconds: between two checkpoints of a fit; infinity: only when training must stop.
    """

    def __init__(self, checkpoint_seconds: float = math.inf) -> None:
        self._checkpoint_seconds = checkpoint_seconds

    def run(self, series: Series, fits: Sequence[FitSpec], listener: FitListener) -> list[FitOutcome]:
        """Train every fit, in order."""
        listening = Listening(listener, self._checkpoint_seconds)
        outcomes: list[FitOutcome] = []
        with contextlib.suppress(Halt):
            for spec in fits:
                outcome = None if listening.must_stop() else _attempt(series, Progress(spec, listening))
                if outcome is None:
                    break
                listening.on_fit(outcome)
                outcomes.append(outcome)
        listening.conclude()
        return outcomes


def _attempt(series: Series, progress: Progress) -> FitOutcome | None:
    """The outcome of a fit, or None where it stopped before its end."""
    try:
        _train(series, progress)
        return progress.outcome() if progress.has_ended else None
    except Exception as error:  # one broken fit must not end the sweep: it is recorded with its trace
        return progress.failed(error)


def _train(series: Series, progress: Progress) -> None:
    spec = progress.spec
    windows = build_windows(series, spec.windows, spec.features)
    data = _TrainingData(windows, spec)
    network = _compiled_network(windows, spec, progress.start)
    network.fit(
        data,
        initial_epoch=progress.epochs,
        epochs=spec.training.epochs,
        callbacks=[_Epochs(windows, progress, data)],
        shuffle=False,  # `_TrainingData` has its own order
        verbose=0,
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


class _Epochs(keras.callbacks.Callback):
    """The callback of `keras.Model.fit`: draws the batches of an epoch, and validates after it."""

    def __init__(self, windows: Windows, progress: Progress, data: _TrainingData) -> None:
        super().__init__()
        self._progress, self._data = progress, data
        self._validation = Validation(windows)
        spec = progress.spec
        self._scorer = Scorer(windows, spec.model, windows.stream_length(spec.training.batch_size))

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Draw the epoch's batches; streams start from a state of zero."""
        self._data.draw(epoch)
        reset_states(self.model)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Validate with a separate network, and stop training where the fit has ended or must stop."""
        state = TrainingState(get_weights(self.model), _optimizer_variables(self.model))
        score = self._validation.score(self._scorer.outputs(state.weights, self._validation.origins))
        must_stop = self._progress.end_epoch(float((logs or {})["loss"]), score, lambda: state)
        if must_stop:
            self._progress.stop()
        self.model.stop_training = must_stop or self._progress.has_ended


def _compiled_network(windows: Windows, spec: FitSpec, start: TrainingState | None) -> keras.Model:
    shapes = Shapes(
        time=spec.windows.lags,
        num_features=windows.num_features,
        horizon=spec.windows.horizon,
        streams=spec.training.batch_size if spec.model.stateful else None,
        every_step=spec.model.stateful,
    )
    network = build_lstm(spec.model, shapes)
    # The mean over weighted entries: Keras' default would count padding as entries without error.
    loss = keras.losses.MeanSquaredError(reduction="mean_with_sample_weight")
    network.compile(optimizer=_optimizer(spec.training), loss=loss)
    network.optimizer.build(network.trainable_variables)
    if start is None or not start.optimizer:
        set_first_weights(network, spec.seed, None if start is None else start.weights)
    else:
        set_weights(network, start.weights)
        for variable, value in zip(network.optimizer.variables, start.optimizer, strict=True):
            variable.assign(value)
    return network


def _optimizer(training: TrainingConfig) -> keras.optimizers.Optimizer:
    settings = {"learning_rate": training.learning_rate, "clipnorm": training.clipnorm}
    return keras.optimizers.get({"class_name": training.optimizer, "config": settings})


def _optimizer_variables(network: keras.Model) -> Weights:
    return tuple(np.asarray(variable).copy() for variable in network.optimizer.variables)
