"""What a sweep looks like in MLflow: a parent run for the sweep, a child run for each trial."""

import math
import time
from collections import defaultdict

from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
from mlflow.tracking.context.registry import resolve_tags

from src.fits import EpochRecord, FitOutcome, FitStatus, Trial, TrialResult
from src.tracking.curves import MeanCurves, epoch_metrics
from src.tracking.labels import setting_text, trial_label
from src.tracking.mlflow_facts import allowed_name, dataset_input, flat_settings, origin_tags, trial_metrics
from src.tracking.mlflow_model import log_forecaster
from src.tracking.mlflow_store import masked
from src.tracking.tracker import SweepEnd, SweepStart


class MlflowSweep:
    """Writes one sweep through run ids; no active run, one thread.

    Numbers that are not finite are left out (MLflow stores infinity as 1.8e308, which ruins every chart): what
    became of a trial is in its tags `status` and `message`.
    """

    def __init__(self, client: MlflowClient, experiment: str, start: SweepStart) -> None:
        """Create the parent run in the experiment of that id."""
        self._client = client
        self._experiment = experiment
        self._start = start
        self._curves = MeanCurves(start.seeds)
        self._pending: defaultdict[str, list[Metric]] = defaultdict(list)
        self._children: dict[str, str] = {}
        tags = {**resolve_tags(), **origin_tags(start)}
        self._parent = client.create_run(experiment, run_name=start.name, tags=tags).info.run_id
        self._running = {self._parent}
        self._log_params(self._parent, flat_settings(start.config))
        client.log_inputs(self._parent, [dataset_input(start.series)])

    def start_trial(self, trial: Trial) -> None:
        """Create the child run."""
        tags = {"mlflow.parentRunId": self._parent, "sweep": self._start.name, "trial": trial.trial_id}
        run = self._client.create_run(self._experiment, run_name=trial_label(trial), tags=tags).info.run_id
        self._children[trial.trial_id] = run
        self._running.add(run)
        self._log_params(run, {path: setting_text(value) for path, value in trial.values.items()})

    def log_epoch(self, record: EpochRecord) -> None:
        """Queue the epoch's metrics under `seed_<number>/`, and their mean over the seeds once all are in."""
        metrics = {f"seed_{record.replicate}/{name}": value for name, value in epoch_metrics(record).items()}
        metrics |= self._curves.add(record) or {}
        self._queue(self._children[record.trial_id], metrics, record.timestamp, record.epoch)

    def end_fit(self, outcome: FitOutcome) -> None:
        """Queue the fit's score."""
        metrics = {f"seed_{outcome.spec.replicate}/score": outcome.score}
        self._queue(self._children[outcome.spec.trial_id], metrics, _now(), outcome.epochs)

    def end_trial(self, result: TrialResult) -> None:
        """Log what the trial came to and end its run, as failed only where an error was caught."""
        run = self._children[result.trial.trial_id]
        self._queue(run, trial_metrics(result), _now(), 0)
        messages = [outcome.message for outcome in result.outcomes if outcome.message]
        tags = {"status": str(result.status), **({"message": messages[0]} if messages else {})}
        self._log_tags(run, tags)
        self._end(run, failed=result.status is FitStatus.FAILED)

    def log_scores(self, trial_id: str, scores: dict[str, float]) -> None:
        """Queue scores for the child run, which may have ended."""
        self._queue(self._children[trial_id], scores, _now(), 0)

    def end_sweep(self, end: SweepEnd) -> None:
        """Log the result to the parent run; the verdict is its description."""
        self._queue(self._parent, end.metrics, _now(), 0)
        note = {"mlflow.note.content": end.tags["verdict"]} if "verdict" in end.tags else {}
        self._log_tags(self._parent, {**end.tags, **note})
        for file in end.files:
            self._client.log_artifact(self._parent, str(file))
        if end.forecaster is not None:
            log_forecaster(self._client, self._parent, end.forecaster, self._start.series)

    def flush(self) -> None:
        """Send what is queued, one call per run."""
        while self._pending:
            run, metrics = self._pending.popitem()
            self._client.log_batch(run, metrics=metrics)

    def close(self, failed: bool) -> None:
        """End every run that has not ended: trials as failed, the parent as the sweep did."""
        for run in self._running - {self._parent}:
            self._end(run, failed=True)
        self._end(self._parent, failed)

    def _end(self, run: str, failed: bool) -> None:
        self.flush()
        self._client.set_terminated(run, "FAILED" if failed else "FINISHED")
        self._running.discard(run)

    def _queue(self, run: str, metrics: dict[str, float], timestamp: int, step: int) -> None:
        finite = {name: value for name, value in metrics.items() if math.isfinite(value)}
        self._pending[run] += [Metric(allowed_name(name), value, timestamp, step) for name, value in finite.items()]

    def _log_params(self, run: str, params: dict[str, str]) -> None:
        entries = [Param(allowed_name(name), masked(text)) for name, text in params.items()]
        self._client.log_batch(run, params=entries)

    def _log_tags(self, run: str, tags: dict[str, str]) -> None:
        self._client.log_batch(run, tags=[RunTag(allowed_name(name), text) for name, text in tags.items()])


def _now() -> int:
    return int(time.time() * 1000)
