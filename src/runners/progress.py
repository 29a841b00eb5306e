"""What happens after every epoch of a fit, and what it came to: the same for every runner."""

import math
import time
from collections.abc import Callable
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from src.fits import EpochRecord, FitOutcome, FitSpec, FitStatus, OnEpoch, TrainingState, Weights
from src.runners.validation import Validation, ValidationScore

Kept = TypeVar("Kept")


class Progress(Generic[Kept]):
    """Validates, reports, keeps the weights that are to be kept, and says when to stop.

    `Kept` is whatever a runner's weights are while it trains; they are turned into NumPy arrays at the end only.
    """

    def __init__(self, spec: FitSpec, validation: Validation, on_epoch: OnEpoch) -> None:
        self._spec, self._validation, self._on_epoch = spec, validation, on_epoch
        self._history: list[ValidationScore] = []
        self._kept: tuple[int, Kept] | None = None

    @property
    def epochs(self) -> int:
        """Epochs finished, counted from the very start of the fit."""
        return self._spec.initial_epoch + len(self._history)

    def end_epoch(self, loss: float, outputs: NDArray[np.float32], weights: Kept) -> bool:
        """Take note of an epoch.

        Args:
            loss: mean over its steps of the training loss.
            outputs: over the validation windows, float32 `(window, horizon)`, scaled.
            weights: that gave these outputs.

        Returns:
            Whether the fit must stop: it diverged, or its patience is over.
        """
        score = self._validation.score(outputs)
        self._history.append(score)
        self._on_epoch(self._record(loss, score))
        if not (math.isfinite(loss) and score.is_finite):
            self._kept = None
            return True
        if self._is_best():
            self._kept = (self.epochs, weights)
        return self._is_out_of_patience()

    def outcome(
        self, seconds: float, to_weights: Callable[[Kept], Weights], state: Callable[[], TrainingState]
    ) -> FitOutcome:
        """What the fit came to.

        Args:
            seconds: wall time.
            to_weights: turns kept weights into NumPy arrays.
            state: of the last epoch; asked for only where the fit completed.
        """
        if self._kept is None:
            message = f"the loss stopped being finite in epoch {self.epochs}"
            return without_result(self._spec, FitStatus.DIVERGED, self.epochs, seconds, message)
        best_epoch, weights = self._kept
        score = self._history[best_epoch - self._spec.initial_epoch - 1]
        return FitOutcome(
            spec=self._spec,
            status=FitStatus.COMPLETED,
            epochs=self.epochs,
            best_epoch=best_epoch,
            score=score.log_ratio,
            val_loss=score.loss,
            seconds=seconds,
            validation_forecast=score.forecast,
            weights=to_weights(weights),
            state=state(),
        )

    def _is_best(self) -> bool:
        """Without early stopping the last epoch counts, whatever its loss."""
        if self._spec.training.patience is None:
            return True
        return self._history[-1].loss < min((score.loss for score in self._history[:-1]), default=math.inf)

    def _is_out_of_patience(self) -> bool:
        patience = self._spec.training.patience
        losses = [score.loss for score in self._history]
        return patience is not None and len(losses) - 1 - int(np.argmin(losses)) >= patience

    def _record(self, loss: float, score: ValidationScore) -> EpochRecord:
        return EpochRecord(
            trial_id=self._spec.trial_id,
            replicate=self._spec.replicate,
            fold=self._spec.fold,
            epoch=self.epochs,
            loss=loss,
            val_loss=score.loss,
            val_skill=score.skill,
            timestamp=time.time_ns() // 1_000_000,
        )


def without_result(spec: FitSpec, status: FitStatus, epochs: int, seconds: float, message: str) -> FitOutcome:
    """The outcome of a fit that diverged or failed."""
    nan = float("nan")
    return FitOutcome(spec, status, epochs, best_epoch=0, score=nan, val_loss=nan, seconds=seconds, message=message)
