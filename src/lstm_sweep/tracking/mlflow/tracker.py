"""Records a sweep in MLflow while it runs: one thread delivers what the journal holds, nothing else waits."""

import logging
from collections.abc import Sequence
from pathlib import Path

from lstm_sweep.redaction import masked
from lstm_sweep.storage.lines import Line
from lstm_sweep.tracking.background import Background
from lstm_sweep.tracking.mlflow.delivery import Delivery
from lstm_sweep.tracking.mlflow.errors import STORE_ERRORS, reason, refusing
from lstm_sweep.tracking.tracker import SweepEnd, SweepStart, Tracker
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, TrialResult
from lstm_sweep.trials.spec import Trial


class MlflowTracker(Tracker):
    """One MLflow experiment per question, one parent run per sweep, one child run per trial.

    The experiment bears the name in the config ('dropout'), the parent run that of the sweep ('dropout-2'): the
    page of an experiment then compares the trials of like sweeps, and no others.

    Whatever is told here lies in the journal: it only wakes the delivery, which reads it there.
    """

    def __init__(self, uri: str, artifacts: Path) -> None:
        """Log to the store or server at `uri`; `artifacts` is the folder for files where no server keeps them."""
        self._uri = uri
        self._artifacts = artifacts
        self._open: tuple[Delivery, Background] | None = None

    def start_sweep(self, start: SweepStart, lines: Sequence[Line | None]) -> None:
        """Find or create the runs; where nobody answers, warn, and deliver once somebody does.

        Raises:
            UserError: where the address is none, or what is there cannot be used.
        """
        self._name = start.name
        delivery = Delivery(self._uri, self._artifacts, start)
        try:
            with refusing(self._uri):
                delivery.connect()
        except STORE_ERRORS as error:
            _warn(
                f"MLflow at {masked(self._uri)} does not answer ({reason(error)}): the sweep goes on, and what it "
                "records is delivered as soon as it does."
            )
        self._open = delivery, Background(delivery.deliver)
        self._wake()

    def start_trial(self, trial: Trial) -> None:
        """Create the child run."""
        self._wake()

    def log_epoch(self, record: EpochRecord) -> None:
        """Log the curves of the seed, and of the mean over seeds; seen in MLflow about a second later."""
        self._wake()

    def end_fit(self, outcome: FitOutcome) -> None:
        """Log the fit's score."""
        self._wake()

    def end_trial(self, result: TrialResult) -> None:
        """Log the trial's score and end its run."""
        self._wake()

    def log_scores(self, trial_id: str, scores: dict[str, float]) -> None:
        """Log scores to the trial's run."""
        self._wake()

    def end_sweep(self, end: SweepEnd) -> None:
        """Log metrics, tags, files and the best model to the parent run."""
        self._wake()

    def close(self, failed: bool) -> None:
        """Deliver what the journal holds, end runs that have not ended, and warn where that cannot be done now."""
        if self._open is None:
            return
        (delivery, background), self._open = self._open, None
        if not background.close(delivery.close, lambda: delivery.progress):
            _warn(f"{undelivered(self._uri, delivery, background)}: {self._way_to_deliver()}")

    def _way_to_deliver(self) -> str:
        address = " tracking.uri=URI" if masked(self._uri) != self._uri else ""
        return f"deliver them later with python -m src.sync sweep={self._name}{address}"

    def _wake(self) -> None:
        if self._open is not None:
            self._open[1].wake()


def undelivered(uri: str, delivery: Delivery, background: Background) -> str:
    """What MLflow misses, and why."""
    cause = "no answer" if background.failure is None else reason(background.failure)
    return f"MLflow at {masked(uri)} misses the last {delivery.num_missing():,} records of this sweep ({cause})"


def _warn(sentence: str) -> None:
    logging.getLogger(__name__).warning(sentence)
