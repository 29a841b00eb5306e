"""The interface of everything that records a sweep for people to look at while it runs."""

import abc
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from src.fits import EpochRecord, FitOutcome, Trial, TrialResult
from src.series.series import Series


@dataclass(frozen=True)
class SweepStart:
    """What is known when a sweep starts.

    Attributes:
        name: of the sweep.
        folder: sweeps/<name>/.
        config: the resolved config as nested plain values.
        series: the prices.
        swept: paths of the swept settings ('model.dropout').
        num_trials: most trials that will come.
        seeds: fits of a trial.
        epochs: epochs of the longest fit.
    """

    name: str
    folder: Path
    config: dict[str, Any]
    series: Series
    swept: tuple[str, ...]
    num_trials: int
    seeds: int
    epochs: int


@dataclass(frozen=True)
class SweepEnd:
    """What is known when a sweep ends well.

    Attributes:
        metrics: numbers about the whole sweep ('naive_rmse', 'best_score', 'seconds').
        tags: words about the whole sweep ('verdict', 'best_trial').
        files: small files to keep with the sweep (leaderboard.csv, summary.json).
        forecaster: folder of the best model as `src.forecaster.Forecaster.save` wrote it, or None.
        table: the leaderboard as it is printed, or an empty string.
    """

    metrics: dict[str, float]
    tags: dict[str, str]
    files: tuple[Path, ...] = ()
    forecaster: Path | None = None
    table: str = field(default="", repr=False)


class Tracker(abc.ABC):
    """Records a sweep. Calls come in the order below; `log_epoch` and `end_fit` from any thread, in order
    within a fit, and return at once: a tracker that writes slowly queues.
    """

    @abc.abstractmethod
    def start_sweep(self, start: SweepStart) -> None:
        """The sweep starts."""

    @abc.abstractmethod
    def start_trial(self, trial: Trial) -> None:
        """The oracle has named a trial; under Hyperband a trial id comes once, its continuation is a new trial."""

    @abc.abstractmethod
    def log_epoch(self, record: EpochRecord) -> None:
        """An epoch of a fit has ended."""

    @abc.abstractmethod
    def end_fit(self, outcome: FitOutcome) -> None:
        """A fit has ended."""

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
        """Deliver what is queued and let go of everything; `failed` where the sweep did not end well."""
