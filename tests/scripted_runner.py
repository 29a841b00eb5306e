"""A runner that trains nothing: a function says what each fit comes to."""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import final

import numpy as np

from src.fits import EpochRecord, FitOutcome, FitSpec, FitStatus, OnEpoch, OnFit, Runner, TrainingState
from src.series.series import Series

Script = Callable[[FitSpec], float]
"""The score of a fit; nan where it diverges, an exception where it fails."""


@final
class ScriptedRunner(Runner):
    """Plays a script from worker threads; every batch that it was given is in `batches`."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self.batches: list[list[FitSpec]] = []

    def run(self, series: Series, fits: Sequence[FitSpec], on_epoch: OnEpoch, on_fit: OnFit) -> list[FitOutcome]:
        """One outcome per fit, in order; its state holds the fit's replicate and last epoch."""
        self.batches.append(list(fits))
        with ThreadPoolExecutor(max_workers=3) as threads:
            return list(threads.map(lambda spec: self._play(spec, on_epoch, on_fit), fits))

    def _play(self, spec: FitSpec, on_epoch: OnEpoch, on_fit: OnFit) -> FitOutcome:
        outcome = self._outcome(spec)
        for epoch in range(spec.initial_epoch + 1, outcome.epochs + 1):
            loss = 1.0 / epoch
            on_epoch(EpochRecord(spec.trial_id, spec.replicate, spec.fold, epoch, loss, 2 * loss, 1 - loss, epoch))
        on_fit(outcome)
        return outcome

    def _outcome(self, spec: FitSpec) -> FitOutcome:
        try:
            score = self._script(spec)
        except ArithmeticError as error:
            return _came_to_nothing(spec, FitStatus.FAILED, str(error))
        if math.isnan(score):
            return _came_to_nothing(spec, FitStatus.DIVERGED, "the loss is not finite")
        epochs = spec.training.epochs
        left = np.array([spec.replicate, epochs])
        return FitOutcome(
            spec=spec,
            status=FitStatus.COMPLETED,
            epochs=epochs,
            best_epoch=epochs,
            score=score,
            val_loss=1.0,
            seconds=0.0,
            validation_forecast=np.ones((3, spec.windows.horizon)),
            weights=(left,),
            state=TrainingState((left,), ()),
        )


def _came_to_nothing(spec: FitSpec, status: FitStatus, message: str) -> FitOutcome:
    epochs = spec.initial_epoch + 1
    return FitOutcome(spec, status, epochs, epochs, score=math.nan, val_loss=math.nan, seconds=0.0, message=message)
