"""The unit of work, as frozen values, and the interface of what trains it.

A fit is one model trained once: trial x seed x fold. The tuner makes `FitSpec`s, a runner turns them into
`FitOutcome`s, and reports an `EpochRecord` after every epoch on the way.
"""

import abc
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from src.config import ModelConfig, TrainingConfig, WindowsConfig
from src.series.series import Series

Weights = tuple[NDArray[Any], ...]


def derive_seed(*identity: int | str) -> int:
    """A seed in 0 .. 2**31 - 1 from an identity, equal for equal identities, unrelated otherwise.

    A fit's seed is `derive_seed(sweep_seed, replicate, fold)`: without the trial, so that all trials of a sweep
    see the same initial weights, batch orders and masks (common random numbers).
    """
    content = "/".join(map(str, identity)).encode()
    return int.from_bytes(hashlib.sha256(content).digest()[:4], "little") >> 1


@dataclass(frozen=True)
class Trial:
    """One point of the search space.

    Attributes:
        trial_id: unique within the sweep, as the oracle names it, safe in file names.
        values: swept values by path ('model.dropout').
    """

    trial_id: str
    values: dict[str, Any]


@dataclass(frozen=True)
class TrainingState:
    """What training needs to go on as if it had never stopped.

    Attributes:
        weights: all variables of the model in Keras' order, dropout counters included.
        optimizer: all variables of the optimizer in Keras' order.
    """

    weights: Weights
    optimizer: Weights


@dataclass(frozen=True)
class FitSpec:
    """One fit, ready to train.

    Attributes:
        trial_id: of its trial.
        replicate: number of the seed, 0 .. seeds - 1.
        fold: number of the walk-forward split.
        seed: `derive_seed(sweep_seed, replicate, fold)`.
        windows: how the series becomes windows.
        features: covariates that the model reads beside the price.
        model: the LSTM.
        training: how it is trained; `training.epochs` is the last epoch, counted from the very start.
        initial_epoch: epochs that `start` has behind it.
        start: where to go on from, or None for fresh weights.
    """

    trial_id: str
    replicate: int
    fold: int
    seed: int
    windows: WindowsConfig
    features: tuple[str, ...]
    model: ModelConfig
    training: TrainingConfig
    initial_epoch: int = 0
    start: TrainingState | None = field(default=None, compare=False, repr=False)

    @property
    def fit_id(self) -> str:
        """Unique within the sweep and safe in file names once split at its slash: '0003/seed_1'."""
        return f"{self.trial_id}/seed_{self.replicate}"


@dataclass(frozen=True)
class EpochRecord:
    """What one epoch of one fit left behind.

    Attributes:
        trial_id: of the fit's trial.
        replicate: number of the fit's seed.
        fold: number of the fit's split.
        epoch: epochs finished, 1 after the first.
        loss: mean over the epoch's steps of the training loss (scaled units, L2 included).
        val_loss: mean squared error over the validation targets, scaled units.
        val_skill: 1 - RMSE / RMSE of naive over the validation windows, on the relative loss.
        timestamp: milliseconds since 1970, UTC.
    """

    trial_id: str
    replicate: int
    fold: int
    epoch: int
    loss: float
    val_loss: float
    val_skill: float
    timestamp: int


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
        state: of the last epoch, for a later rung to go on from, or None unless completed.
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
        outcomes: one per fit, in the order of replicates.
        score: mean score over the fits, infinity where one diverged or failed (never average the survivors).
        score_std: sample standard deviation over the fits, nan for one fit or where one diverged or failed.
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
    def score_std(self) -> float:
        """Sample standard deviation of the score over the fits."""
        if self.status is not FitStatus.COMPLETED or len(self.outcomes) < 2:
            return float("nan")
        return float(np.std([outcome.score for outcome in self.outcomes], ddof=1))


OnEpoch = Callable[[EpochRecord], None]
OnFit = Callable[[FitOutcome], None]


class Runner(abc.ABC):
    """Trains a batch of fits; the tuner cannot tell one runner from another."""

    @abc.abstractmethod
    def run(self, series: Series, fits: Sequence[FitSpec], on_epoch: OnEpoch, on_fit: OnFit) -> list[FitOutcome]:
        """Train every fit.

        Args:
            series: the prices.
            fits: what to train; they may differ in anything, windows included.
            on_epoch: called after every epoch of every fit, from any thread, in order within a fit.
            on_fit: called once per fit as soon as it ends, from any thread, after its last epoch.

        Returns:
            One outcome per fit, in the order of `fits`. A fit that diverges or fails changes no other.
        """
