"""A small sweep with known numbers, played to a tracker as a tuner and its runner would."""

import math
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from lstm_sweep.data.series import Series
from lstm_sweep.storage.encoding import read_lines
from lstm_sweep.storage.facts import DataFacts, SweepEnd, SweepStart
from lstm_sweep.storage.journal import Journal
from lstm_sweep.storage.lines import Line
from lstm_sweep.tracking.tracker import TrackedSweep, Tracker
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, FitStatus, TrialResult
from lstm_sweep.trials.spec import FitSpec, Trial
from tests.configs import compose_config
from tests.examples import make_record

SEEDS = 2
EPOCHS = 3
EPOCH_ZERO = 1_700_000_000_000  # milliseconds since 1970
ODD_WORD = 'naïve [x]=1/2, 50 % "so" {y}'
TRIALS = (
    Trial("0000", {"model.dropout": 0.0, "model.activation": "tanh"}),
    Trial("0001", {"model.dropout": 0.25, "model.activation": ODD_WORD}),
    Trial("0002", {"model.dropout": 0.5, "model.activation": "tanh"}),
)
DIVERGED = TRIALS[2]
NUM_REFERENCES = 3
CONFIG = compose_config("name=scripted", "search.model.dropout=[0.0,0.25,0.5]", f"seeds={SEEDS}", "windows.lags=4")


def make_series(name: str = "prices [EUR] =ü.csv") -> Series:
    days = np.datetime64("2024-01-01", "ns") + np.arange(60) * np.timedelta64(1, "D")
    prices = np.linspace(100.0, 130.0, 60)
    volume = {"volume": np.linspace(5.0, 9.0, 60)}
    return Series(name, days, prices, np.zeros(60, bool), volume, notes=("2 empty bars were filled forward.",))


COMMIT = "0123456789abcdef0123456789abcdef01234567-dirty"
ENVIRONMENT = {"libraries": {"numpy": np.__version__}, "devices": ["cpu", "cpu"]}


def make_tracked(
    folder: Path, name: str = "scripted-2", config: dict[str, Any] | None = None, **changes: Any
) -> TrackedSweep:
    """The sweep in `folder`; changes are named by the fields of its start."""
    start = SweepStart(
        sweep_id=f"id-of-{name}",
        name=name,
        data=DataFacts.of(make_series()),
        swept=("model.dropout", "model.activation"),
        num_trials=len(TRIALS),
        seeds=SEEDS,
        folds=None,
        epochs=EPOCHS,
        environment=ENVIRONMENT,
        commit=COMMIT,
    )
    return TrackedSweep(replace(start, **changes), folder, asdict(CONFIG) if config is None else config)


class Deaf(Tracker):
    """Records nothing."""

    def start_sweep(self, sweep: TrackedSweep, lines: Sequence[Line | None]) -> None: ...

    def start_trial(self, trial: Trial) -> None: ...

    def log_epoch(self, record: EpochRecord) -> None: ...

    def end_fit(self, outcome: FitOutcome) -> None: ...

    def end_trial(self, result: TrialResult) -> None: ...

    def log_scores(self, trial_id: str, scores: Mapping[str, float]) -> None: ...

    def end_sweep(self, end: SweepEnd) -> None: ...

    def close(self, failed: bool) -> None: ...


class Journalled(Tracker):
    """What a sweep is to trackers: everything is journalled, and trackers are notified of what is new."""

    def __init__(self, *trackers: Tracker) -> None:
        self.trackers = trackers
        self.journal: Journal | None = None

    def start_sweep(self, sweep: TrackedSweep, lines: Sequence[Line | None] = ()) -> None:
        sweep.folder.mkdir(parents=True, exist_ok=True)
        self.journal = Journal(sweep.folder).__enter__()
        is_new = self.journal.write_start(sweep.start)
        lines = [] if is_new else [line for _, line in read_lines(sweep.folder)]
        for tracker in self.trackers:
            tracker.start_sweep(sweep, lines)

    def start_trial(self, trial: Trial) -> None:
        is_new = self._written.write_trial(trial)
        for tracker in self.trackers if is_new else ():
            tracker.start_trial(trial)

    def log_epoch(self, record: EpochRecord) -> None:
        is_new = self._written.write_epoch(record)
        for tracker in self.trackers if is_new else ():
            tracker.log_epoch(record)

    def end_fit(self, outcome: FitOutcome, origin: str | None = None) -> None:
        is_new = self._written.write_fit(outcome, "key", origin)
        for tracker in self.trackers if is_new else ():
            tracker.end_fit(outcome)

    def end_trial(self, result: TrialResult) -> None:
        is_new = self._written.write_trial_end(result)
        for tracker in self.trackers if is_new else ():
            tracker.end_trial(result)

    def log_scores(self, trial_id: str, scores: Mapping[str, float]) -> None:
        is_new = self._written.write_scores(trial_id, scores)
        for tracker in self.trackers if is_new else ():
            tracker.log_scores(trial_id, scores)

    def end_sweep(self, end: SweepEnd) -> None:
        self._written.write_end(end)
        for tracker in self.trackers:
            tracker.end_sweep(end)

    def close(self, failed: bool) -> None:
        for tracker in self.trackers:
            tracker.close(failed)
        if self.journal is not None:
            self.journal.__exit__()
            self.journal = None

    @property
    def _written(self) -> Journal:
        assert self.journal is not None
        return self.journal


def loss_at(trial: Trial, replicate: int, epoch: int) -> float:
    """Any number that tells fits and epochs apart."""
    return (1.0 + int(trial.trial_id) + 0.1 * replicate) / epoch


def records_of(trial: Trial, replicate: int) -> Iterator[EpochRecord]:
    """The epochs of one fit; the diverged trial's second seed ends on an infinite loss."""
    for epoch in range(1, EPOCHS + 1):
        last_breath = trial is DIVERGED and replicate == 1 and epoch == 2
        loss = math.inf if last_breath else loss_at(trial, replicate, epoch)
        timestamp = EPOCH_ZERO + 1000 * epoch + replicate
        yield make_record(epoch, loss, trial_id=trial.trial_id, replicate=replicate, timestamp=timestamp)
        if last_breath:
            return


def outcome_of(trial: Trial, replicate: int) -> FitOutcome:
    spec = FitSpec(trial.trial_id, replicate, None, 7, CONFIG.windows, (), CONFIG.model, CONFIG.training)
    whole = FitOutcome(spec, FitStatus.COMPLETED, EPOCHS, 2, score_of(trial, replicate), 0.5, seconds=1.5)
    if trial is DIVERGED and replicate == 1:
        nothing = math.nan
        return replace(
            whole, status=FitStatus.DIVERGED, epochs=2, score=nothing, val_loss=nothing, message="the loss is infinite"
        )
    return whole


def score_of(trial: Trial, replicate: int) -> float:
    return -0.02 + 0.01 * int(trial.trial_id) + 0.002 * replicate


def result_of(trial: Trial) -> TrialResult:
    return TrialResult(trial, tuple(outcome_of(trial, replicate) for replicate in range(SEEDS)))


def play_fit(tracker: Tracker, trial: Trial, replicate: int) -> None:
    for record in records_of(trial, replicate):
        tracker.log_epoch(record)
    tracker.end_fit(outcome_of(trial, replicate))


def play_trials(tracker: Tracker, trials: tuple[Trial, ...] = TRIALS) -> None:
    """Two threads train, so that records of different fits arrive interleaved."""
    for trial in trials:
        tracker.start_trial(trial)
    with ThreadPoolExecutor(2) as threads:
        fits = [(trial, replicate) for trial in trials for replicate in range(SEEDS)]
        for played in [threads.submit(play_fit, tracker, *fit) for fit in fits]:
            played.result()
    for trial in trials:
        tracker.end_trial(result_of(trial))


def make_end(folder: Path, forecaster: bool = False) -> SweepEnd:
    (folder / "leaderboard.csv").write_text("trial,score\n0000,-0.019\n")
    return SweepEnd(
        metrics={"naive_rmse": 1.25, "share_[%]=": 50.0, "p": math.nan},
        tags={"verdict": "Nothing here is shown to beat naive.", "best_trial": "0000"},
        files=("leaderboard.csv",),
        forecaster=forecaster,
        table="trial  score\n0000  -0.019",
        references={
            "naive": {"score": 0.0, "test_rmse": 3.75, "test_skill": 0.0},
            "ets": {"score": 0.002, "test_rmse": 3.8, "test_skill": -0.01},
            "ensemble": {"score": math.nan, "test_rmse": 3.6, "test_skill": 0.04},
        },
    )


def play_sweep(tracker: Tracker, folder: Path, forecaster: bool = False) -> None:
    """A whole sweep that ends well, but for `close`."""
    tracker.start_sweep(make_tracked(folder), [])
    play_trials(tracker)
    tracker.log_scores("0000", {"test_rmse": 3.5, "test_rmse_std": math.nan})
    tracker.end_sweep(make_end(folder, forecaster))


def record_sweep(*trackers: Tracker, folder: Path, forecaster: bool = False) -> None:
    """A whole sweep that ends well, journalled and recorded."""
    journalled = Journalled(*trackers)
    play_sweep(journalled, folder, forecaster)
    journalled.close(failed=False)
