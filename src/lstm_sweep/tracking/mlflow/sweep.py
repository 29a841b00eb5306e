"""Writes the lines of a journal to MLflow: a parent run for the sweep, a child run for each trial."""

import math
from collections.abc import Mapping
from typing import final

from mlflow import MlflowClient
from mlflow.entities import Metric

from lstm_sweep.storage.facts import SweepEnd
from lstm_sweep.storage.lines import EndLine, FitLine, Line, ScoresLine, StartLine, TrialEndLine, TrialLine
from lstm_sweep.tracking.curves import MeanCurves
from lstm_sweep.tracking.mlflow.description import NOTE, describe_experiment, sweep_description
from lstm_sweep.tracking.mlflow.facts import (
    BASELINE,
    ENSEMBLE,
    ONE_TRIAL,
    SWEEP,
    allowed_name,
    dataset_input,
    environment_tags,
    flat_settings,
    origin_tags,
    trial_metrics,
    trial_settings,
)
from lstm_sweep.tracking.mlflow.files import log_files
from lstm_sweep.tracking.mlflow.outbox import Outbox
from lstm_sweep.tracking.mlflow.runs import FAILED, FINISHED, REFERENCE, TRIAL, SweepRuns
from lstm_sweep.tracking.mlflow.views import save_views, view_of
from lstm_sweep.tracking.tracker import TrackedSweep
from lstm_sweep.trials.label import label_in
from lstm_sweep.trials.outcome import EpochRecord, FitStatus

_OfTrial = EpochRecord | FitLine | TrialEndLine | ScoresLine


@final
class MlflowSweep:
    """Writes one sweep, line by line, through run ids; no active run, one thread.

    Every line may be applied again after it was applied, with all that follow: runs are found, params and tags set
    to what they are, and metrics that bear the same time, step and value are dropped by MLflow. Numbers that are
    not finite are left out (MLflow stores infinity as 1.8e308, which ruins every chart): what became of a trial is
    in its tags `status` and `message`.

    Attributes:
        experiment: id of the experiment that its runs are in.
        runs: its runs.
        outbox: what waits to be written to them.
    """

    def __init__(self, client: MlflowClient, experiment: str, sweep: TrackedSweep) -> None:
        """Find what there is of the sweep in the experiment of that id."""
        self.experiment = experiment
        self._client = client
        self._sweep = sweep
        self._end: SweepEnd | None = None
        self._curves = MeanCurves(sweep.start.seeds, sweep.start.folds or 1)
        self._origin = origin_tags(sweep.start)
        self._started = self._timestamp = 0
        self.runs = SweepRuns(client, experiment, sweep.start.sweep_id)
        self.outbox = Outbox(client, self.runs)

    def recall(self, line: Line) -> None:
        """Restore from a line that was applied before what later ones build on."""
        self._timestamp = line.timestamp
        if isinstance(line, StartLine):
            self._started = line.timestamp
        elif isinstance(line, EpochRecord):
            self._curves.add(line)
        elif isinstance(line, TrialEndLine):
            self._curves.forget(line.trial_id)
        elif isinstance(line, EndLine):
            self._end = line.end

    def apply(self, line: Line) -> None:
        """Write what the line says: runs are created at once, what is to be written to them waits in the outbox."""
        self._timestamp = line.timestamp
        match line:
            case StartLine():
                self._start_sweep(line)
            case TrialLine():
                self._start_trial(line)
            case EpochRecord():
                self._log_epoch(line)
            case FitLine():
                self._end_fit(line)
            case TrialEndLine():
                self._end_trial(line)
            case ScoresLine():
                self._queue(line, line.scores, 0)
            case EndLine():
                self._end_sweep(line)

    def close(self) -> None:
        """Nothing more will come for now: runs that have not ended are marked killed, until the sweep is resumed."""
        self.runs.refresh()
        self.runs.interrupt(self._timestamp)
        self._save_view()

    def _start_sweep(self, line: StartLine) -> None:
        self._started = line.timestamp
        tags = {**self._origin, "kind": SWEEP, **environment_tags(line.start)}
        run_id = self.runs.start_parent(line.start.name, tags, line.timestamp)
        if run_id is None:
            return
        self.outbox.add_settings(run_id, flat_settings(self._sweep.config))
        self._log_data(run_id)
        describe_experiment(self._client, self.experiment, line.start)
        self._save_view()

    def _start_trial(self, line: TrialLine) -> None:
        tags = {**self._origin, "kind": ONE_TRIAL}
        label = label_in(self._sweep.config, line.trial)
        run_id = self.runs.start_child((TRIAL, line.trial_id), label, tags, line.timestamp)
        if run_id is not None:
            self.outbox.add_settings(run_id, trial_settings(line.trial, self._sweep.config))
            self._log_data(run_id)

    def _log_epoch(self, record: EpochRecord) -> None:
        """The epoch's metrics under `seed_<number>/`, and their mean over the fits of the trial once all are in."""
        metrics = {f"{_place(record)}/{name}": value for name, value in record.metrics.items()}
        self._queue(record, metrics | self._curves.add(record), record.epoch)

    def _end_fit(self, line: FitLine) -> None:
        self._queue(line, {f"{_place(line)}/score": line.score}, line.epochs)
        run_id = self.runs.child(line.trial_id)
        if run_id is not None and line.origin:
            self.outbox.add_tags(run_id, {f"{_place(line)}/origin": line.origin})

    def _end_trial(self, line: TrialEndLine) -> None:
        """What the trial came to; its run has failed only where an error was caught."""
        self._curves.forget(line.trial_id)
        self._queue(line, trial_metrics(line), 0)
        run_id = self.runs.child(line.trial_id)
        if run_id is not None:
            message = {"message": line.message} if line.message else {}
            self.outbox.add_tags(run_id, {"status": line.status.value, **message})
            self.outbox.add_end(run_id, FAILED if line.status is FitStatus.FAILED else FINISHED, line.timestamp)

    def _end_sweep(self, line: EndLine) -> None:
        """The result, to the parent run, and what trials are compared with, to runs of their own."""
        self._end = end = line.end
        run_id = self.runs.written_parent
        if run_id is None:
            return
        for name, scores in end.references.items():
            self._log_reference(name, scores, line.timestamp)
        self.outbox.add_metrics(run_id, _finite_metrics(end.metrics, line.timestamp, 0))
        self.outbox.add_tags(run_id, {**end.tags, NOTE: sweep_description(self._sweep.start, end)})
        self.outbox.send_all()
        log_files(self._client, run_id, self._sweep.folder, end)
        self.runs.end(run_id, FINISHED, line.timestamp)

    def _log_reference(self, name: str, scores: Mapping[str, float], timestamp: int) -> None:
        """A run like those of trials, but for the settings, of which it has none."""
        tags = {**self._origin, "kind": ENSEMBLE if name == ENSEMBLE else BASELINE}
        run_id = self.runs.start_child((REFERENCE, name), name, tags, timestamp)
        if run_id is not None:
            self._log_data(run_id)
            self.outbox.add_metrics(run_id, _finite_metrics(scores, timestamp, 0))
            self.outbox.add_end(run_id, FINISHED, timestamp)

    def _save_view(self) -> None:
        parent = self.runs.written_parent
        if parent is not None:
            start = self._sweep.start
            view = view_of(start, self._end, parent, self._started)
            save_views(self._client, self.experiment, start.sweep_id, view)

    def _queue(self, line: _OfTrial, metrics: Mapping[str, float], step: int) -> None:
        run_id = self.runs.child(line.trial_id)
        if run_id is not None:
            self.outbox.add_metrics(run_id, _finite_metrics(metrics, line.timestamp, step))

    def _log_data(self, run_id: str) -> None:
        self._client.log_inputs(run_id, [dataset_input(self._sweep.start.data)])


def _place(line: EpochRecord | FitLine) -> str:
    """Of a fit within its trial: 'seed_1', 'fold_2/seed_1' in a walk-forward split."""
    return line.fit_id.partition("/")[2]


def _finite_metrics(metrics: Mapping[str, float], timestamp: int, step: int) -> list[Metric]:
    finite = {name: value for name, value in metrics.items() if math.isfinite(value)}
    return [Metric(allowed_name(name), value, timestamp, step) for name, value in finite.items()]
