"""Which epoch is kept, when a fit stops, and what it came to, over losses that are made up."""

import math
import weakref
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from lstm_sweep.training.listening import Listening
from lstm_sweep.training.progress import Progress
from lstm_sweep.training.runner import FitListener
from lstm_sweep.training.validation import Validation, ValidationScore
from lstm_sweep.trials.checkpoint import Checkpoint, TrainingState
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, FitStatus
from lstm_sweep.trials.spec import FitSpec
from lstm_sweep.windows.windows import build_windows
from tests.examples import make_fit, make_series, make_windows
from tests.listeners import Recorder

WINDOWS = build_windows(make_series(), make_windows(), ())
VALIDATION = Validation(WINDOWS)


def score_of(loss: float) -> ValidationScore:
    """Of outputs that are off by the root of `loss`."""
    outputs = (WINDOWS.targets(VALIDATION.origins) + np.sqrt(loss)).astype(np.float32)
    return VALIDATION.score(outputs)


def state_of(epoch: int) -> TrainingState:
    """Told apart by its only weight."""
    return TrainingState((np.array(epoch),), (np.array(-epoch),))


def play(
    losses: list[float], patience: int | None = None, initial_epoch: int = 0
) -> tuple[FitOutcome, list[EpochRecord]]:
    """Go through epochs whose validation outputs are off by the root of `losses`, until told to stop."""
    spec = make_fit(patience=patience, initial_epoch=initial_epoch, epochs=initial_epoch + len(losses))
    recorder = Recorder()
    progress = Progress(spec, Listening(recorder, math.inf))
    for epoch, loss in enumerate(losses):
        progress.end_epoch(loss, score_of(loss), partial(state_of, epoch + 1))
        if progress.has_ended:
            break
    return progress.outcome(), recorder.records


def kept(outcome: FitOutcome) -> int:
    assert outcome.weights is not None
    return int(outcome.weights[0])


def test_last_epoch_is_kept_without_early_stopping() -> None:
    outcome, records = play([3.0, 1.0, 2.0])
    assert (outcome.status, outcome.epochs, outcome.best_epoch, kept(outcome)) == (FitStatus.COMPLETED, 3, 3, 3)
    assert outcome.val_loss == pytest.approx(2.0, rel=1e-6)
    assert outcome.state == state_of(3)
    assert [record.epoch for record in records] == [1, 2, 3]
    assert [record.metrics["val_loss"] for record in records] == pytest.approx([3.0, 1.0, 2.0], rel=1e-6)
    assert outcome.score == pytest.approx(math.log(1 - records[-1].metrics["val_skill"]))


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
    assert outcome.val_loss == records[best_epoch - 1].metrics["val_loss"]
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
    assert outcome.val_loss == records[1].metrics["val_loss"]


class Clock:
    """Stands for the module `time`: epochs take as long as a test says."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def time_ns(self) -> int:
        return int(self.now * 1e9)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("lstm_sweep.training.progress.time", clock)
    return clock


def test_checkpoint_is_left_once_so_many_seconds_have_passed_since_the_last(clock: Clock) -> None:
    recorder = Recorder()
    progress = Progress(make_fit(epochs=9), Listening(recorder, checkpoint_seconds=60))
    for epoch, seconds in enumerate([30, 29.9, 0.1, 59, 1, 200, 10, 10, 500], start=1):
        clock.now += seconds
        progress.end_epoch(1.0, score_of(1.0), partial(state_of, epoch))
    assert progress.has_ended
    assert [len(each.val_losses) for _, each in recorder.checkpoints] == [3, 5, 6], "none with the last epoch"
    assert [each.state for _, each in recorder.checkpoints] == [state_of(3), state_of(5), state_of(6)]
    assert [each.seconds for _, each in recorder.checkpoints] == pytest.approx([60, 120, 320])
    assert progress.outcome().seconds == pytest.approx(840)


def test_time_that_a_checkpoint_takes_to_write_does_not_count_towards_the_next(clock: Clock) -> None:
    class SlowDisk(FitListener):
        def __init__(self) -> None:
            self.epochs: list[int] = []

        def on_epoch(self, record: EpochRecord) -> None:
            clock.now += 10

        def on_checkpoint(self, spec: FitSpec, checkpoint: Checkpoint) -> None:
            clock.now += 1000
            self.epochs.append(len(checkpoint.val_losses))

        def on_fit(self, outcome: FitOutcome) -> None:
            raise NotImplementedError

        def must_stop(self) -> bool:
            return False

    disk = SlowDisk()
    progress = Progress(make_fit(epochs=9), Listening(disk, checkpoint_seconds=20))
    for epoch in range(1, 7):
        progress.end_epoch(1.0, score_of(1.0), partial(state_of, epoch))
    assert disk.epochs == [2, 4, 6]


def test_seconds_of_a_resumed_fit_add_up(clock: Clock) -> None:
    first = Recorder()
    progress = Progress(make_fit(epochs=9), Listening(first, checkpoint_seconds=0))
    clock.now += 40
    progress.end_epoch(1.0, score_of(1.0), partial(state_of, 1))
    clock.now += 10000
    second = Recorder()
    resumed = Progress(
        make_fit(epochs=3, checkpoint=first.checkpoints[0][1]), Listening(second, checkpoint_seconds=3600)
    )
    clock.now += 2
    resumed.end_epoch(1.0, score_of(1.0), partial(state_of, 2))
    resumed.stop()
    clock.now += 5
    resumed.end_epoch(1.0, score_of(1.0), partial(state_of, 3))
    assert [each.seconds for _, each in second.checkpoints] == pytest.approx([42])
    assert resumed.outcome().seconds == pytest.approx(47)


def test_stop_leaves_one_checkpoint_of_an_epoch_and_none_without_a_new_one() -> None:
    recorder = Recorder()
    progress = Progress(make_fit(epochs=3), Listening(recorder, math.inf))
    progress.stop()
    assert recorder.heard == []
    progress.end_epoch(1.0, score_of(1.0), partial(state_of, 1))
    progress.stop()
    progress.stop()
    assert [len(each.val_losses) for _, each in recorder.checkpoints] == [1]
    Progress(make_fit(epochs=3, checkpoint=recorder.checkpoints[0][1]), Listening(recorder, math.inf)).stop()
    assert len(recorder.checkpoints) == 1


@pytest.mark.parametrize("split", [1, 2, 3, 4])
@pytest.mark.parametrize("patience", [None, 2])
def test_kept_epoch_and_patience_look_back_beyond_a_checkpoint(split: int, patience: int | None) -> None:
    losses = [3.0, 1.0, 2.0, 1.5, 9.0] if patience is None else [3.0, 1.0, 2.0]
    losses = [5.0, 4.0, *losses]
    spec = make_fit(patience=patience, initial_epoch=10, epochs=10 + len(losses))
    whole, _ = play(losses, patience, initial_epoch=10)
    recorder = Recorder()
    progress = Progress(spec, Listening(recorder, math.inf))
    for epoch, loss in enumerate(losses[:split], start=1):
        progress.end_epoch(loss, score_of(loss), partial(state_of, epoch))
    progress.stop()
    resumed = Progress(replace(spec, checkpoint=recorder.checkpoints[0][1]), Listening(recorder, math.inf))
    for epoch, loss in enumerate(losses[split:], start=split + 1):
        assert not resumed.has_ended
        resumed.end_epoch(loss, score_of(loss), partial(state_of, epoch))
    outcome = resumed.outcome()
    assert (outcome.epochs, outcome.best_epoch, kept(outcome)) == (whole.epochs, whole.best_epoch, kept(whole))
    assert (outcome.score, outcome.val_loss) == (whole.score, whole.val_loss)
    assert [record.epoch for record in recorder.records] == list(range(11, whole.epochs + 1))


def test_only_the_kept_forecast_stays_in_memory() -> None:
    progress = Progress(make_fit(epochs=50), Listening(Recorder(), math.inf))
    scores = [score_of(1.0 / epoch) for epoch in range(1, 51)]
    forecasts = [weakref.ref(score.forecast) for score in scores]
    for epoch in range(1, 51):
        progress.end_epoch(1.0, scores.pop(0), partial(state_of, epoch))
    assert [forecast() is not None for forecast in forecasts] == [False] * 49 + [True]


def test_failed_fit_says_how_many_epochs_it_had_and_why_though_the_error_has_no_words() -> None:
    progress = Progress(make_fit(epochs=3), Listening(Recorder(), math.inf))
    progress.end_epoch(1.0, score_of(1.0), partial(state_of, 1))
    try:
        raise MemoryError
    except MemoryError as error:
        outcome = progress.failed(error)
    assert (outcome.status, outcome.epochs) == (FitStatus.FAILED, 1)
    assert outcome.message.startswith("MemoryError()\nTraceback")
    assert progress.has_ended
