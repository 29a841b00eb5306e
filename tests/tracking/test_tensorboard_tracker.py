import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from tensorboard.plugins.hparams import api_pb2

from src.fits import Trial
from src.tracking.labels import trial_label
from src.tracking.tensorboard_tracker import TensorBoardTracker
from src.tracking.tracker import Tracker
from tests.configs import compose_config
from tests.contracts.tracker_contract import TrackerContract
from tests.tracking.event_reader import read_curve, read_ending, read_events, read_session
from tests.tracking.scripted import (
    EPOCHS,
    SEEDS,
    TRIALS,
    make_start,
    play_fit,
    play_sweep,
    records_of,
    score_of,
)

CURVES = {"loss/train": "loss", "loss/validation": "val_loss", "skill/validation": "val_skill"}


class TestTensorBoard(TrackerContract):
    @pytest.fixture
    def tracker(self, tmp_path: Path) -> Tracker:
        return TensorBoardTracker(tmp_path / "runs")

    def read_labels(self, folder: Path) -> set[str]:
        sessions = [read_session(file.parent)[1] for file in folder.glob("runs/*/*/*tfevents*")]
        return {trial_label(Trial("", {path: settings[path] for path in TRIALS[0].values})) for settings in sessions}


def test_each_fit_is_one_run_with_its_curves_at_their_times(tmp_path: Path) -> None:
    tracker = TensorBoardTracker(tmp_path)
    play_sweep(tracker, tmp_path)
    tracker.close(failed=False)
    runs = {str(file.parent.relative_to(tmp_path)) for file in tmp_path.glob("**/*tfevents*")}
    assert runs == {f"{trial.trial_id}/seed_{replicate}" for trial in TRIALS for replicate in range(SEEDS)}
    for trial in TRIALS:
        for replicate in range(SEEDS):
            folder = tmp_path / trial.trial_id / f"seed_{replicate}"
            records = list(records_of(trial, replicate))
            for tag, name in (
                ("loss/train", "loss"),
                ("loss/validation", "val_loss"),
                ("skill/validation", "val_skill"),
            ):
                expected = [(one.epoch, one.timestamp / 1000, getattr(one, name)) for one in records]
                for point, (step, seconds, value) in zip(read_curve(folder, tag), expected, strict=True):
                    assert point[:2] == (step, seconds)
                    assert point[2] == pytest.approx(value, rel=1e-6)


def test_a_file_starts_as_every_event_file_does(tmp_path: Path) -> None:
    tracker = TensorBoardTracker(tmp_path)
    play_sweep(tracker, tmp_path)
    first = next(read_events(tmp_path / "0000" / "seed_0"))
    assert first.file_version == "brain.Event:2"


def test_an_epoch_can_be_read_before_the_next(tmp_path: Path) -> None:
    tracker = TensorBoardTracker(tmp_path)
    tracker.start_sweep(make_start(tmp_path))
    tracker.start_trial(TRIALS[0])
    for epoch, record in enumerate(records_of(TRIALS[0], 0), start=1):
        tracker.log_epoch(record)
        assert len(read_curve(tmp_path / "0000" / "seed_0", "loss/train")) == epoch
    tracker.close(failed=True)


def test_a_fit_ends_with_its_score_and_a_diverged_one_has_none(tmp_path: Path) -> None:
    tracker = TensorBoardTracker(tmp_path)
    play_sweep(tracker, tmp_path)
    ((step, _, score),) = read_curve(tmp_path / "0001" / "seed_1", "score")
    assert step == EPOCHS
    assert score == pytest.approx(score_of(TRIALS[1], 1))
    assert read_ending(tmp_path / "0001" / "seed_1") == api_pb2.STATUS_SUCCESS
    ((_, _, nothing),) = read_curve(tmp_path / "0002" / "seed_1", "score")
    assert math.isnan(nothing)
    assert read_ending(tmp_path / "0002" / "seed_1") == api_pb2.STATUS_FAILURE


def test_a_fit_that_is_running_has_not_ended(tmp_path: Path) -> None:
    tracker = TensorBoardTracker(tmp_path)
    tracker.start_sweep(make_start(tmp_path))
    tracker.start_trial(TRIALS[0])
    tracker.log_epoch(next(records_of(TRIALS[0], 0)))
    tracker.close(failed=True)
    assert read_ending(tmp_path / "0000" / "seed_0") is None


def _settings_of(tmp_path: Path, override: str, *values: Any) -> list[Any]:
    """What trials with these values of the searched setting are described with."""
    config = compose_config(override)
    path = override.removeprefix("search.").partition("=")[0]
    tracker = TensorBoardTracker(tmp_path)
    tracker.start_sweep(make_start(tmp_path, config=asdict(config)))
    for number, value in enumerate(values):
        trial = Trial(f"{number:04}", {path: value})
        tracker.start_trial(trial)
        play_fit(tracker, trial, 0)
    return [read_session(tmp_path / f"{number:04}" / "seed_0")[1][path] for number in range(len(values))]


def test_numbers_and_booleans_stay_what_they_are(tmp_path: Path) -> None:
    assert _settings_of(tmp_path / "a", "search.training.learning_rate=[1,0.5]", 1, 0.5) == [1.0, 0.5]
    assert _settings_of(tmp_path / "b", "search.windows.lags={low:1,high:9,step:1}", 3, 4) == [3.0, 4.0]
    stateful = _settings_of(tmp_path / "c", "search.model.stateful=[false,true]", False, True)
    assert [stateful[0] is False, stateful[1] is True] == [True, True]


def test_a_column_with_null_in_it_is_all_words(tmp_path: Path) -> None:
    written = _settings_of(tmp_path, "search.training.clipnorm=[null,0.5,1.0]", None, 0.5, 1.0)
    assert written == ["null", "0.5", "1.0"]


def test_seeds_of_a_trial_are_one_group_and_sweeps_are_kept_apart(tmp_path: Path) -> None:
    for name in ("dropout", "dropout-2"):
        tracker = TensorBoardTracker(tmp_path / name)
        tracker.start_sweep(make_start(tmp_path, name=name))
        tracker.start_trial(TRIALS[0])
        play_fit(tracker, TRIALS[0], 0)
        play_fit(tracker, TRIALS[0], 1)
    groups = [read_session(file.parent)[0] for file in sorted(tmp_path.glob("**/*tfevents*"))]
    assert groups == ["dropout/0000"] * 2 + ["dropout-2/0000"] * 2
