"""Records a sweep as TensorBoard event files while it runs."""

import threading
import time
from pathlib import Path
from typing import Any

from src.fits import EpochRecord, FitOutcome, FitStatus, Trial, TrialResult
from src.tracking.labels import setting_text
from src.tracking.tensorboard_events import EventFile, Setting
from src.tracking.tracker import SweepEnd, SweepStart, Tracker


class TensorBoardTracker(Tracker):
    """One run per fit, `<trial>/seed_<number>`; in the HParams tab one row per trial, averaged over its seeds.

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

    def start_sweep(self, start: SweepStart) -> None:
        """Remember what every run is described with."""
        self._sweep = start.name
        self._search: dict[str, Any] = start.config.get("search") or {}

    def start_trial(self, trial: Trial) -> None:
        """Remember the trial's settings; its runs start with their first epoch."""
        self._trials[trial.trial_id] = trial

    def log_epoch(self, record: EpochRecord) -> None:
        """Write one point of each curve."""
        run = self._run(record.trial_id, record.replicate, record.timestamp)
        scalars = {"loss/train": record.loss, "loss/validation": record.val_loss, "skill/validation": record.val_skill}
        run.write_scalars(scalars, record.epoch, record.timestamp)
        run.flush()

    def end_fit(self, outcome: FitOutcome) -> None:
        """Write the score (nan unless completed, which makes the trial's mean nan, as it should be) and end the run."""
        now = int(time.time() * 1000)
        run = self._run(outcome.spec.trial_id, outcome.spec.replicate, now)
        run.write_scalars({"score": outcome.score}, outcome.epochs, now)
        run.end_session(outcome.status is FitStatus.COMPLETED, now)
        run.close()
        with self._lock:
            del self._runs[outcome.spec.fit_id]

    def end_trial(self, result: TrialResult) -> None:
        """Nothing: TensorBoard averages over seeds itself."""

    def log_scores(self, trial_id: str, scores: dict[str, float]) -> None:
        """Nothing: the runs of the trial have ended."""

    def end_sweep(self, end: SweepEnd) -> None:
        """Nothing: every run has ended."""

    def close(self, failed: bool) -> None:
        """Close the files of fits that did not end."""
        for run in self._runs.values():
            run.close()
        self._runs.clear()

    def _run(self, trial_id: str, replicate: int, timestamp: int) -> EventFile:
        name = f"{trial_id}/seed_{replicate}"
        with self._lock:
            if name not in self._runs:
                self._runs[name] = self._start_run(name, self._trials[trial_id], timestamp)
            return self._runs[name]

    def _start_run(self, name: str, trial: Trial, timestamp: int) -> EventFile:
        run = EventFile(self._folder / name, timestamp)
        settings = {path: self._setting(path, value) for path, value in trial.values.items()}
        run.start_session(f"{self._sweep}/{trial.trial_id}", settings, timestamp)
        return run

    def _setting(self, path: str, value: Any) -> Setting:
        """`value` as it is where all values searched are booleans or all numbers, else as a word."""
        section, _, key = path.partition(".")
        searched = (self._search.get(section) or {}).get(key)
        candidates = [value, *searched] if isinstance(searched, list) else [value]
        booleans = [isinstance(candidate, bool) for candidate in candidates]
        numbers = [isinstance(candidate, int | float) for candidate in candidates]
        one_type = all(numbers) and len(set(booleans)) == 1
        return value if one_type else setting_text(value)
