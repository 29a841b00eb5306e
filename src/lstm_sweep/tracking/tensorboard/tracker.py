"""Records a sweep as TensorBoard event files while it runs."""

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lstm_sweep.storage.facts import SweepEnd
from lstm_sweep.storage.history import FitHistory, histories_of_fits
from lstm_sweep.storage.lines import Line, ScoresLine, TrialEndLine, TrialLine
from lstm_sweep.timing import now
from lstm_sweep.tracking.tensorboard.columns import fixed_settings, typed_setting
from lstm_sweep.tracking.tensorboard.events import EventFile, Setting
from lstm_sweep.tracking.tensorboard.run_names import SCORED, VERDICT, find_run_name, row_name, settings_recur
from lstm_sweep.tracking.tensorboard.verdict_text import verdict_text
from lstm_sweep.tracking.tracker import TrackedSweep, Tracker
from lstm_sweep.training.epoch_metrics import EPOCH_METRICS
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, FitStatus, TrialResult
from lstm_sweep.trials.spec import Trial


@dataclass(frozen=True)
class _Row:
    """A row of the HParams tab: its name, by which TensorBoard averages, and its settings."""

    name: str
    settings: Mapping[str, Setting]


class TensorBoardTracker(Tracker):
    """One run per fit, `dropout=0.3/seed_0`; in the HParams tab one row per trial, averaged over its fits.

    What the evaluation scores of a trial is in a run of its own, `dropout=0.3/test`, of the same row. Naive, the
    baselines and the ensemble are a run and a row each, and the run `verdict` says what came out.

    The columns of the HParams tab are not described here: TensorBoard reads one description of all it finds, so that
    below a folder of several sweeps it would show the settings of an arbitrary one. Whoever opens TensorBoard knows
    which sweeps are shown, and describes them (`lstm_sweep.tracking.tensorboard.shown`); where nobody does, TensorBoard
    finds settings and metrics in the runs. For the same reason a row names its sweep: rows of equal names are averaged.
    """

    def __init__(self, folder: Path) -> None:
        """Write below `folder`, which is made."""
        self._folder = folder
        self._lock = threading.Lock()
        self._runs: dict[str, EventFile] = {}
        self._trials: dict[str, Trial] = {}
        self._names: dict[str, str] = {}
        self._scores: dict[str, dict[str, float]] = {}

    def start_sweep(self, sweep: TrackedSweep, lines: Sequence[Line | None]) -> None:
        """Remember what every run is described with, and write what its file lacks of the journal."""
        self._sweep = sweep.start.name
        self._search: Mapping[str, Any] = sweep.config.get("search") or {}
        self._fixed = fixed_settings(sweep.config)
        self._settings_recur = settings_recur(sweep.config["tuner"]["oracle"])
        for line in lines:
            if isinstance(line, TrialLine):
                self.start_trial(line.trial)
        for fit_id, fit in histories_of_fits(lines).items():
            if fit_id.partition("/")[0] in self._trials:
                self._catch_up(fit_id, fit)
        for line in lines:
            if isinstance(line, TrialEndLine) and line.trial_id in self._trials:
                self._scores[line.trial_id] |= {"score": line.score, "score_std": line.score_std}
            elif isinstance(line, ScoresLine) and line.trial_id in self._trials:
                self.log_scores(line.trial_id, line.scores)

    def start_trial(self, trial: Trial) -> None:
        """Remember the trial's settings; its runs start with their first epoch."""
        trial_id = trial.trial_id
        name = find_run_name(self._folder, trial, self._settings_recur)
        self._trials[trial_id], self._names[trial_id], self._scores[trial_id] = trial, name, {}

    def log_epoch(self, record: EpochRecord) -> None:
        """Write one point of each curve."""
        run = self._run(record.fit_id, record.timestamp)
        scalars = {each.tag: record.metrics[each.name] for each in EPOCH_METRICS if each.name in record.metrics}
        run.write_scalars(scalars, record.epoch, record.timestamp)
        run.flush()

    def end_fit(self, outcome: FitOutcome) -> None:
        """Write the score (nan unless completed, which makes the trial's mean nan, as it should be) and end the run."""
        succeeded = outcome.status is FitStatus.COMPLETED
        self._end_run(outcome.spec.fit_id, outcome.score, outcome.epochs, succeeded, now())
        self._close(outcome.spec.fit_id)

    def end_trial(self, result: TrialResult) -> None:
        """Remember the score for the verdict's table; in the HParams tab TensorBoard averages over seeds itself."""
        self._scores[result.trial.trial_id] |= {"score": result.score, "score_std": result.score_std}

    def log_scores(self, trial_id: str, scores: Mapping[str, float]) -> None:
        """Write those of the test span as a run of the trial's, which TensorBoard averages with its fits."""
        self._scores[trial_id] |= scores
        scalars = _test_scalars(scores)
        if scalars:
            self._write_point(f"{self._names[trial_id]}/{SCORED}", self._row(trial_id), scalars)

    def end_sweep(self, end: SweepEnd) -> None:
        """Write the verdict, and what naive, the baselines and the ensemble came to."""
        for name, scores in end.references.items():
            score = {"score": scores["score"]} if math.isfinite(scores.get("score", math.nan)) else {}
            self._write_point(name, _Row(row_name(name, self._sweep), {}), score | _test_scalars(scores))
        timestamp = now()
        trials = {name: self._scores[trial_id] for trial_id, name in self._names.items()}
        with EventFile(self._folder / VERDICT, timestamp) as run:
            run.write_text(VERDICT, verdict_text(end.tags["verdict"], end.references, trials), timestamp)

    def close(self, failed: bool) -> None:
        """Close the files of fits that did not end."""
        for fit_id in list(self._runs):
            self._close(fit_id)

    def _catch_up(self, fit_id: str, fit: FitHistory) -> None:
        for record in fit.epochs:
            self.log_epoch(record)
        if fit.end is not None:
            succeeded = fit.end.status is FitStatus.COMPLETED
            self._end_run(fit_id, fit.end.score, fit.end.epochs, succeeded, fit.end.timestamp)
        self._close(fit_id)

    def _end_run(self, fit_id: str, score: float, epochs: int, succeeded: bool, timestamp: int) -> None:
        run = self._run(fit_id, timestamp)
        run.write_scalars({"score": score}, epochs, timestamp)
        run.end_session(succeeded, timestamp)

    def _write_point(self, folder: str, row: _Row, scalars: Mapping[str, float]) -> None:
        timestamp = now()
        with EventFile(self._folder / folder, timestamp) as run:
            run.start_session(row.name, row.settings, timestamp)
            run.write_scalars(scalars, 0, timestamp)
            run.end_session(succeeded=True, timestamp=timestamp)

    def _run(self, fit_id: str, timestamp: int) -> EventFile:
        with self._lock:
            if fit_id not in self._runs:
                self._runs[fit_id] = self._start_run(fit_id, timestamp)
            return self._runs[fit_id]

    def _start_run(self, fit_id: str, timestamp: int) -> EventFile:
        trial_id, _, fit = fit_id.partition("/")
        run = EventFile(self._folder / self._names[trial_id] / fit, timestamp)
        row = self._row(trial_id)
        run.start_session(row.name, row.settings, timestamp)
        return run

    def _row(self, trial_id: str) -> _Row:
        values = self._trials[trial_id].values
        swept = {path: typed_setting(self._search, path, value) for path, value in values.items()}
        name = self._names[trial_id]
        return _Row(row_name(name, self._sweep, has_id_alone=name == trial_id), self._fixed | swept)

    def _close(self, fit_id: str) -> None:
        with self._lock:
            self._runs.pop(fit_id).close()


def _test_scalars(scores: Mapping[str, float]) -> dict[str, float]:
    """'test_rmse' as 'test/rmse', so that TensorBoard shows what is of the test span together.

    Numbers only, and no deviations over the seeds, which would be a chart each; the verdict's table has that of the
    score.
    """
    return {
        name.replace("_", "/", 1): score
        for name, score in scores.items()
        if name.startswith("test_") and not name.endswith("_std") and math.isfinite(score)
    }
