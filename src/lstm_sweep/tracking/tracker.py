"""The interface of everything that records a sweep for people to look at while it runs."""

import abc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lstm_sweep.storage.facts import SweepEnd, SweepStart
from lstm_sweep.storage.lines import Line
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, TrialResult
from lstm_sweep.trials.spec import Trial


@dataclass(frozen=True)
class TrackedSweep:
    """A sweep to record.

    Attributes:
        start: what is known of it when it starts.
        folder: sweeps/<name>/.
        config: the resolved config as nested plain values.
    """

    start: SweepStart
    folder: Path
    config: Mapping[str, Any]


class Tracker(abc.ABC):
    """Records a sweep. Calls come in the order below; `log_epoch` and `end_fit` from any thread, in order
    within a fit, and return at once: a tracker that writes slowly does so elsewhere.

    The journal is written ahead: whatever a tracker is notified of is there already, and it is notified once. A
    resumed sweep calls for what is new, and gives the lines of what is not to `start_sweep`.
    """

    @abc.abstractmethod
    def start_sweep(self, sweep: TrackedSweep, lines: Sequence[Line | None]) -> None:
        """The sweep starts, or is resumed.

        Args:
            sweep: to record.
            lines: of the journal so far, None for a damaged one: a tracker makes up for what it missed of them,
                and repeats nothing. Empty for a new sweep.

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
    def log_scores(self, trial_id: str, scores: Mapping[str, float]) -> None:
        """Scores that the evaluation gave a trial after the search ('test_rmse', 'test_rmse_std')."""

    @abc.abstractmethod
    def end_sweep(self, end: SweepEnd) -> None:
        """The sweep has ended well; nothing is called afterwards but `close`."""

    @abc.abstractmethod
    def close(self, failed: bool) -> None:
        """Release everything; `failed` where the sweep did not end well, so that it may be resumed."""

    def address(self) -> str:
        """Where people see the trials of the sweep side by side, once it is closed; empty where nowhere."""
        return ""
