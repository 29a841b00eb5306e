"""What happens after every epoch of a fit, and what it came to: the same for every runner."""

import math
import time
import traceback
from collections.abc import Callable
from functools import partial

import numpy as np

from lstm_sweep.timing import now
from lstm_sweep.training.epoch_metrics import compute_epoch_metrics
from lstm_sweep.training.listening import Listening
from lstm_sweep.training.validation import ValidationScore
from lstm_sweep.trials.checkpoint import Checkpoint, Kept, TrainingState
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, FitStatus
from lstm_sweep.trials.spec import FitSpec

FetchState = Callable[[], TrainingState]
"""Brings the state after some epoch out of a runner's own arrays; what nobody asks for stays where it is."""


class Progress:
    """Reports, keeps the weights that are to be kept, leaves checkpoints, and says when the fit has ended.

    Made before anything is done for the fit, so that all of its time counts and it can always be said to have failed.

    Attributes:
        spec: the fit.
        has_ended: whether no epoch is left, or none worth training.
    """

    def __init__(self, spec: FitSpec, listening: Listening) -> None:
        self.spec, self._listening = spec, listening
        self._started = self._last_checkpoint = time.monotonic()
        self._seconds_before = 0.0
        self._val_losses: list[float] = []
        self._kept: Callable[[], Kept] | None = None
        self._state: FetchState | None = None
        if spec.checkpoint is not None:
            self._resume_from(spec.checkpoint)
        self._epoch_of_checkpoint = self.epochs
        self.has_ended = self._is_last_epoch()

    @property
    def epochs(self) -> int:
        """Epochs finished, counted from the very start of the fit."""
        return self.spec.initial_epoch + len(self._val_losses)

    @property
    def start(self) -> TrainingState | None:
        """Where training begins, or None for fresh weights."""
        return self.spec.start if self.spec.checkpoint is None else self.spec.checkpoint.state

    def end_epoch(self, loss: float, score: ValidationScore, state: FetchState) -> bool:
        """Record an epoch, and leave a checkpoint if it is time for one.

        Args:
            loss: mean over its steps of the training loss.
            score: of the validation windows.
            state: after the epoch.

        Returns:
            Whether training must stop. Then `stop` must follow.
        """
        self._val_losses.append(score.loss)
        self._state = state
        self._listening.on_epoch(self._record(loss, score))
        if not (math.isfinite(loss) and score.is_finite):
            self._kept, self.has_ended = None, True
        else:
            if self._is_best():
                self._kept = partial(_kept, self.epochs, score, state)
            self.has_ended = self._is_last_epoch()
        if time.monotonic() - self._last_checkpoint >= self._listening.checkpoint_seconds:
            self.stop()
        return self._listening.must_stop()

    def stop(self) -> None:
        """Leave a checkpoint of the last epoch, unless there is one, or the fit has ended with it."""
        if self.has_ended or self._epoch_of_checkpoint == self.epochs:
            return
        assert self._state is not None
        assert self._kept is not None
        checkpoint = Checkpoint(self._state(), tuple(self._val_losses), self._kept(), self._seconds())
        self._listening.on_checkpoint(self.spec, checkpoint)
        self._epoch_of_checkpoint, self._last_checkpoint = self.epochs, time.monotonic()

    def outcome(self) -> FitOutcome:
        """What a fit that has ended came to."""
        if self._kept is None or self._state is None:
            return self._without_result(FitStatus.DIVERGED, f"the loss stopped being finite in epoch {self.epochs}")
        kept = self._kept()
        return FitOutcome(
            spec=self.spec,
            status=FitStatus.COMPLETED,
            epochs=self.epochs,
            best_epoch=kept.epoch,
            score=kept.score,
            val_loss=kept.val_loss,
            seconds=self._seconds(),
            validation_forecast=kept.validation_forecast,
            weights=kept.weights,
            state=self._state(),
        )

    def failed(self, error: Exception) -> FitOutcome:
        """What a fit came to that ends with an error."""
        self.has_ended = True
        trace = "".join(traceback.format_exception(error))
        return self._without_result(FitStatus.FAILED, f"{str(error) or repr(error)}\n{trace}")

    def _resume_from(self, checkpoint: Checkpoint) -> None:
        self._seconds_before = checkpoint.seconds
        self._val_losses = list(checkpoint.val_losses)
        self._kept = lambda: checkpoint.kept
        self._state = lambda: checkpoint.state

    def _seconds(self) -> float:
        return self._seconds_before + time.monotonic() - self._started

    def _is_best(self) -> bool:
        """Without early stopping the last epoch counts, whatever its loss."""
        if self.spec.training.patience is None:
            return True
        return self._val_losses[-1] < min(self._val_losses[:-1], default=math.inf)

    def _is_last_epoch(self) -> bool:
        patience, losses = self.spec.training.patience, self._val_losses
        if patience is not None and losses and len(losses) - 1 - int(np.argmin(losses)) >= patience:
            return True
        return self.epochs >= self.spec.training.epochs

    def _record(self, loss: float, score: ValidationScore) -> EpochRecord:
        return EpochRecord(
            trial_id=self.spec.trial_id,
            replicate=self.spec.replicate,
            fold=self.spec.fold,
            epoch=self.epochs,
            metrics=compute_epoch_metrics(loss, score),
            timestamp=now(),
        )

    def _without_result(self, status: FitStatus, message: str) -> FitOutcome:
        nan = float("nan")
        return FitOutcome(
            self.spec, status, self.epochs, 0, score=nan, val_loss=nan, seconds=self._seconds(), message=message
        )


def _kept(epoch: int, score: ValidationScore, state: FetchState) -> Kept:
    return Kept(epoch, score.log_ratio, score.loss, score.forecast, state().weights)
