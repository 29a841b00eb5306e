"""Records a sweep in MLflow while it runs: one thread writes, nothing else waits."""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec

from src.fits import EpochRecord, FitOutcome, Trial, TrialResult
from src.tracking.background import Background
from src.tracking.mlflow_store import masked, open_client, open_experiment, opening, reason
from src.tracking.mlflow_sweep import MlflowSweep
from src.tracking.tracker import SweepEnd, SweepStart, Tracker

Arguments = ParamSpec("Arguments")


class MlflowTracker(Tracker):
    """One MLflow experiment per question, one parent run per sweep, one child run per trial.

    The experiment bears the name in the config ('dropout'), the parent run that of the sweep ('dropout-2'): the
    page of an experiment then compares the trials of like sweeps, and no others.
    """

    def __init__(self, uri: str, artifacts: Path) -> None:
        """Log to the store or server at `uri`; `artifacts` is the folder for files where no server keeps them."""
        self._uri = uri
        self._artifacts = artifacts
        self._open: tuple[MlflowSweep, Background] | None = None

    def start_sweep(self, start: SweepStart) -> None:
        """Create the parent run.

        Raises:
            UserError: where the store cannot be opened or the server not reached.
        """
        experiment = str(start.config.get("name", start.name))
        with opening(self._uri):
            client = open_client(self._uri)
            sweep = MlflowSweep(client, open_experiment(client, experiment, self._artifacts), start)
        self._open = sweep, Background(sweep.flush)

    def start_trial(self, trial: Trial) -> None:
        """Create the child run."""
        self._later(MlflowSweep.start_trial, trial)

    def log_epoch(self, record: EpochRecord) -> None:
        """Log the curves of the seed, and of the mean over seeds; seen in MLflow about a second later."""
        self._later(MlflowSweep.log_epoch, record)

    def end_fit(self, outcome: FitOutcome) -> None:
        """Log the fit's score."""
        self._later(MlflowSweep.end_fit, outcome)

    def end_trial(self, result: TrialResult) -> None:
        """Log the trial's score and end its run."""
        self._later(MlflowSweep.end_trial, result)

    def log_scores(self, trial_id: str, scores: dict[str, float]) -> None:
        """Log scores to the trial's run."""
        self._later(MlflowSweep.log_scores, trial_id, scores)

    def end_sweep(self, end: SweepEnd) -> None:
        """Log metrics, tags, files and the best model to the parent run."""
        self._later(MlflowSweep.end_sweep, end)

    def close(self, failed: bool) -> None:
        """Write what is queued, end every run, and warn once where something could not be written."""
        if self._open is None:
            return
        self._later(MlflowSweep.close, failed)
        (_, background), self._open = self._open, None
        background.close()
        if background.failure is not None:
            logging.getLogger(__name__).warning(
                "MLflow at %s misses %d records of this sweep (%s); everything is in the folder of the sweep.",
                masked(self._uri),
                background.lost,
                reason(background.failure),
            )

    def _later(
        self,
        method: Callable[Concatenate[MlflowSweep, Arguments], None],
        *arguments: Arguments.args,
        **named: Arguments.kwargs,
    ) -> None:
        if self._open is not None:
            sweep, background = self._open
            background.submit(partial(method, sweep, *arguments, **named))
