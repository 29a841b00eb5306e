"""A runner that trains nothing: a function says what each fit comes to."""

import contextlib
import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import final

import numpy as np

from lstm_sweep.data.series import Series
from lstm_sweep.training.listening import Halt, Listening
from lstm_sweep.training.runner import FitListener, Runner
from lstm_sweep.trials.checkpoint import Checkpoint, Kept, TrainingState
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, FitStatus
from lstm_sweep.trials.spec import FitSpec
from tests.examples import make_metrics

Script = Callable[[FitSpec], float]
"""The score of a fit; nan where it diverges, an exception where it fails."""


@final
class ScriptedRunner(Runner):
    """Plays a script from worker threads, with a checkpoint after every epoch but the last.

    Attributes:
        batches: every batch that it was given.
    """

    def __init__(self, script: Script) -> None:
        self._script = script
        self.batches: list[list[FitSpec]] = []

    def run(self, series: Series, fits: Sequence[FitSpec], listener: FitListener) -> list[FitOutcome]:
        """One outcome per fit, in order; its state holds the fit's replicate and last epoch."""
        self.batches.append(list(fits))
        listening = Listening(listener, checkpoint_seconds=0)
        played: list[FitOutcome | None] = []
        with ThreadPoolExecutor(max_workers=3) as threads, contextlib.suppress(Halt):
            played += threads.map(lambda spec: self._play(spec, listening), fits)
        listening.conclude()
        return [outcome for outcome in played if outcome is not None]

    def _play(self, spec: FitSpec, listening: Listening) -> FitOutcome | None:
        """What a fit came to, or None where it stopped."""
        if listening.must_stop():
            return None
        outcome = self._outcome(spec)
        for epoch in range(_epochs_behind(spec) + 1, outcome.epochs + 1):
            metrics = make_metrics(loss=1.0 / epoch)
            listening.on_epoch(EpochRecord(spec.trial_id, spec.replicate, spec.fold, epoch, metrics, timestamp=epoch))
            if epoch < outcome.epochs:
                listening.on_checkpoint(spec, _checkpoint(spec, epoch))
            if listening.must_stop() and epoch < outcome.epochs:
                return None
        listening.on_fit(outcome)
        return outcome

    def _outcome(self, spec: FitSpec) -> FitOutcome:
        try:
            score = self._script(spec)
        except ArithmeticError as error:
            return _came_to_nothing(spec, FitStatus.FAILED, str(error))
        if math.isnan(score):
            return _came_to_nothing(spec, FitStatus.DIVERGED, "the loss is not finite")
        epochs = spec.training.epochs
        return FitOutcome(
            spec=spec,
            status=FitStatus.COMPLETED,
            epochs=epochs,
            best_epoch=epochs,
            score=score,
            val_loss=1.0,
            seconds=0.0,
            validation_forecast=np.ones((3, spec.windows.horizon)),
            weights=_state(spec, epochs).weights,
            state=_state(spec, epochs),
        )


def _epochs_behind(spec: FitSpec) -> int:
    return spec.initial_epoch + (0 if spec.checkpoint is None else len(spec.checkpoint.val_losses))


def _state(spec: FitSpec, epoch: int) -> TrainingState:
    return TrainingState((np.array([spec.replicate, epoch]),), ())


def _checkpoint(spec: FitSpec, epoch: int) -> Checkpoint:
    losses = tuple(2.0 / number for number in range(spec.initial_epoch + 1, epoch + 1))
    state, forecast = _state(spec, epoch), np.ones((3, spec.windows.horizon))
    return Checkpoint(state, losses, Kept(epoch, 0.0, losses[-1], forecast, state.weights), seconds=0.0)


def _came_to_nothing(spec: FitSpec, status: FitStatus, message: str) -> FitOutcome:
    epochs = _epochs_behind(spec) + 1
    return FitOutcome(spec, status, epochs, epochs, score=math.nan, val_loss=math.nan, seconds=0.0, message=message)
