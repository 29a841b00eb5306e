"""What the lines of a journal say; `lstm_sweep.storage.encoding` knows how they are written.

The line of an epoch is an `EpochRecord`. Numbers that were not finite are null on disk and nan here.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from lstm_sweep.storage.facts import SweepEnd, SweepStart
from lstm_sweep.trials.identity import fit_id
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, FitStatus, TrialResult
from lstm_sweep.trials.spec import FitSpec, Trial

JOURNAL = "journal.jsonl"


@dataclass(frozen=True)
class StartLine:
    """The sweep has started. A `timestamp` is in milliseconds since 1970, UTC, here and below."""

    start: SweepStart
    timestamp: int


@dataclass(frozen=True, kw_only=True)
class RunLine:
    """The sweep has been started (`run` 0) or resumed (1, 2, ...); `changes` says what is not as it began."""

    run: int
    changes: tuple[str, ...] = ()
    timestamp: int


@dataclass(frozen=True)
class TrialLine:
    """The oracle has named a trial."""

    trial: Trial
    timestamp: int

    @property
    def trial_id(self) -> str:
        """Of the trial."""
        return self.trial.trial_id


@dataclass(frozen=True)
class FitLine:
    """A fit has ended, and its arrays are on the disk.

    Attributes:
        trial_id: and the fields up to `initial_epoch`: as in `FitSpec`.
        windows: settings as plain values, as another version of the program may have written them; so are `model`
            and `training`.
        status: and the fields up to `message`: as in `FitOutcome`.
        key: of the fit's content, as `lstm_sweep.storage.cache` computes it.
        origin: 'sweep/fit' that it was taken from, or None where it was trained in this sweep.
        timestamp: of its end.
    """

    trial_id: str
    replicate: int
    fold: int | None
    seed: int
    features: tuple[str, ...]
    windows: Mapping[str, Any]
    model: Mapping[str, Any]
    training: Mapping[str, Any]
    initial_epoch: int
    status: FitStatus
    epochs: int
    best_epoch: int
    score: float
    val_loss: float
    seconds: float
    message: str
    key: str
    origin: str | None
    timestamp: int

    @classmethod
    def of(cls, outcome: FitOutcome, key: str, origin: str | None, timestamp: int) -> Self:
        """The line of a fit that has ended."""
        spec = outcome.spec
        return cls(
            trial_id=spec.trial_id,
            replicate=spec.replicate,
            fold=spec.fold,
            seed=spec.seed,
            features=tuple(spec.features),
            windows=asdict(spec.windows),
            model=asdict(spec.model),
            training=asdict(spec.training),
            initial_epoch=spec.initial_epoch,
            status=outcome.status,
            epochs=outcome.epochs,
            best_epoch=outcome.best_epoch,
            score=outcome.score,
            val_loss=outcome.val_loss,
            seconds=outcome.seconds,
            message=outcome.message,
            key=key,
            origin=origin,
            timestamp=timestamp,
        )

    @property
    def fit_id(self) -> str:
        """Of the fit."""
        return fit_id(self.trial_id, self.replicate, self.fold)

    def outcome(self, spec: FitSpec) -> FitOutcome:
        """What the fit came to, without its arrays, as the outcome of `spec`."""
        numbers = self.epochs, self.best_epoch, self.score, self.val_loss, self.seconds
        return FitOutcome(spec, self.status, *numbers, message=self.message)


@dataclass(frozen=True)
class TrialEndLine:
    """All fits of a trial have ended.

    Attributes:
        trial_id: of the trial.
        status: of the trial.
        message: of the first fit that has one, or an empty string.
        score: mean over its fits, nan where one did not complete.
        score_std: sample standard deviation over its replicates, or nan.
        val_loss: mean over its fits, scaled units; as are `best_epoch` and `epochs`.
        best_epoch: mean of the epochs whose weights were kept.
        epochs: mean of the epochs finished.
        seconds: sum of the wall times of its fits.
        timestamp: of its end.
    """

    trial_id: str
    status: FitStatus
    message: str
    score: float
    score_std: float
    val_loss: float
    best_epoch: float
    epochs: float
    seconds: float
    timestamp: int

    @classmethod
    def of(cls, result: TrialResult, timestamp: int) -> Self:
        """The line of a trial that has ended."""
        outcomes = result.outcomes
        return cls(
            trial_id=result.trial.trial_id,
            status=result.status,
            message=next((outcome.message for outcome in outcomes if outcome.message), ""),
            score=result.score,
            score_std=result.score_std,
            val_loss=sum(outcome.val_loss for outcome in outcomes) / len(outcomes),
            best_epoch=sum(outcome.best_epoch for outcome in outcomes) / len(outcomes),
            epochs=sum(outcome.epochs for outcome in outcomes) / len(outcomes),
            seconds=sum(outcome.seconds for outcome in outcomes),
            timestamp=timestamp,
        )


@dataclass(frozen=True)
class ScoresLine:
    """The evaluation has scored a trial."""

    trial_id: str
    scores: Mapping[str, float]
    timestamp: int


@dataclass(frozen=True)
class EndLine:
    """The sweep has ended well, and all its files are there."""

    end: SweepEnd
    timestamp: int


Line = StartLine | RunLine | TrialLine | EpochRecord | FitLine | TrialEndLine | ScoresLine | EndLine
