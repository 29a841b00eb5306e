"""Sweeps that are played from a script: the real oracle, journal, files and cache, and no training."""

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import final

import numpy as np

from lstm_sweep.config import Config, HyperbandTuner
from lstm_sweep.data.series import Series
from lstm_sweep.search.oracles import build_oracle
from lstm_sweep.search.space import build_space
from lstm_sweep.storage.cache import FitCache
from lstm_sweep.storage.facts import SweepEnd
from lstm_sweep.storage.fit_files import FitFiles
from lstm_sweep.storage.history import History
from lstm_sweep.storage.journal import Journal
from lstm_sweep.storage.lines import Line
from lstm_sweep.sweep.loop import tune
from lstm_sweep.sweep.recorder import Recorder
from lstm_sweep.sweep.train_fits import Training
from lstm_sweep.tracking.tracker import TrackedSweep, Tracker
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, TrialResult
from lstm_sweep.trials.spec import FitSpec, Trial
from tests.configs import compose_config
from tests.scripted_runner import Script, ScriptedRunner

KINDS = ("grid", "random", "bayesian", "hyperband")
DROPOUT = ("+experiment=dropout", "seeds=2")
HYPERBAND = (
    "tuner=hyperband",
    "training.epochs=9",
    "seeds=2",
    "search.training.learning_rate={low: 1e-4, high: 1, log: true}",
)
NUM_BARS = 60
SERIES = Series(
    "prices",
    np.datetime64("2024-01-01", "ns") + np.arange(NUM_BARS) * np.timedelta64(1, "D"),
    np.ones(NUM_BARS),
    np.zeros(NUM_BARS, bool),
)


def by_dropout(spec: FitSpec) -> float:
    """Least at a dropout of 0.2; the second seed is a little worse."""
    return abs(spec.model.dropout - 0.2) + 0.01 * spec.replicate


def by_rate(spec: FitSpec) -> float:
    """Least at a learning rate of 0.01."""
    return abs(math.log(spec.training.learning_rate / 0.01))


def diverges_above(limit: float) -> Script:
    """A script whose fits diverge above a dropout."""
    return lambda spec: math.nan if spec.model.dropout > limit else by_dropout(spec)


@final
class Heard(Tracker):
    """Writes down who was called about what, and whether the journal had it by then.

    Attributes:
        calls: name, identity and epoch.
        too_early: calls about what the journal did not hold.
    """

    def __init__(self, folder: Path) -> None:
        self.calls: list[tuple[str, str, int]] = []
        self.too_early: list[tuple[str, str, int]] = []
        self._folder, self._lock = folder, threading.Lock()

    def _hear(self, name: str, identity: str, number: int = 0) -> None:
        with self._lock:
            self.calls.append((name, identity, number))
            history = History.read(self._folder)
            journalled = {
                "start_trial": identity in history.trials,
                "log_epoch": history.epochs.get(identity, 0) >= number,
                "end_fit": identity in history.fits,
                "end_trial": True,
            }
            if not journalled[name]:
                self.too_early.append(self.calls[-1])

    def start_sweep(self, sweep: TrackedSweep, lines: Sequence[Line | None]) -> None:
        raise AssertionError("the tuner starts no sweep")

    def start_trial(self, trial: Trial) -> None:
        self._hear("start_trial", trial.trial_id)

    def log_epoch(self, record: EpochRecord) -> None:
        self._hear("log_epoch", record.fit_id, record.epoch)

    def end_fit(self, outcome: FitOutcome) -> None:
        self._hear("end_fit", outcome.spec.fit_id)

    def end_trial(self, result: TrialResult) -> None:
        self._hear("end_trial", result.trial.trial_id)

    def log_scores(self, trial_id: str, scores: Mapping[str, float]) -> None:
        raise AssertionError("the tuner evaluates nothing")

    def end_sweep(self, end: SweepEnd) -> None:
        raise AssertionError("the tuner ends no sweep")

    def close(self, failed: bool) -> None:
        raise AssertionError("the tuner closes nothing")


class Played:
    """A sweep that was played, or gone on with: its results, the fits of each batch, and what was heard of it.

    Args:
        folder: of the sweep; what it holds already has happened.
        script: what fits come to.
        overrides: of the config.
        asked_to_stop: told the sweep before every answer.
    """

    def __init__(
        self, folder: Path, script: Script, *overrides: str, asked_to_stop: Callable[["Played"], bool] | None = None
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.config = folder, compose_config(*overrides)
        self.runner, self.heard = ScriptedRunner(script), Heard(folder)
        with Journal(folder) as journal:
            self.recorder = Recorder(
                journal=journal,
                files=FitFiles(folder),
                history=History.read(folder),
                cache=FitCache(folder.parent, folder, {"data": "digest"}, self.config.cache),
                trackers=[self.heard],
                asked_to_stop=lambda: asked_to_stop is not None and asked_to_stop(self),
                keeps_states=isinstance(self.config.tuner, HyperbandTuner),
            )
            self.results = self._tune(self.config)

    def _tune(self, config: Config) -> list[TrialResult]:
        oracle = build_oracle(
            config.tuner, build_space(config), config.seed, config.training.epochs, self.folder / "oracle"
        )
        return tune(config, oracle, Training(SERIES, self.runner, self.recorder))

    @property
    def batches(self) -> list[list[FitSpec]]:
        """What the runner was given, batch by batch."""
        return [batch for batch in self.runner.batches if batch]

    @property
    def fits(self) -> list[FitSpec]:
        """What the runner was given."""
        return [fit for batch in self.batches for fit in batch]

    @property
    def scores(self) -> list[tuple[str, float]]:
        """Of all results."""
        return [(result.trial.trial_id, result.score) for result in self.results]
