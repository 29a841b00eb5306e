"""The interface of everything that records a sweep for people to look at while it runs."""

import abc
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from lstm_sweep.data.series import Series
from lstm_sweep.storage.lines import Line
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, TrialResult
from lstm_sweep.trials.spec import Trial


@dataclass(frozen=True)
class DataFacts:
    """What people are told of the prices; `asdict` of it is the entry `data` of a journal's start.

    Attributes:
        name: of the series.
        digest: of its content.
        bars: number of them.
        first: time of the first, ISO 8601.
        last: time of the last, ISO 8601.
        features: covariates beside the price.
        notes: sentences about what loading did to it.
    """

    name: str
    digest: str
    bars: int
    first: str
    last: str
    features: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, series: Series) -> Self:
        """The facts of a series."""
        first, last = (str(time) for time in (series.timestamps[0], series.timestamps[-1]))
        notes = tuple(series.notes)
        return cls(series.name, series.digest, len(series), first, last, tuple(series.covariates), notes)


@dataclass(frozen=True)
class SweepStart:
    """What is known when a sweep starts.

    Attributes:
        name: of the sweep.
        folder: sweeps/<name>/.
        config: the resolved config as nested plain values.
        sweep_id: tells this sweep from all others, whatever their names.
        data: the prices.
        swept: paths of the swept settings ('model.dropout').
        num_trials: most trials that will come.
        seeds: replicates of a trial.
        folds: walk-forward splits, or None where there is one chronological split.
        epochs: epochs of the longest fit.
    """

    name: str
    folder: Path
    config: dict[str, Any]
    sweep_id: str
    data: DataFacts
    swept: tuple[str, ...]
    num_trials: int
    seeds: int
    folds: int | None
    epochs: int

    @classmethod
    def of(cls, line: Line, config: dict[str, Any], folder: Path) -> Self:
        """What the first line of a journal tells."""
        data = line["data"]
        return cls(
            name=line["name"],
            folder=folder,
            config=config,
            sweep_id=line["sweep_id"],
            data=DataFacts(**data | {"features": tuple(data["features"]), "notes": tuple(data["notes"])}),
            swept=tuple(line["swept"]),
            num_trials=line["num_trials"],
            seeds=line["seeds"],
            folds=line["folds"],
            epochs=line["epochs"],
        )

    @property
    def fits_per_trial(self) -> int:
        """Seeds times folds."""
        return self.seeds * (self.folds or 1)


@dataclass(frozen=True)
class SweepEnd:
    """What is known when a sweep ends well; `asdict` of it is what the journal's end says.

    Attributes:
        metrics: numbers about the whole sweep ('naive_rmse', 'best_score', 'seconds').
        tags: words about the whole sweep ('verdict', 'best_trial').
        files: names of small files in the sweep's folder to keep with the sweep ('leaderboard.csv').
        forecaster: whether the folder `model` beside them holds the best model, as `Forecaster.save` wrote it, with
            example.csv: past prices, and covariates, that it can forecast from.
        table: the leaderboard as it is printed, or an empty string.
    """

    metrics: dict[str, float]
    tags: dict[str, str]
    files: tuple[str, ...] = ()
    forecaster: bool = False
    table: str = field(default="", repr=False)

    @classmethod
    def of(cls, line: Line) -> Self:
        """What the last line of a journal tells; numbers that were not finite are left out."""
        metrics = {name: value for name, value in line["metrics"].items() if value is not None}
        return cls(metrics, line["tags"], tuple(line["files"]), line["forecaster"], line["table"])


class Tracker(abc.ABC):
    """Records a sweep. Calls come in the order below; `log_epoch` and `end_fit` from any thread, in order
    within a fit, and return at once: a tracker that writes slowly does so elsewhere.

    Whatever a tracker hears of lies in the journal already, and it hears of it once: a sweep that is resumed calls
    for what is new, and gives the lines of what is not to `start_sweep`.
    """

    @abc.abstractmethod
    def start_sweep(self, start: SweepStart, lines: Sequence[Line | None]) -> None:
        """The sweep starts, or goes on.

        Args:
            start: of the sweep.
            lines: of the journal so far, None for a damaged one: a tracker makes up for what it missed of them,
                and repeats nothing. Empty for a new sweep (or its start alone).

        Raises:
            UserError: where it can never record anything.
        """

    @abc.abstractmethod
    def start_trial(self, trial: Trial) -> None:
        """The oracle has named a trial; under Hyperband a trial id comes once, its continuation is a new trial."""

    @abc.abstractmethod
    def log_epoch(self, record: EpochRecord) -> None:
        """An epoch of a fit has ended."""

    @abc.abstractmethod
    def end_fit(self, outcome: FitOutcome) -> None:
        """A fit has ended; after its trial has, for seeds that only the evaluation asks for."""

    @abc.abstractmethod
    def end_trial(self, result: TrialResult) -> None:
        """All fits of a trial have ended."""

    @abc.abstractmethod
    def log_scores(self, trial_id: str, scores: dict[str, float]) -> None:
        """Scores that the evaluation gave a trial after the search ('test_rmse', 'test_rmse_std')."""

    @abc.abstractmethod
    def end_sweep(self, end: SweepEnd) -> None:
        """The sweep has ended well; nothing is called afterwards but `close`."""

    @abc.abstractmethod
    def close(self, failed: bool) -> None:
        """Let go of everything; `failed` where the sweep did not end well, so that it may be resumed."""
