"""Records a sweep in MLflow while it runs: one thread delivers what the journal holds, and training never waits."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from lstm_sweep.invocation import spelled
from lstm_sweep.redaction import redacted
from lstm_sweep.storage.facts import SweepEnd
from lstm_sweep.storage.lines import Line
from lstm_sweep.tracking.background import Background
from lstm_sweep.tracking.mlflow.delivery import Delivery
from lstm_sweep.tracking.mlflow.errors import STORE_ERRORS, reason, refusing
from lstm_sweep.tracking.tracker import TrackedSweep, Tracker
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, TrialResult
from lstm_sweep.trials.spec import Trial


class MlflowTracker(Tracker):
    """One MLflow experiment per question, one parent run per sweep, one child run per trial.

    The experiment bears the name in the config ('dropout') unless another is told, the parent run that of the sweep
    ('dropout-2'): the page of an experiment then compares the trials of like sweeps, and no others.

    Whatever happens is in the journal before a tracker is notified: all methods between `start_sweep` and `close`
    only wake the thread of the delivery, which reads it there. It is in MLflow about a second later.
    """

    def __init__(self, uri: str, artifacts: Path) -> None:
        """Log to the store or server at `uri`; `artifacts` is for files that lie beside no database."""
        self._uri = uri
        self._artifacts = artifacts
        self._open: tuple[Delivery, Background] | None = None
        self._address = ""

    def start_sweep(self, sweep: TrackedSweep, lines: Sequence[Line | None]) -> None:
        """Connect, and start the thread that delivers; where nobody answers, warn, and deliver once somebody does.

        Raises:
            UserError: where the address is none, or what is there cannot be used.
        """
        self._name = sweep.start.name
        delivery = Delivery(self._uri, self._artifacts, sweep)
        try:
            with refusing(self._uri):
                delivery.connect()
        except STORE_ERRORS as error:
            _warn(
                f"MLflow at {redacted(self._uri)} does not answer ({reason(error)}): the sweep runs without it, "
                "and what it records is delivered as soon as it does."
            )
        self._open = delivery, Background(delivery.deliver)
        self._wake()

    def start_trial(self, trial: Trial) -> None:
        """Wake the delivery, which creates the child run."""
        self._wake()

    def log_epoch(self, record: EpochRecord) -> None:
        """Wake the delivery, which logs the curves of the fit, and of the mean over the fits of its trial."""
        self._wake()

    def end_fit(self, outcome: FitOutcome) -> None:
        """Wake the delivery, which logs the fit's score."""
        self._wake()

    def end_trial(self, result: TrialResult) -> None:
        """Wake the delivery, which logs the trial's score and ends its run."""
        self._wake()

    def log_scores(self, trial_id: str, scores: Mapping[str, float]) -> None:
        """Wake the delivery, which logs the scores to the trial's run."""
        self._wake()

    def end_sweep(self, end: SweepEnd) -> None:
        """Wake the delivery, which logs metrics, tags, files and the best model to the parent run."""
        self._wake()

    def close(self, failed: bool) -> None:
        """Wait for a last delivery, which marks runs that have not ended as killed; warn where it does not succeed."""
        if self._open is None:
            return
        (delivery, background), self._open = self._open, None
        if not background.close(delivery.close, lambda: delivery.progress):
            _warn(f"{undelivered(self._uri, delivery, background)}: {self._way_to_deliver()}")
        self._address = delivery.address()

    def address(self) -> str:
        """The page of MLflow that compares the trials, known once it is closed; for a SQLite database, on the server
        that `destination.while_served` tells how to start.
        """
        return self._address

    def _way_to_deliver(self) -> str:
        address = " tracking.uri=URI" if redacted(self._uri) != self._uri else ""
        return f"deliver them later with {spelled('sync')} sweep={self._name}{address}"

    def _wake(self) -> None:
        if self._open is not None:
            self._open[1].wake()


def undelivered(uri: str, delivery: Delivery, background: Background) -> str:
    """What MLflow misses, and why."""
    cause = "no answer" if background.failure is None else reason(background.failure)
    return f"MLflow at {redacted(uri)} misses the last {delivery.num_missing():,} records of this sweep ({cause})"


def _warn(sentence: str) -> None:
    logging.getLogger(__name__).warning(sentence)
