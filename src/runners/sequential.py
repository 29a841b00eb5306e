"""The reference runner: Keras' own `fit`, one fit after another."""

import time
import traceback
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from src.config import TrainingConfig
from src.fits import (
    EpochRecord,
    FitOutcome,
    FitSpec,
    FitStatus,
    OnEpoch,
    OnFit,
    Runner,
    TrainingState,
    Weights,
)
from src.models.initial_weights import set_initial_weights
from src.models.lstm import Shapes, build_lstm, get_weights, reset_states, set_weights
from src.models.scorer import Scorer
from src.runners.batches import Batches, shuffled_batches, stream_batches
from src.runners.validation import Validation, ValidationScore
from src.series.series import Series
from src.windows.windows import Windows, build_windows


class SequentialRunner(Runner):
    """Trains fits one by one; slow, short and plain, so that faster runners have something to be checked against."""

    def run(self, series: Series, fits: Sequence[FitSpec], on_epoch: OnEpoch, on_fit: OnFit) -> list[FitOutcome]:
        """Train every fit, in order."""
        outcomes = []
        for spec in fits:
            started = time.monotonic()
            try:
                outcome = _Fit(series, spec, on_epoch).train()
            except Exception as error:  # one broken fit must not end the sweep: it is recorded with its trace
                message = f"{error}\n{traceback.format_exc()}"
                outcome = _without_result(spec, FitStatus.FAILED, 0, time.monotonic() - started, message)
            on_fit(outcome)
            outcomes.append(outcome)
        return outcomes


class _Fit(keras.callbacks.Callback):
    """One call of `keras.Model.fit`, watched from its epoch ends."""

    def __init__(self, series: Series, spec: FitSpec, on_epoch: OnEpoch) -> None:
        super().__init__()
        self._spec, self._on_epoch = spec, on_epoch
        self._windows = build_windows(series, spec.windows, spec.features)
        self._data = _TrainingData(self._windows, spec)
        self._validation = Validation(self._windows)
        self._scorer = Scorer(self._windows, spec.model, self._windows.stream_length(spec.training.batch_size))
        self._history: list[ValidationScore] = []
        self._kept: tuple[int, Weights] | None = None

    def train(self) -> FitOutcome:
        """Train to the last epoch, an early stop or divergence."""
        started = time.monotonic()
        network = _compiled_network(self._windows, self._spec)
        network.fit(
            self._data,
            initial_epoch=self._spec.initial_epoch,
            epochs=self._spec.training.epochs,
            callbacks=[self],
            shuffle=False,  # `_TrainingData` has its own order
            verbose=0,
        )
        return self._outcome(network, time.monotonic() - started)

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Draw the epoch's batches; streams start from a state of zero."""
        self._data.draw(epoch)
        reset_states(self.model)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Validate, report, keep the weights if they are the ones to keep, and stop if it is time."""
        weights = get_weights(self.model)
        loss = float((logs or {})["loss"])
        score = self._validation.score(self._scorer.outputs(weights, self._validation.origins))
        self._on_epoch(_record(self._spec, epoch + 1, loss, score))
        self._history.append(score)
        diverged = not (np.isfinite(loss) and score.is_finite)
        if diverged:
            self._kept = None
        elif self._is_best():
            self._kept = (epoch + 1, weights)
        self.model.stop_training = diverged or self._is_out_of_patience()

    def _is_best(self) -> bool:
        """Without early stopping the last epoch counts, whatever its loss."""
        if self._spec.training.patience is None:
            return True
        return self._history[-1].loss < min((score.loss for score in self._history[:-1]), default=np.inf)

    def _is_out_of_patience(self) -> bool:
        patience = self._spec.training.patience
        losses = [score.loss for score in self._history]
        return patience is not None and len(losses) - 1 - int(np.argmin(losses)) >= patience

    def _outcome(self, network: keras.Model, seconds: float) -> FitOutcome:
        epochs = self._spec.initial_epoch + len(self._history)
        if self._kept is None:
            message = f"the loss stopped being finite in epoch {epochs}"
            return _without_result(self._spec, FitStatus.DIVERGED, epochs, seconds, message)
        best_epoch, weights = self._kept
        score = self._history[best_epoch - self._spec.initial_epoch - 1]
        return FitOutcome(
            spec=self._spec,
            status=FitStatus.COMPLETED,
            epochs=epochs,
            best_epoch=best_epoch,
            score=score.log_ratio,
            val_loss=score.loss,
            seconds=seconds,
            validation_forecast=score.forecast,
            weights=weights,
            state=TrainingState(get_weights(network), _optimizer_variables(network)),
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
        self._batches = self._layout(epoch)

    def _layout(self, epoch: int) -> Batches:
        batch_size = self._spec.training.batch_size
        if self._spec.model.stateful:
            return stream_batches(self._origins, batch_size, self._spec.windows.lags)
        return shuffled_batches(self._origins, batch_size, self._spec.seed, epoch)

    def __len__(self) -> int:
        return len(self._batches.origins)

    def __getitem__(self, step: int) -> tuple[Any, Any, Any]:
        origins, weights = self._batches.origins[step], self._batches.weights[step]
        if self._spec.model.stateful:
            targets = self._windows.targets(origins.ravel())
            return self._windows.stream[origins], targets.reshape(*origins.shape, -1), weights
        return self._windows.inputs(origins), self._windows.targets(origins), weights


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
    return tuple(variable.numpy().copy() for variable in network.optimizer.variables)


def _record(spec: FitSpec, epoch: int, loss: float, score: ValidationScore) -> EpochRecord:
    return EpochRecord(
        trial_id=spec.trial_id,
        replicate=spec.replicate,
        fold=spec.fold,
        epoch=epoch,
        loss=loss,
        val_loss=score.loss,
        val_skill=score.skill,
        timestamp=time.time_ns() // 1_000_000,
    )


def _without_result(spec: FitSpec, status: FitStatus, epochs: int, seconds: float, message: str) -> FitOutcome:
    nan = float("nan")
    return FitOutcome(spec, status, epochs, best_epoch=0, score=nan, val_loss=nan, seconds=seconds, message=message)
