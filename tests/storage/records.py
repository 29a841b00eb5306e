"""Records of a small sweep, made by hand."""

import math
from typing import Any

import numpy as np

from lstm_sweep.storage.facts import DataFacts, SweepEnd, SweepStart
from lstm_sweep.trials.checkpoint import Checkpoint, Kept, TrainingState
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, FitStatus
from tests import examples
from tests.examples import make_fit

WEIGHTS = (
    np.array([[1 / 3, -0.0], [np.inf, 1e-45]], np.float32),
    np.array(2**31 - 1, np.int32),
    np.array(np.nan, np.float32),
    *(np.arange(size, dtype=np.float32) for size in range(12)),
)
"""More than ten, so that their order is not that of their names."""

STATE = TrainingState(WEIGHTS, WEIGHTS[::-1])
FORECAST = np.array([[1 / 3], [1e300]])


START = SweepStart(
    sweep_id="1f",
    name="dropout",
    data=DataFacts("prices", "ab" * 32, 300, "2020-01-01T00:00:00", "2020-10-26T00:00:00", ("volume",), ("A note.",)),
    swept=("model.dropout",),
    num_trials=6,
    seeds=2,
    folds=None,
    epochs=3,
    environment={"libraries": {"numpy": "2.4.6"}},
    commit="0123-dirty",
)
END = SweepEnd(
    {"naive_rmse": 1 / 3, "p": math.nan},
    {"verdict": "Nothing."},
    ("leaderboard.csv",),
    True,
    "trial  score",
    {"naive": {"score": 0.0, "test_rmse": 1 / 3}, "ensemble": {"score": math.nan}},
)


def make_record(epoch: int, loss: float = 0.5, trial_id: str = "0003", fold: int | None = None) -> EpochRecord:
    return examples.make_record(epoch, loss, trial_id=trial_id, replicate=1, fold=fold)


def make_outcome(**changes: Any) -> FitOutcome:
    spec = make_fit(trial_id="0003", replicate=1, features=("volume",), fold=None)
    numbers = {"status": FitStatus.COMPLETED, "epochs": 2, "best_epoch": 1, "score": -0.1, "val_loss": 1 / 3}
    arrays = {"weights": WEIGHTS, "validation_forecast": FORECAST, "state": STATE}
    return FitOutcome(**{"spec": spec, "seconds": 1.5, **numbers, **arrays, **changes})


def make_checkpoint() -> Checkpoint:
    return Checkpoint(STATE, (0.3, 1 / 3, 0.2), Kept(3, -0.1, 0.2, FORECAST, WEIGHTS[:2]), seconds=12.25)


def same_bits(ones: Any, others: Any) -> bool:
    return [(one.dtype, one.shape, one.tobytes()) for one in ones] == [
        (other.dtype, other.shape, other.tobytes()) for other in others
    ]
