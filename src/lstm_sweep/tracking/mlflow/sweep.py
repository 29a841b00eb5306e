"""Writes the lines of a journal to MLflow: a parent run for the sweep, a child run for each trial."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import final

from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag

from lstm_sweep.redaction import redacted
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
from lstm_sweep.tracking.mlflow.runs import FAILED, FINISHED, REFERENCE, TRIAL, SweepRuns
from lstm_sweep.tracking.mlflow.views import save_views, view_of
from lstm_sweep.tracking.tracker import TrackedSweep
from lstm_sweep.trials.label import trial_label
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
    """

    def __init__(self, client: MlflowClient, experiment: str, sweep: TrackedSweep) -> None:
        """Find what there is of the sweep in the experiment of that id."""
        self.experiment = experiment
        self._client = client
        self._sweep = sweep
        self._end: SweepEnd | None = None
        self._curves = MeanCurves(sweep.start.seeds, sweep.start.folds or 1)
        self._pending: defaultdict[str, list[Metric]] = defaultdict(list)
        self._started = self._timestamp = 0
        self.runs = SweepRuns(client, experiment, sweep.start.sweep_id)

    @property
    def num_pending(self) -> int:
        """Metrics that wait to be sent."""
        return sum(map(len, self._pending.values()))

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
        """Write what the line says; metrics of epochs, fits and scores wait for `send`."""
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

    def send(self) -> bool:
        """Send waiting metrics of one run; whether there were any."""
        run_id = next(iter(self._pending), None)
        if run_id is not None:
            self._send(run_id)
        return run_id is not None

    def close(self) -> None:
        """Nothing more will come for now: runs that have not ended are marked killed, until the sweep is resumed."""
        self.runs.refresh()
        self.runs.interrupt(self._timestamp)
        self._save_view()

    def _start_sweep(self, line: StartLine) -> None:
        self._started = line.timestamp
        tags = {**origin_tags(SWEEP, line.start), **environment_tags(line.start)}
        run_id = self.runs.start_parent(line.start.name, tags, line.timestamp)
        if run_id is None:
            return
        self._log_inputs(run_id, flat_settings(self._sweep.config))
        describe_experiment(self._client, self.experiment, line.start)
        self._save_view()

    def _start_trial(self, line: TrialLine) -> None:
        tags = origin_tags(ONE_TRIAL, self._sweep.start)
        run_id = self.runs.start_child((TRIAL, line.trial_id), trial_label(line.trial), tags, line.timestamp)
        if run_id is not None:
            self._log_inputs(run_id, trial_settings(line.trial, self._sweep.config))

    def _log_epoch(self, record: EpochRecord) -> None:
        """The epoch's metrics under `seed_<number>/`, and their mean over the fits of the trial once all are in."""
        metrics = {f"{_place(record)}/{name}": value for name, value in record.metrics.items()}
        self._queue(record, metrics | self._curves.add(record), record.epoch)

    def _end_fit(self, line: FitLine) -> None:
        self._queue(line, {f"{_place(line)}/score": line.score}, line.epochs)
        run_id = self.runs.child(line.trial_id)
        if run_id is not None and line.origin:
            self._send(run_id, _tags({f"{_place(line)}/origin": line.origin}))

    def _end_trial(self, line: TrialEndLine) -> None:
        """What the trial came to; its run has failed only where an error was caught."""
        self._curves.forget(line.trial_id)
        self._queue(line, trial_metrics(line), 0)
        run_id = self.runs.child(line.trial_id)
        if run_id is not None:
            message = {"message": line.message} if line.message else {}
            self._send(run_id, _tags({"status": line.status.value, **message}))
            self.runs.end(run_id, FAILED if line.status is FitStatus.FAILED else FINISHED, line.timestamp)

    def _end_sweep(self, line: EndLine) -> None:
        """The result, to the parent run, and what trials are compared with, to runs of their own."""
        while self.send():
            pass
        self._end = end = line.end
        run_id = self.runs.written_parent
        if run_id is None:
            return
        for name, scores in end.references.items():
            self._log_reference(name, scores, line.timestamp)
        note = {NOTE: sweep_description(self._sweep.start, end)}
        self._pending[run_id] = _finite_metrics(end.metrics, line.timestamp, 0)
        self._send(run_id, _tags({**end.tags, **note}))
        log_files(self._client, run_id, self._sweep.folder, end)
        self.runs.end(run_id, FINISHED, line.timestamp)

    def _log_reference(self, name: str, scores: Mapping[str, float], timestamp: int) -> None:
        """A run like those of trials, but for the settings, of which it has none."""
        tags = origin_tags(ENSEMBLE if name == ENSEMBLE else BASELINE, self._sweep.start)
        run_id = self.runs.start_child((REFERENCE, name), name, tags, timestamp)
        if run_id is not None:
            self._log_inputs(run_id, {})
            self._pending[run_id] = _finite_metrics(scores, timestamp, 0)
            self._send(run_id)
            self.runs.end(run_id, FINISHED, timestamp)

    def _save_view(self) -> None:
        parent = self.runs.written_parent
        if parent is not None:
            start = self._sweep.start
            view = view_of(start, self._end, parent, self._started)
            save_views(self._client, self.experiment, start.sweep_id, view)

    def _queue(self, line: _OfTrial, metrics: Mapping[str, float], step: int) -> None:
        run_id = self.runs.child(line.trial_id)
        if run_id is not None:
            self._pending[run_id] += _finite_metrics(metrics, line.timestamp, step)

    def _send(self, run_id: str, tags: Sequence[RunTag] = ()) -> None:
        """Send the waiting metrics of a run, and tags with them; MLflow itself makes requests of the size it takes."""
        self._client.log_batch(run_id, metrics=self._pending.pop(run_id, []), tags=tags)

    def _log_inputs(self, run_id: str, settings: Mapping[str, str]) -> None:
        """Settings and data; a resumed sweep may have other settings than those logged, which MLflow would refuse."""
        known = {} if run_id in self.runs.fresh else self._client.get_run(run_id).data.params
        params = {allowed_name(path): redacted(text) for path, text in settings.items()}
        new = [Param(name, text) for name, text in params.items() if name not in known]
        self._client.log_batch(run_id, params=new)
        self._client.log_inputs(run_id, [dataset_input(self._sweep.start.data)])


def _place(line: EpochRecord | FitLine) -> str:
    """Of a fit within its trial: 'seed_1', 'fold_2/seed_1' in a walk-forward split."""
    return line.fit_id.partition("/")[2]


def _finite_metrics(metrics: Mapping[str, float], timestamp: int, step: int) -> list[Metric]:
    finite = {name: value for name, value in metrics.items() if math.isfinite(value)}
    return [Metric(allowed_name(name), value, timestamp, step) for name, value in finite.items()]


def _tags(tags: Mapping[str, str]) -> list[RunTag]:
    return [RunTag(allowed_name(name), text) for name, text in tags.items()]
