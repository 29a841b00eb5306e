"""Which epoch is kept, when a fit stops, and what it came to, over losses that are made up."""

import math

import numpy as np
import pytest

from src.fits import EpochRecord, FitOutcome, FitStatus, TrainingState
from src.runners.progress import Progress
from src.runners.validation import Validation
from src.windows.windows import build_windows
from tests.examples import make_fit, make_series

STATE = TrainingState((np.array(7.0),), ())


def play(
    losses: list[float], patience: int | None = None, initial_epoch: int = 0
) -> tuple[FitOutcome, list[EpochRecord]]:
    """Go through epochs whose validation outputs are off by the root of `losses`, until told to stop."""
    spec = make_fit(patience=patience, initial_epoch=initial_epoch, epochs=initial_epoch + len(losses))
    windows = build_windows(make_series(), spec.windows, ())
    validation = Validation(windows)
    records: list[EpochRecord] = []
    progress: Progress[int] = Progress(spec, validation, records.append)
    for epoch, loss in enumerate(losses):
        outputs = (windows.targets(validation.origins) + np.sqrt(loss)).astype(np.float32)
        if progress.end_epoch(loss, outputs, weights=epoch + 1):
            break
    return progress.outcome(1.5, lambda number: (np.array(number),), lambda: STATE), records


def kept(outcome: FitOutcome) -> int:
    assert outcome.weights is not None
    return int(outcome.weights[0])


def test_last_epoch_is_kept_without_early_stopping() -> None:
    outcome, records = play([3.0, 1.0, 2.0])
    assert (outcome.status, outcome.epochs, outcome.best_epoch, kept(outcome)) == (FitStatus.COMPLETED, 3, 3, 3)
    assert outcome.val_loss == pytest.approx(2.0, rel=1e-6)
    assert outcome.state is STATE
    assert [record.epoch for record in records] == [1, 2, 3]
    assert [record.val_loss for record in records] == pytest.approx([3.0, 1.0, 2.0], rel=1e-6)
    assert outcome.score == pytest.approx(math.log(1 - records[-1].val_skill))


@pytest.mark.parametrize(
    ("losses", "patience", "epochs", "best_epoch"),
    [
        ([3.0, 1.0, 2.0, 2.0, 0.5], 2, 4, 2),
        ([3.0, 1.0, 2.0, 2.0, 0.5], 3, 5, 5),
        ([3.0, 2.0, 1.0], 1, 3, 3),
        ([1.0, 2.0, 3.0], 1, 2, 1),
        ([1.0, 1.0, 1.0, 1.0], 2, 3, 1),
        ([5.0, 4.0, 4.5, 3.0, 3.5, 3.6], 2, 6, 4),
    ],
)
def test_early_stopping_waits_for_its_patience_and_keeps_the_best(
    losses: list[float], patience: int, epochs: int, best_epoch: int
) -> None:
    outcome, records = play(losses, patience)
    assert (outcome.epochs, outcome.best_epoch, kept(outcome)) == (epochs, best_epoch, best_epoch)
    assert outcome.val_loss == records[best_epoch - 1].val_loss
    assert len(records) == epochs


@pytest.mark.parametrize("patience", [None, 5])
@pytest.mark.parametrize("loss", [math.nan, math.inf])
def test_fit_that_diverges_stops_at_once_and_keeps_nothing(patience: int | None, loss: float) -> None:
    outcome, records = play([1.0, loss, 0.5], patience)
    assert (outcome.status, outcome.epochs, outcome.best_epoch) == (FitStatus.DIVERGED, 2, 0)
    assert (outcome.weights, outcome.state, outcome.validation_forecast) == (None, None, None)
    assert math.isnan(outcome.score)
    assert math.isnan(outcome.val_loss)
    assert outcome.message == "the loss stopped being finite in epoch 2"
    assert [record.epoch for record in records] == [1, 2], "the epoch that diverged is reported too"


def test_continued_fit_counts_from_the_very_start() -> None:
    outcome, records = play([3.0, 1.0, 2.0], patience=1, initial_epoch=4)
    assert [record.epoch for record in records] == [5, 6, 7]
    assert (outcome.epochs, outcome.best_epoch) == (7, 6)
    assert outcome.val_loss == records[1].val_loss
