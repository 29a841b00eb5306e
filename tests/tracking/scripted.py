"""A small sweep with known numbers, played to a tracker as a tuner and its runner would."""

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from src.fits import EpochRecord, FitOutcome, FitSpec, FitStatus, Trial, TrialResult
from src.series.series import Series
from src.tracking.tracker import SweepEnd, SweepStart, Tracker
from tests.configs import compose_config

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
CONFIG = compose_config("name=scripted", "search.model.dropout=[0.0,0.25,0.5]", f"seeds={SEEDS}", "windows.lags=4")


def make_series(name: str = "prices [EUR] =ü.csv") -> Series:
    days = np.datetime64("2024-01-01", "ns") + np.arange(60) * np.timedelta64(1, "D")
    prices = np.linspace(100.0, 130.0, 60)
    volume = {"volume": np.linspace(5.0, 9.0, 60)}
    return Series(name, days, prices, np.zeros(60, bool), volume, notes=("2 empty bars were filled forward.",))


def make_start(folder: Path, name: str = "scripted-2", config: dict[str, Any] | None = None) -> SweepStart:
    return SweepStart(
        name=name,
        folder=folder,
        config=asdict(CONFIG) if config is None else config,
        series=make_series(),
        swept=("model.dropout", "model.activation"),
        num_trials=len(TRIALS),
        seeds=SEEDS,
        epochs=EPOCHS,
    )


def loss_at(trial: Trial, replicate: int, epoch: int) -> float:
    """Any number that tells fits and epochs apart."""
    return (1.0 + int(trial.trial_id) + 0.1 * replicate) / epoch


def records_of(trial: Trial, replicate: int) -> Iterator[EpochRecord]:
    """The epochs of one fit; the diverged trial's second seed ends on an infinite loss."""
    for epoch in range(1, EPOCHS + 1):
        last_breath = trial is DIVERGED and replicate == 1 and epoch == 2
        loss = math.inf if last_breath else loss_at(trial, replicate, epoch)
        timestamp = EPOCH_ZERO + 1000 * epoch + replicate
        yield EpochRecord(trial.trial_id, replicate, 0, epoch, loss, 2 * loss, 1 - loss, timestamp)
        if last_breath:
            return


def outcome_of(trial: Trial, replicate: int) -> FitOutcome:
    spec = FitSpec(trial.trial_id, replicate, 0, 7, CONFIG.windows, (), CONFIG.model, CONFIG.training)
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


def make_end(folder: Path, forecaster: Path | None = None) -> SweepEnd:
    leaderboard = folder / "leaderboard.csv"
    leaderboard.write_text("trial,score\n0000,-0.019\n")
    return SweepEnd(
        metrics={"naive_rmse": 1.25, "share_[%]=": 50.0, "p": math.nan},
        tags={"verdict": "Nothing here is shown to beat naive.", "best_trial": "0000"},
        files=(leaderboard,),
        forecaster=forecaster,
        table="trial  score\n0000  -0.019",
    )


def play_sweep(tracker: Tracker, folder: Path, forecaster: Path | None = None) -> None:
    """A whole sweep that ends well, but for `close`."""
    tracker.start_sweep(make_start(folder))
    play_trials(tracker)
    tracker.log_scores("0000", {"test_rmse": 3.5, "test_rmse_std": math.nan})
    tracker.end_sweep(make_end(folder, forecaster))
