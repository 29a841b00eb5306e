"""Sweeps of as many trials as wanted, with invented numbers."""

from dataclasses import asdict
from pathlib import Path

import numpy as np

from lstm_sweep.storage.folder import write_config
from lstm_sweep.tracking.tensorboard.tracker import TensorBoardTracker
from lstm_sweep.trials.outcome import FitOutcome, FitStatus, TrialResult
from lstm_sweep.trials.spec import FitSpec, Trial
from tests.configs import compose_config
from tests.examples import make_record
from tests.tracking.scripted import CONFIG, EPOCH_ZERO, Journalled, make_end, make_tracked


def write_sweep(folder: Path, num_trials: int) -> None:
    """A sweep that has ended, of one seed and two epochs; later trials are better."""
    search = ("search.model.dropout={low:0,high:0.9}", "search.windows.lags={low:5,high:60,step:1}")
    config = asdict(compose_config(*search, "tuner=random", f"tuner.max_trials={num_trials}", "seeds=1"))
    swept = ("model.dropout", "windows.lags")
    tracker = Journalled(TensorBoardTracker(folder / "tensorboard"))
    tracker.start_sweep(make_tracked(folder, folder.name, config, seeds=1, num_trials=num_trials, swept=swept))
    write_config(folder, config)
    generator = np.random.default_rng(0)
    for number in range(num_trials):
        values = {"model.dropout": float(generator.uniform(0, 0.9)), "windows.lags": int(generator.integers(5, 61))}
        _play(tracker, Trial(f"{number:04}", values), score=0.01 - 0.0001 * number)
    tracker.end_sweep(make_end(folder))
    tracker.close(failed=False)


def _play(tracker: Journalled, trial: Trial, score: float) -> None:
    tracker.start_trial(trial)
    for epoch in (1, 2):
        tracker.log_epoch(make_record(epoch, 1 / epoch, trial_id=trial.trial_id, timestamp=EPOCH_ZERO + epoch))
    spec = FitSpec(trial.trial_id, 0, None, 7, CONFIG.windows, (), CONFIG.model, CONFIG.training)
    outcome = FitOutcome(spec, FitStatus.COMPLETED, 2, 2, score, 0.5, seconds=1.0)
    tracker.end_fit(outcome)
    tracker.end_trial(TrialResult(trial, (outcome,)))
    tracker.log_scores(trial.trial_id, {"test_rmse": 3.5, "test_skill": -score})
