"""What training returns: the record of an epoch, the outcome of a fit, the result of a trial."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.trials.checkpoint import TrainingState, Weights
from lstm_sweep.trials.identity import fit_id
from lstm_sweep.trials.spec import FitSpec, Trial


@dataclass(frozen=True)
class EpochRecord:
    """What one epoch of one fit left behind.

    Attributes:
        trial_id: of the fit's trial.
        replicate: number of the fit's seed.
        fold: number of the fit's split, None where there is only one.
        epoch: epochs finished, 1 after the first.
        metrics: by name, as `lstm_sweep.training.epoch_metrics` lists them; not finite where the fit diverged.
        timestamp: milliseconds since 1970, UTC.
    """

    trial_id: str
    replicate: int
    fold: int | None
    epoch: int
    metrics: Mapping[str, float]
    timestamp: int

    @property
    def fit_id(self) -> str:
        """Of the fit."""
        return fit_id(self.trial_id, self.replicate, self.fold)


class FitStatus(StrEnum):
    """How a fit ended; a diverged fit is a result, a failed one an error that was caught."""

    COMPLETED = "completed"
    DIVERGED = "diverged"
    FAILED = "failed"


@dataclass(frozen=True)
class FitOutcome:
    """What a fit came to.

    Attributes:
        spec: the fit.
        status: completed, diverged (a loss that is not finite) or failed.
        epochs: epochs finished.
        best_epoch: epoch whose weights were kept: the one of least validation loss under early stopping, else
            the last.
        score: log(RMSE / RMSE of naive) over the validation windows on the relative loss, with the kept
            weights; lower is better, nan unless completed.
        val_loss: validation loss of the kept weights, nan unless completed.
        validation_forecast: float64 `(window, horizon)` in price units, or None unless completed.
        weights: the kept weights of the model, in Keras' order, or None unless completed.
        state: of the last epoch, for a later rung to resume from, or None unless completed.
        seconds: wall time.
        message: what went wrong, empty unless diverged or failed.
    """

    spec: FitSpec
    status: FitStatus
    epochs: int
    best_epoch: int
    score: float
    val_loss: float
    seconds: float
    validation_forecast: NDArray[np.float64] | None = field(default=None, repr=False)
    weights: Weights | None = field(default=None, repr=False)
    state: TrainingState | None = field(default=None, repr=False)
    message: str = ""


@dataclass(frozen=True)
class TrialResult:
    """What a trial came to over its seeds.

    Attributes:
        trial: the trial.
        outcomes: one per fit, replicate by replicate, in the order of folds within one.
        score: mean score over the fits, infinity where one diverged or failed (never average the survivors).
        score_std: sample standard deviation over the replicates, nan for one or where a fit diverged or failed.
    """

    trial: Trial
    outcomes: tuple[FitOutcome, ...] = field(repr=False)

    @property
    def status(self) -> FitStatus:
        """Failed where a fit failed, else diverged where one diverged, else completed."""
        statuses = {outcome.status for outcome in self.outcomes}
        for status in (FitStatus.FAILED, FitStatus.DIVERGED):
            if status in statuses:
                return status
        return FitStatus.COMPLETED

    @property
    def score(self) -> float:
        """Mean score over the fits; lower is better."""
        if self.status is not FitStatus.COMPLETED:
            return float("inf")
        return float(np.mean([outcome.score for outcome in self.outcomes]))

    @property
    def seed_scores(self) -> dict[int, float]:
        """Mean score over the folds by replicate, of a completed trial."""
        by_replicate: defaultdict[int, list[float]] = defaultdict(list)
        for outcome in self.outcomes:
            by_replicate[outcome.spec.replicate].append(outcome.score)
        return {replicate: float(np.mean(scores)) for replicate, scores in by_replicate.items()}

    @property
    def score_std(self) -> float:
        """Sample standard deviation over the replicates of the score averaged over their folds."""
        if self.status is not FitStatus.COMPLETED or len(self.seed_scores) < 2:
            return float("nan")
        return float(np.std(list(self.seed_scores.values()), ddof=1))
