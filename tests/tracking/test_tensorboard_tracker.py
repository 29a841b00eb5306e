import math
import os
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams import api_pb2

from lstm_sweep.storage.encoding import read_lines
from lstm_sweep.tracking.tensorboard.events import EventFile
from lstm_sweep.tracking.tensorboard.tracker import TensorBoardTracker
from lstm_sweep.tracking.tensorboard.verdict_text import verdict_text
from lstm_sweep.tracking.tracker import Tracker
from lstm_sweep.training.epoch_metrics import EPOCH_METRICS
from lstm_sweep.trials.label import setting_text, trial_label
from lstm_sweep.trials.spec import Trial
from tests.configs import compose_config
from tests.contracts.tracker_contract import TrackerContract
from tests.tracking.event_reader import read_curve, read_ending, read_events, read_session
from tests.tracking.scripted import (
    CONFIG,
    EPOCH_ZERO,
    EPOCHS,
    SEEDS,
    TRIALS,
    Deaf,
    Journalled,
    make_end,
    make_tracked,
    outcome_of,
    play_fit,
    play_trials,
    record_sweep,
    records_of,
    score_of,
)

FOLDERS = {
    "0000": "dropout=0.0, activation=tanh",
    "0001": "dropout=0.25, activation=naïve [x]=1_2, 50 _ _so_ _y_ (0001)",
    "0002": "dropout=0.5, activation=tanh",
}
"""Of the trials of `scripted`, by number: the second one has a word that not every file system takes."""

CURVES = {metric.tag: metric.name for metric in EPOCH_METRICS}


class TestTensorBoard(TrackerContract):
    def make_tracker(self, folder: Path) -> Tracker:
        return TensorBoardTracker(folder / "runs")

    def read_labels(self, folder: Path) -> list[str]:
        files = [file.parent for file in folder.glob("runs/*/*/*tfevents*")]
        assert len(files) == len(set(files))
        sessions = [read_session(file)[1] for file in files]
        labels = {trial_label(Trial("", {path: settings[path] for path in TRIALS[0].values})) for settings in sessions}
        return sorted(labels)


def test_each_fit_is_one_run_with_its_curves_at_their_times(tmp_path: Path) -> None:
    tracker = TensorBoardTracker(tmp_path)
    record_sweep(tracker, folder=tmp_path)
    runs = {str(file.parent.relative_to(tmp_path)) for file in tmp_path.glob("**/*tfevents*")}
    fits = {f"{FOLDERS[trial.trial_id]}/seed_{replicate}" for trial in TRIALS for replicate in range(SEEDS)}
    assert runs == fits | {f"{FOLDERS['0000']}/test", "naive", "ets", "ensemble", "verdict"}
    for trial in TRIALS:
        for replicate in range(SEEDS):
            folder = tmp_path / FOLDERS[trial.trial_id] / f"seed_{replicate}"
            records = list(records_of(trial, replicate))
            for tag, name in CURVES.items():
                expected = [(one.epoch, one.timestamp / 1000, one.metrics[name]) for one in records]
                for point, (step, seconds, value) in zip(read_curve(folder, tag), expected, strict=True):
                    assert point[:2] == (step, seconds)
                    assert point[2] == pytest.approx(value, rel=1e-6)


def test_a_file_starts_as_every_event_file_does(tmp_path: Path) -> None:
    tracker = TensorBoardTracker(tmp_path)
    record_sweep(tracker, folder=tmp_path)
    first = next(read_events(tmp_path / FOLDERS["0000"] / "seed_0"))
    assert first.file_version == "brain.Event:2"


def test_an_epoch_can_be_read_before_the_next(tmp_path: Path) -> None:
    tracker = TensorBoardTracker(tmp_path)
    tracker.start_sweep(make_tracked(tmp_path), [])
    tracker.start_trial(TRIALS[0])
    for epoch, record in enumerate(records_of(TRIALS[0], 0), start=1):
        tracker.log_epoch(record)
        assert len(read_curve(tmp_path / FOLDERS["0000"] / "seed_0", "loss/train")) == epoch
    tracker.close(failed=True)


def test_a_fit_ends_with_its_score_and_a_diverged_one_has_none(tmp_path: Path) -> None:
    tracker = TensorBoardTracker(tmp_path)
    record_sweep(tracker, folder=tmp_path)
    ((step, _, score),) = read_curve(tmp_path / FOLDERS["0001"] / "seed_1", "score")
    assert step == EPOCHS
    assert score == pytest.approx(score_of(TRIALS[1], 1))
    assert read_ending(tmp_path / FOLDERS["0001"] / "seed_1") == api_pb2.STATUS_SUCCESS
    ((_, _, nothing),) = read_curve(tmp_path / FOLDERS["0002"] / "seed_1", "score")
    assert math.isnan(nothing)
    assert read_ending(tmp_path / FOLDERS["0002"] / "seed_1") == api_pb2.STATUS_FAILURE


def test_a_fit_that_is_running_has_not_ended(tmp_path: Path) -> None:
    tracker = TensorBoardTracker(tmp_path)
    tracker.start_sweep(make_tracked(tmp_path), [])
    tracker.start_trial(TRIALS[0])
    tracker.log_epoch(next(records_of(TRIALS[0], 0)))
    tracker.close(failed=True)
    assert read_ending(tmp_path / FOLDERS["0000"] / "seed_0") is None


def _settings_of(tmp_path: Path, override: str, *values: Any) -> list[Any]:
    """What trials with these values of the searched setting are described with."""
    config = compose_config(override)
    path = override.removeprefix("search.").partition("=")[0]
    tracker = TensorBoardTracker(tmp_path)
    tracker.start_sweep(make_tracked(tmp_path, config=asdict(config)), [])
    for number, value in enumerate(values):
        trial = Trial(f"{number:04}", {path: value})
        tracker.start_trial(trial)
        play_fit(tracker, trial, 0)
    sessions = {
        read_session(file.parent)[0]: read_session(file.parent)[1][path] for file in tmp_path.rglob("*tfevents*")
    }
    key = path.rpartition(".")[2]
    return [sessions[f"{key}={setting_text(value)} of scripted-2"] for value in values]


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
        tracker.start_sweep(make_tracked(tmp_path, name=name), [])
        tracker.start_trial(TRIALS[0])
        play_fit(tracker, TRIALS[0], 0)
        play_fit(tracker, TRIALS[0], 1)
    groups = [read_session(file.parent)[0] for file in sorted(tmp_path.glob("**/*tfevents*"))]
    row = "dropout=0.0, activation=tanh of dropout"
    assert groups == [row] * 2 + [f"{row}-2"] * 2


def test_folds_are_folders(tmp_path: Path) -> None:
    tracker = TensorBoardTracker(tmp_path)
    tracker.start_sweep(make_tracked(tmp_path, folds=3), [])
    tracker.start_trial(TRIALS[0])
    for record in records_of(TRIALS[0], 1):
        tracker.log_epoch(replace(record, fold=2))
    outcome = outcome_of(TRIALS[0], 1)
    tracker.end_fit(replace(outcome, spec=replace(outcome.spec, fold=2)))
    tracker.close(failed=False)
    assert len(read_curve(tmp_path / FOLDERS["0000"] / "fold_2" / "seed_1", "loss/train")) == EPOCHS
    assert [file.parent.name for file in tmp_path.rglob("*tfevents*")] == ["seed_1"]


def test_a_seed_that_only_the_evaluation_asked_for_is_a_run_too(tmp_path: Path) -> None:
    tracker = Journalled(TensorBoardTracker(tmp_path))
    tracker.start_sweep(make_tracked(tmp_path))
    play_trials(tracker, TRIALS[:1])
    play_fit(tracker, TRIALS[0], SEEDS)
    tracker.close(failed=False)
    assert read_ending(tmp_path / FOLDERS["0000"] / f"seed_{SEEDS}") == api_pb2.STATUS_SUCCESS


def test_what_the_test_span_says_is_a_run_of_the_trial(tmp_path: Path) -> None:
    tracker = Journalled(TensorBoardTracker(tmp_path))
    tracker.start_sweep(make_tracked(tmp_path))
    play_trials(tracker)
    tracker.log_scores("0001", {"test_rmse": 3.5, "test_rmse_std": 0.25, "test_skill": math.nan, "score": -0.5})
    tracker.close(failed=False)
    run = tmp_path / FOLDERS["0001"] / "test"
    assert scalars(run) == {"test/rmse": 3.5}
    assert read_session(run) == read_session(run.parent / "seed_0")
    assert read_ending(run) == api_pb2.STATUS_SUCCESS


def test_naive_and_what_else_is_no_trial_are_a_run_and_a_row_each_without_settings(tmp_path: Path) -> None:
    tracker = TensorBoardTracker(tmp_path)
    record_sweep(tracker, folder=tmp_path)
    written = {name: scalars(tmp_path / name) for name in ("naive", "ets", "ensemble")}
    assert written == {
        "naive": {"score": 0.0, "test/rmse": 3.75, "test/skill": 0.0},
        "ets": pytest.approx({"score": 0.002, "test/rmse": 3.8, "test/skill": -0.01}),
        "ensemble": pytest.approx({"test/rmse": 3.6, "test/skill": 0.04}),
    }
    assert read_session(tmp_path / "naive") == ("naive of scripted-2", {})
    assert read_ending(tmp_path / "naive") == api_pb2.STATUS_SUCCESS


def text_of(folder: Path) -> str:
    """The one text of a run, which is its verdict."""
    (text,) = (value for value in values(folder) if value.WhichOneof("value") == "tensor" and value.tag == "verdict")
    return text.tensor.string_val[0].decode()


def test_the_verdict_stands_above_a_table_of_naive_and_the_trials_best_first(tmp_path: Path) -> None:
    tracker = Journalled(TensorBoardTracker(tmp_path))
    tracker.start_sweep(make_tracked(tmp_path))
    play_trials(tracker)
    tracker.log_scores("0001", {"test_rmse": 3.5, "test_rmse_std": 0.25, "test_skill": 0.0667, "test_mape": 1.5})
    tracker.end_sweep(make_end(tmp_path))
    tracker.close(failed=False)
    verdict, table, legend = text_of(tmp_path / "verdict").split("\n\n")
    assert verdict == "**Nothing here is shown to beat naive.**"
    assert table.splitlines() == [
        "|  | score | test skill | test RMSE | test MSE | test MAPE |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        "| `naive` | 0.00000 | +0.00 % | 3.7500 | – | – |",
        "| `ets` | 0.00200 | -1.00 % | 3.8000 | – | – |",
        "| `ensemble` | – | +4.00 % | 3.6000 | – | – |",
        f"| `{FOLDERS['0000']}` | -0.01900 ± 0.0014 | – | – | – | – |",
        f"| `{FOLDERS['0001']}` | -0.00900 ± 0.0014 | +6.67 % | 3.5000 | – | 1.500 % |",
        f"| `{FOLDERS['0002']}` | – | – | – | – | – |",
    ]
    assert "lower is better" in legend


def test_the_table_of_a_resumed_sweep_has_what_was_before(tmp_path: Path) -> None:
    whole, resumed = tmp_path / "whole", tmp_path / "resumed"
    for folder in (whole, resumed):
        journalled = Journalled(TensorBoardTracker(folder))
        journalled.start_sweep(make_tracked(folder))
        play_trials(journalled)
        if folder == resumed:
            journalled.close(failed=True)
            journalled = Journalled(TensorBoardTracker(folder))
            journalled.start_sweep(make_tracked(folder))
        journalled.log_scores("0000", {"test_rmse": 3.5})
        journalled.end_sweep(make_end(folder))
        journalled.close(failed=False)
    assert text_of(resumed / "verdict") == text_of(whole / "verdict")


def test_of_many_trials_the_table_has_the_best_and_says_how_many_are_left_out() -> None:
    text = verdict_text("Nothing.", {}, {f"x={number}": {"score": -float(number)} for number in range(60)})
    names = re.findall(r"`x=(\d+)`", text)
    assert names == [str(number) for number in range(59, 9, -1)]
    assert "10 trials of lower rank: see leaderboard.csv." in text


def test_a_sweep_that_an_older_version_began_goes_on_in_its_runs(tmp_path: Path) -> None:
    tracker = Journalled(TensorBoardTracker(tmp_path))
    tracker.start_sweep(make_tracked(tmp_path))
    tracker.start_trial(TRIALS[0])
    tracker.close(failed=True)
    with EventFile(tmp_path / "0000" / "seed_0", EPOCH_ZERO) as run:
        run.start_session("scripted-2/0000", {"model.dropout": 0.0, "model.activation": "tanh"}, EPOCH_ZERO)
    tracker = Journalled(TensorBoardTracker(tmp_path))
    tracker.start_sweep(make_tracked(tmp_path))
    play_trials(tracker)
    tracker.log_scores("0000", {"test_rmse": 3.5})
    tracker.close(failed=False)
    runs = {str(file.parent.relative_to(tmp_path)) for file in tmp_path.rglob("*tfevents*")}
    begun = {"0000/seed_0", "0000/seed_1", "0000/test"}
    assert runs == begun | {f"{FOLDERS[number]}/seed_{seed}" for number in ("0001", "0002") for seed in range(SEEDS)}
    assert {read_session(tmp_path / run)[0] for run in begun} == {"scripted-2/0000"}


def test_scores_that_only_the_journal_has_are_made_up_for_once(tmp_path: Path) -> None:
    journalled = Journalled()
    journalled.start_sweep(make_tracked(tmp_path))
    play_trials(journalled, TRIALS[:1])
    journalled.log_scores("0000", {"test_rmse": 3.5, "test_mape": math.nan})
    journalled.close(failed=True)
    for _ in range(2):
        tracker = TensorBoardTracker(tmp_path)
        tracker.start_sweep(make_tracked(tmp_path), [line for _, line in read_lines(tmp_path)])
        tracker.close(failed=True)
    assert read_curve(tmp_path / FOLDERS["0000"] / "test", "test/rmse")[0][2] == 3.5
    assert len(values(tmp_path / FOLDERS["0000"] / "test")) == 1 + 2


def values(folder: Path) -> list[Summary.Value]:
    return [value for event in read_events(folder) for value in event.summary.value]


def scalars(folder: Path) -> dict[str, float]:
    return {value.tag: value.simple_value for value in values(folder) if value.WhichOneof("value") == "simple_value"}


def _interrupted(folder: Path) -> Path:
    """The event file of a fit that was killed in its third epoch, of which the journal has two."""
    tracker = Journalled(TensorBoardTracker(folder))
    tracker.start_sweep(make_tracked(folder))
    tracker.start_trial(TRIALS[0])
    for record in list(records_of(TRIALS[0], 0))[:2]:
        tracker.log_epoch(record)
    tracker.close(failed=True)
    (file,) = (folder / FOLDERS["0000"] / "seed_0").iterdir()
    return file


def _assert_whole(folder: Path) -> None:
    """The run of the fit holds everything once."""
    run = folder / FOLDERS["0000"] / "seed_0"
    records = list(records_of(TRIALS[0], 0))
    for tag, name in CURVES.items():
        points = [(step, value) for step, _, value in read_curve(run, tag)]
        assert points == [(one.epoch, pytest.approx(one.metrics[name])) for one in records]
    assert [step for step, _, _ in read_curve(run, "score")] == [EPOCHS]
    assert read_session(run)[0] == f"{FOLDERS['0000']} of scripted-2"
    assert read_ending(run) == api_pb2.STATUS_SUCCESS
    assert sum(event.file_version != "" for event in read_events(run)) == 1


def _go_on(folder: Path) -> None:
    """The sweep goes on: everything is told anew, of which the journal passes on what is new."""
    tracker = Journalled(TensorBoardTracker(folder))
    tracker.start_sweep(make_tracked(folder))
    tracker.start_trial(TRIALS[0])
    play_fit(tracker, TRIALS[0], 0)
    tracker.close(failed=False)


def test_a_fit_goes_on_in_its_file_wherever_a_kill_cut_it(tmp_path: Path) -> None:
    whole = _interrupted(tmp_path / "whole").read_bytes()
    for length in range(0, len(whole) + 1, 7):
        folder = tmp_path / str(length)
        file = _interrupted(folder)
        file.write_bytes(whole[:length])
        _go_on(folder)
        _assert_whole(folder)


def test_a_fit_that_has_ended_does_not_end_again(tmp_path: Path) -> None:
    _interrupted(tmp_path)
    for _ in range(3):
        _go_on(tmp_path)
    _assert_whole(tmp_path)


def test_a_fit_that_lost_its_file_gets_it_back(tmp_path: Path) -> None:
    _interrupted(tmp_path).unlink()
    _go_on(tmp_path)
    _assert_whole(tmp_path)


def test_a_damaged_record_is_cut_off_with_what_follows(tmp_path: Path) -> None:
    file = _interrupted(tmp_path)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    _go_on(tmp_path)
    _assert_whole(tmp_path)


def test_an_epoch_that_the_journal_lost_in_a_power_cut_is_not_there_twice(tmp_path: Path) -> None:
    _interrupted(tmp_path)
    journal = tmp_path / "journal.jsonl"
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:-1]))
    _go_on(tmp_path)
    _assert_whole(tmp_path)


def test_the_end_of_a_fit_that_only_the_journal_has_is_made_up_for(tmp_path: Path) -> None:
    file = _interrupted(tmp_path)
    before = file.read_bytes()
    _go_on(tmp_path)
    file.write_bytes(before)
    tracker = TensorBoardTracker(tmp_path)
    tracker.start_sweep(make_tracked(tmp_path), [line for _, line in read_lines(tmp_path)])
    tracker.close(failed=False)
    _assert_whole(tmp_path)


def test_a_diverged_fit_that_only_the_journal_has_ends_as_a_failure(tmp_path: Path) -> None:
    record_sweep(Deaf(), folder=tmp_path)
    tracker = TensorBoardTracker(tmp_path)
    tracker.start_sweep(make_tracked(tmp_path), [line for _, line in read_lines(tmp_path)])
    tracker.close(failed=False)
    run = tmp_path / FOLDERS["0002"] / "seed_1"
    assert read_ending(run) == api_pb2.STATUS_FAILURE
    ((_, _, score),) = read_curve(run, "score")
    assert math.isnan(score)


def test_files_of_fits_that_ended_are_closed(tmp_path: Path) -> None:
    record_sweep(Deaf(), folder=tmp_path)
    before = set(os.listdir("/proc/self/fd"))
    tracker = TensorBoardTracker(tmp_path)
    tracker.start_sweep(make_tracked(tmp_path), [line for _, line in read_lines(tmp_path)])
    assert set(os.listdir("/proc/self/fd")) == before
    tracker.close(failed=False)


def test_a_row_holds_what_its_sweep_might_have_swept_but_fixed(tmp_path: Path) -> None:
    record_sweep(TensorBoardTracker(tmp_path / "tensorboard"), folder=tmp_path)
    settings = read_session(tmp_path / "tensorboard" / FOLDERS["0000"] / "seed_0")[1]
    assert (settings["model.dropout"], settings["model.units"]) == (0.0, CONFIG.model.units)
    assert settings["training.optimizer"] == CONFIG.training.optimizer
