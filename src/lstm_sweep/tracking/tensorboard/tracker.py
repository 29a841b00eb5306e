"""Records a sweep as TensorBoard event files while it runs."""

import math
import re
import textwrap
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lstm_sweep.storage.facts import SweepEnd
from lstm_sweep.storage.history import FitHistory, histories_of_fits
from lstm_sweep.storage.lines import Line, ScoresLine, TrialLine
from lstm_sweep.timing import now
from lstm_sweep.tracking.tensorboard.events import EventFile, Setting
from lstm_sweep.tracking.tracker import TrackedSweep, Tracker
from lstm_sweep.training.epoch_metrics import EPOCH_METRICS
from lstm_sweep.trials.label import setting_text
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, FitStatus, TrialResult
from lstm_sweep.trials.spec import Trial


class TensorBoardTracker(Tracker):
    """One run per fit, `<trial>/seed_<number>`; in the HParams tab one row per trial, averaged over its fits.

    What the evaluation scores of a trial is in a run of its own, `<trial>/test`, of the same row; naive and the
    baselines are runs beside, and the run `sweep` holds the verdict and the table as texts.

    There is no summary of the experiment: TensorBoard reads only one of all it finds, so that below a folder of
    several sweeps it would show the settings of an arbitrary one. Without it, it finds settings and metrics in
    the runs. For the same reason a group bears the name of its sweep: groups of equal names are averaged.
    """

    def __init__(self, folder: Path) -> None:
        """Write below `folder`, which is made."""
        self._folder = folder
        self._lock = threading.Lock()
        self._runs: dict[str, EventFile] = {}
        self._trials: dict[str, Trial] = {}

    def start_sweep(self, sweep: TrackedSweep, lines: Sequence[Line | None]) -> None:
        """Remember what every run is described with, and write what its file lacks of the journal."""
        self._sweep = sweep.start.name
        self._search: Mapping[str, Any] = sweep.config.get("search") or {}
        for line in lines:
            if isinstance(line, TrialLine):
                self.start_trial(line.trial)
        for fit_id, fit in histories_of_fits(lines).items():
            if fit_id.partition("/")[0] in self._trials:
                self._catch_up(fit_id, fit)
        for line in lines:
            if isinstance(line, ScoresLine) and line.trial_id in self._trials:
                self.log_scores(line.trial_id, line.scores)

    def start_trial(self, trial: Trial) -> None:
        """Remember the trial's settings; its runs start with their first epoch."""
        self._trials[trial.trial_id] = trial

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
        """Nothing: TensorBoard averages over seeds itself."""

    def log_scores(self, trial_id: str, scores: Mapping[str, float]) -> None:
        """Write those of the test span as a run of the trial's, which TensorBoard averages with its fits."""
        scalars, timestamp = _test_scalars(scores), now()
        if not scalars:
            return
        with EventFile(self._folder / trial_id / "test", timestamp) as run:
            self._describe(run, self._trials[trial_id], timestamp)
            run.write_scalars(scalars, 0, timestamp)
            run.end_session(succeeded=True, timestamp=timestamp)

    def end_sweep(self, end: SweepEnd) -> None:
        """Write the verdict and the table, and what naive and the baselines make of the test span."""
        timestamp = now()
        for name, scalars in _scalars_of_references(end.metrics).items():
            with EventFile(self._folder / name, timestamp) as run:
                run.write_scalars(scalars, 0, timestamp)
        with EventFile(self._folder / "sweep", timestamp) as run:
            run.write_text("verdict", end.tags["verdict"], timestamp)
            run.write_text("leaderboard", textwrap.indent(end.table, "    "), timestamp)

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

    def _run(self, fit_id: str, timestamp: int) -> EventFile:
        with self._lock:
            if fit_id not in self._runs:
                self._runs[fit_id] = self._start_run(fit_id, timestamp)
            return self._runs[fit_id]

    def _start_run(self, fit_id: str, timestamp: int) -> EventFile:
        run = EventFile(self._folder / fit_id, timestamp)
        self._describe(run, self._trials[fit_id.partition("/")[0]], timestamp)
        return run

    def _describe(self, run: EventFile, trial: Trial, timestamp: int) -> None:
        settings = {path: self._setting(path, value) for path, value in trial.values.items()}
        run.start_session(f"{self._sweep}/{trial.trial_id}", settings, timestamp)

    def _close(self, fit_id: str) -> None:
        with self._lock:
            self._runs.pop(fit_id).close()

    def _setting(self, path: str, value: Any) -> Setting:
        """`value` as it is where all values searched are booleans or all numbers, else as a word."""
        section, _, key = path.partition(".")
        searched = (self._search.get(section) or {}).get(key)
        candidates = [value, *searched] if isinstance(searched, list) else [value]
        booleans = [isinstance(candidate, bool) for candidate in candidates]
        numbers = [isinstance(candidate, int | float) for candidate in candidates]
        one_type = all(numbers) and len(set(booleans)) == 1
        return value if one_type else setting_text(value)


def _test_scalars(scores: Mapping[str, float]) -> dict[str, float]:
    """'test_rmse' as 'test/rmse', so that TensorBoard shows what is of the test span together; numbers only."""
    return {
        name.replace("_", "/", 1): score
        for name, score in scores.items()
        if name.startswith("test_") and math.isfinite(score)
    }


def _scalars_of_references(metrics: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """By 'naive', 'ets' ..., from a sweep's metrics such as 'naive_test_rmse' and 'baseline_ets_test_rmse'."""
    scores: dict[str, dict[str, float]] = {}
    for name, value in metrics.items():
        found = re.fullmatch(r"(?:baseline_)?([a-z]+)_(test_\w+)", name)
        if found:
            scores.setdefault(found[1], {})[found[2]] = value
    return {name: _test_scalars(each) for name, each in scores.items()}
