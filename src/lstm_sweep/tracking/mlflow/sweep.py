"""What the lines of a journal look like in MLflow: a parent run for the sweep, a child run for each trial."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import final

from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag

from lstm_sweep.redaction import masked
from lstm_sweep.storage.history import fit_id_of
from lstm_sweep.storage.lines import Line
from lstm_sweep.storage.replay import record_of, trial_of
from lstm_sweep.tracking.curves import MeanCurves, epoch_metrics
from lstm_sweep.tracking.mlflow.facts import allowed_name, dataset_input, flat_settings, origin_tags, trial_metrics
from lstm_sweep.tracking.mlflow.model import log_forecaster
from lstm_sweep.tracking.mlflow.runs import FAILED, FINISHED, SweepRuns
from lstm_sweep.tracking.tracker import SweepEnd, SweepStart
from lstm_sweep.trials.label import setting_text, trial_label
from lstm_sweep.trials.outcome import FitStatus


@final
class MlflowSweep:
    """Writes one sweep, line by line, through run ids; no active run, one thread.

    Every line may be applied again after it was applied, with all that follow: runs are found, params and tags set
    to what they are, and metrics that bear the same time, step and value are dropped by MLflow. Numbers that are
    not finite are left out (MLflow stores infinity as 1.8e308, which ruins every chart): what became of a trial is
    in its tags `status` and `message`.
    """

    def __init__(self, client: MlflowClient, experiment: str, start: SweepStart) -> None:
        """Find what there is of the sweep in the experiment of that id."""
        self._client = client
        self._start = start
        self._curves = MeanCurves(start.seeds, start.folds or 1)
        self._pending: defaultdict[str, list[Metric]] = defaultdict(list)
        self._timestamp = 0
        self.runs = SweepRuns(client, experiment, start.sweep_id)

    @property
    def num_pending(self) -> int:
        """Metrics that wait to be sent."""
        return sum(map(len, self._pending.values()))

    def recall(self, line: Line) -> None:
        """A line that was applied before: what later ones build on."""
        self._timestamp = line["timestamp"]
        if line["kind"] == "epoch":
            self._curves.add(record_of(line))
        elif line["kind"] == "trial_end":
            self._curves.forget(line["trial_id"])

    def apply(self, line: Line) -> None:
        """Write what the line tells; metrics of epochs, fits and scores wait for `send`."""
        self._timestamp = line["timestamp"]
        writers = {
            "start": self._start_sweep,
            "trial": self._start_trial,
            "epoch": self._log_epoch,
            "fit": self._end_fit,
            "trial_end": self._end_trial,
            "scores": self._log_scores,
            "end": self._end_sweep,
        }
        if line["kind"] in writers:
            writers[line["kind"]](line)

    def send(self) -> bool:
        """Send waiting metrics of one run; whether there were any."""
        run_id = next(iter(self._pending), None)
        if run_id is not None:
            self._send(run_id)
        return run_id is not None

    def close(self) -> None:
        """Nothing more will come for now: runs that have not ended are killed, unless a later call goes on."""
        self.runs.refresh()
        self.runs.interrupt(self._timestamp)

    def _start_sweep(self, line: Line) -> None:
        run_id = self.runs.start_parent(line["name"], origin_tags(line), line["timestamp"])
        if run_id is None:
            return
        # A sweep that goes on may have other settings than those that were logged, which MLflow would refuse.
        known = self._client.get_run(run_id).data.params
        settings = flat_settings(self._start.config)
        self._log_params(run_id, {path: text for path, text in settings.items() if allowed_name(path) not in known})
        self._client.log_inputs(run_id, [dataset_input(self._start.data)])

    def _start_trial(self, line: Line) -> None:
        trial = trial_of(line)
        run_id = self.runs.start_child(trial.trial_id, trial_label(trial), line["timestamp"])
        if run_id is not None:
            self._log_params(run_id, {path: setting_text(value) for path, value in trial.values.items()})

    def _log_epoch(self, line: Line) -> None:
        """The epoch's metrics under `seed_<number>/`, and their mean over the fits of the trial once all are in."""
        record = record_of(line)
        metrics = {f"{_place(line)}/{name}": value for name, value in epoch_metrics(record).items()}
        self._queue(line, metrics | self._curves.add(record), record.epoch)

    def _end_fit(self, line: Line) -> None:
        self._queue(line, {f"{_place(line)}/score": line["score"]}, line["epochs"])
        run_id = self.runs.child(line["trial_id"])
        if run_id is not None and line["origin"]:
            self._send(run_id, _tags({f"{_place(line)}/origin": line["origin"]}))

    def _end_trial(self, line: Line) -> None:
        """What the trial came to; its run has failed only where an error was caught."""
        self._curves.forget(line["trial_id"])
        self._queue(line, trial_metrics(line), 0)
        run_id = self.runs.child(line["trial_id"])
        if run_id is not None:
            message = {"message": line["message"]} if line["message"] else {}
            self._send(run_id, _tags({"status": line["status"], **message}))
            failed = line["status"] == FitStatus.FAILED
            self.runs.end(run_id, FAILED if failed else FINISHED, line["timestamp"])

    def _log_scores(self, line: Line) -> None:
        self._queue(line, line["scores"], 0)

    def _end_sweep(self, line: Line) -> None:
        """The result, to the parent run; the verdict is its description."""
        while self.send():
            pass
        run_id = self.runs.written_parent
        if run_id is None:
            return
        end = SweepEnd.of(line)
        note = {"mlflow.note.content": end.tags["verdict"]} if "verdict" in end.tags else {}
        self._pending[run_id] = _metrics(end.metrics, line["timestamp"], 0)
        self._send(run_id, _tags({**end.tags, **note}))
        for file in filter(lambda path: path.exists(), (self._start.folder / name for name in end.files)):
            self._client.log_artifact(run_id, str(file))
        model = self._start.folder / "model"
        if end.forecaster and model.exists():
            log_forecaster(self._client, run_id, model)
        self.runs.end(run_id, FINISHED, line["timestamp"])

    def _queue(self, line: Line, metrics: Mapping[str, float | None], step: int) -> None:
        run_id = self.runs.child(line["trial_id"])
        if run_id is not None:
            self._pending[run_id] += _metrics(metrics, line["timestamp"], step)

    def _send(self, run_id: str, tags: Sequence[RunTag] = ()) -> None:
        """Send the waiting metrics of a run, and tags with them; MLflow itself makes requests of the size it takes."""
        self._client.log_batch(run_id, metrics=self._pending.pop(run_id, []), tags=tags)

    def _log_params(self, run_id: str, params: dict[str, str]) -> None:
        self._client.log_batch(
            run_id, params=[Param(allowed_name(name), masked(text)) for name, text in params.items()]
        )


def _place(line: Line) -> str:
    """Of a fit within its trial: 'seed_1', 'fold_2/seed_1' in a walk-forward split."""
    return fit_id_of(line).partition("/")[2]


def _metrics(metrics: Mapping[str, float | None], timestamp: int, step: int) -> list[Metric]:
    finite = {name: value for name, value in metrics.items() if value is not None and math.isfinite(value)}
    return [Metric(allowed_name(name), value, timestamp, step) for name, value in finite.items()]


def _tags(tags: Mapping[str, str]) -> list[RunTag]:
    return [RunTag(allowed_name(name), text) for name, text in tags.items()]
