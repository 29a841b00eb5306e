"""Exactly once, whatever happens between two writes."""

import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from lstm_sweep.storage.encoding import read_lines
from lstm_sweep.storage.lines import JOURNAL
from lstm_sweep.tracking.mlflow import delivery as mlflow_delivery
from lstm_sweep.tracking.mlflow.cursor import Cursor
from lstm_sweep.tracking.mlflow.delivery import Delivery
from lstm_sweep.tracking.tracker import TrackedSweep
from lstm_sweep.trials.outcome import TrialResult
from lstm_sweep.trials.spec import Trial
from tests.commands import PYTHONPATH
from tests.examples import make_metrics
from tests.storage.raw_lines import raw_lines
from tests.tracking.mlflow_reader import (
    assert_holds_the_journal,
    count_deleted,
    read_children,
    read_history,
    read_parent,
    read_points,
    read_runs,
)
from tests.tracking.scripted import (
    CONFIG,
    NUM_REFERENCES,
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
)


@pytest.fixture
def start(tmp_path: Path) -> TrackedSweep:
    """Of a whole sweep that is journalled, and of which MLflow knows nothing."""
    record_sweep(Deaf(), folder=tmp_path / "sweep")
    return make_tracked(tmp_path / "sweep")


def _deliver(uri: str, start: TrackedSweep) -> None:
    Delivery(uri, start.folder / "artifacts", start).close()


def _line_ends(folder: Path) -> list[int]:
    return [end for end, _ in read_lines(folder)]


def test_a_journal_is_delivered_whole(store: str, start: TrackedSweep) -> None:
    _deliver(store, start)
    assert_holds_the_journal(store, start.folder)
    assert Cursor.load(start.folder) == Cursor(store, read_parent(store).info.run_id, _line_ends(start.folder)[-1])


def test_a_delivery_that_starts_anew_at_every_line_is_as_good(store: str, start: TrackedSweep, tmp_path: Path) -> None:
    growing = replace(start, folder=tmp_path / "growing")
    growing.folder.mkdir()
    written = (start.folder / JOURNAL).read_bytes()
    for end in _line_ends(start.folder):
        (growing.folder / JOURNAL).write_bytes(written[:end])
        Delivery(store, tmp_path / "artifacts", growing).deliver()
    assert_holds_the_journal(store, growing.folder)


def test_whatever_is_delivered_again_changes_nothing(store: str, start: TrackedSweep) -> None:
    """As after a kill between writing to MLflow and moving the cursor, wherever that was."""
    _deliver(store, start)
    runs = sorted(run.info.run_id for run in read_runs(store))
    for offset in [0, *_line_ends(start.folder)]:
        Cursor(store, read_parent(store).info.run_id, offset).save(start.folder)
        _deliver(store, start)
    assert_holds_the_journal(store, start.folder)
    assert sorted(run.info.run_id for run in read_runs(store)) == runs


@pytest.mark.parametrize(
    "content", [None, "", "{", '{"offset": 3}', '{"address": "elsewhere", "run_id": "", "offset": 9}']
)
def test_a_cursor_that_is_gone_or_damaged_or_of_another_store_costs_nothing(
    content: str | None, store: str, start: TrackedSweep
) -> None:
    _deliver(store, start)
    cursor = start.folder / "mlflow.json"
    cursor.unlink() if content is None else cursor.write_text(content)
    _deliver(store, start)
    assert_holds_the_journal(store, start.folder)


def test_a_cursor_beyond_the_end_of_the_journal_starts_from_its_beginning(store: str, start: TrackedSweep) -> None:
    journal = start.folder / JOURNAL
    written = journal.read_bytes()
    journal.write_bytes(written[: _line_ends(start.folder)[3]])
    _deliver(store, start)
    Cursor(store, read_parent(store).info.run_id, 10**9).save(start.folder)
    journal.write_bytes(written)
    _deliver(store, start)
    assert_holds_the_journal(store, start.folder)


def test_a_store_that_was_emptied_is_filled_again(store: str, start: TrackedSweep, empty_store: Path) -> None:
    _deliver(store, start)
    other = f"sqlite:///{start.folder}/other.db"
    Path(start.folder, "other.db").write_bytes(empty_store.read_bytes())
    found = Cursor.load(start.folder)
    assert found is not None
    replace(found, address=other).save(start.folder)
    _deliver(other, start)
    assert_holds_the_journal(other, start.folder)


def test_a_journal_of_many_numbers_is_delivered_in_pieces(
    store: str, start: TrackedSweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mlflow_delivery, "MOST_WAITING", 5)
    delivery = Delivery(store, start.folder / "artifacts", start)
    delivery.close()
    assert delivery.progress >= _line_ends(start.folder)[-1]
    assert_holds_the_journal(store, start.folder)


def test_an_error_in_the_middle_loses_nothing(store: str, start: TrackedSweep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mlflow_delivery, "MOST_WAITING", 5)
    database = store.removeprefix("sqlite:///")
    delivery = Delivery(store, start.folder / "artifacts", start)
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TRIGGER t BEFORE INSERT ON metrics BEGIN SELECT RAISE(ABORT, 'broken'); END")
    for _ in range(2):
        with pytest.raises(MlflowException, match="broken"):
            delivery.deliver()
    progress = delivery.progress
    with pytest.raises(MlflowException):
        delivery.deliver()
    assert delivery.progress == progress  # what is tried again and again is none
    with sqlite3.connect(database) as connection:
        connection.execute("DROP TRIGGER t")
    delivery.close()
    assert delivery.progress > progress
    assert_holds_the_journal(store, start.folder)


def test_damaged_lines_are_left_out(store: str, start: TrackedSweep) -> None:
    lines = (start.folder / JOURNAL).read_bytes().splitlines(keepends=True)
    epoch = next(number for number, line in enumerate(lines) if b'"epoch"' in line)
    lines[epoch] = lines[epoch].replace(b'"loss"', b'"lost"')
    (start.folder / JOURNAL).write_bytes(b"".join(lines) + b'{"kind": "torn')
    _deliver(store, start)
    assert_holds_the_journal(store, start.folder)


def test_a_sweep_goes_on_in_the_same_runs(store: str, tmp_path: Path) -> None:
    interrupted = Journalled(Deaf())
    interrupted.start_sweep(make_tracked(tmp_path))
    play_trials(interrupted, TRIALS[:1])
    interrupted.start_trial(TRIALS[1])
    play_fit(interrupted, TRIALS[1], 0)
    _deliver(store, make_tracked(tmp_path))
    before = {run.info.run_id: run.info.status for run in read_runs(store)}
    assert sorted(before.values()) == ["FINISHED", "KILLED", "KILLED"]
    live = Delivery(store, tmp_path / "artifacts", make_tracked(tmp_path))
    live.deliver()
    assert sorted(run.info.status for run in read_runs(store)) == ["FINISHED", "RUNNING", "RUNNING"]
    play_fit(interrupted, TRIALS[1], 1)
    interrupted.end_trial(TrialResult(TRIALS[1], (outcome_of(TRIALS[1], 0), outcome_of(TRIALS[1], 1))))
    interrupted.end_sweep(make_end(tmp_path))
    interrupted.close(failed=False)
    live.close()
    after = {run.info.run_id: run.info.status for run in read_runs(store)}
    assert set(after.values()) == {"FINISHED"}
    assert before.keys() < after.keys()
    assert len(after) == len(before) + NUM_REFERENCES
    assert_holds_the_journal(store, tmp_path)


def test_settings_that_changed_before_a_sweep_went_on_do_not_stop_it(store: str, start: TrackedSweep) -> None:
    _deliver(store, start)
    (start.folder / "mlflow.json").unlink()
    changed = {**start.config, "resume": "force", "seeds": 7, "new": 1}
    _deliver(store, replace(start, config=changed))
    params = read_parent(store).data.params
    assert (params["seeds"], params["resume"], params["new"]) == (str(SEEDS), "false", "1")


def test_folds_and_extra_seeds_are_told_apart(store: str, tmp_path: Path) -> None:
    journalled = Journalled(Deaf())
    start = make_tracked(tmp_path, seeds=1, folds=2)
    trial = TRIALS[0]
    journalled.start_sweep(start)
    journalled.start_trial(trial)
    outcomes = []
    for fold, replicate in ((0, 0), (1, 0), (0, 1), (1, 1)):
        for record in records_of(trial, 0):
            metrics = make_metrics(record.metrics["loss"] + fold + 10 * replicate)
            journalled.log_epoch(replace(record, fold=fold, replicate=replicate, metrics=metrics))
        outcome = outcome_of(trial, replicate)
        outcomes.append(replace(outcome, spec=replace(outcome.spec, fold=fold)))
        journalled.end_fit(outcomes[-1], origin=f"older/0007/fold_{fold}/seed_0" if replicate else None)
        if (fold, replicate) == (1, 0):
            journalled.end_trial(TrialResult(trial, tuple(outcomes)))
    journalled.end_sweep(make_end(tmp_path))
    journalled.close(failed=False)
    _deliver(store, start)
    assert_holds_the_journal(store, tmp_path)
    child = read_children(store)[trial.trial_id]
    names = {point[0] for point in read_points(store, child)}
    assert {
        f"fold_{fold}/seed_{seed}/{name}" for fold in (0, 1) for seed in (0, 1) for name in ("loss", "score")
    } < names
    means = [value for _, _, value in read_history(store, child, "loss")]
    assert means == pytest.approx([record.metrics["loss"] + 0.5 for record in records_of(trial, 0)])
    assert child.data.tags["fold_1/seed_1/origin"] == "older/0007/fold_1/seed_0"
    assert "fold_1/seed_0/origin" not in child.data.tags


def _same_again(uri: str, run_id: str) -> str:
    """A run as one that is created by a request that was not answered, and was repeated."""
    client = MlflowClient(uri)
    run = client.get_run(run_id)
    tags = {
        name: run.data.tags[name]
        for name in ("sweep_id", "mlflow.parentRunId", "trial", "reference")
        if name in run.data.tags
    }
    again: str = client.create_run(run.info.experiment_id, run.info.start_time, tags).info.run_id
    return again


def test_of_runs_that_are_there_twice_the_empty_one_is_deleted(store: str, start: TrackedSweep) -> None:
    _deliver(store, start)
    before = sorted(run.info.run_id for run in read_runs(store))
    for run_id in before:
        _same_again(store, run_id)
    _deliver(store, start)
    assert sorted(run.info.run_id for run in read_runs(store)) == before
    assert count_deleted(store) == len(before)
    _deliver(store, start)
    assert_holds_the_journal(store, start.folder)


def test_a_run_that_appears_late_is_deleted_at_the_end(store: str, start: TrackedSweep) -> None:
    delivery = Delivery(store, start.folder / "artifacts", start)
    delivery.deliver()
    before = sorted(run.info.run_id for run in read_runs(store))
    _same_again(store, read_children(store)["0001"].info.run_id)
    delivery.close()
    assert sorted(run.info.run_id for run in read_runs(store)) == before


def test_a_trial_that_the_user_has_deleted_stays_deleted_and_stops_nothing(store: str, start: TrackedSweep) -> None:
    _deliver(store, start)
    MlflowClient(store).delete_run(read_children(store)["0001"].info.run_id)
    (start.folder / "mlflow.json").unlink()
    _deliver(store, start)
    assert read_children(store).keys() == {"0000", "0002"}


def test_a_sweep_that_the_user_has_deleted_stays_deleted(store: str, start: TrackedSweep) -> None:
    _deliver(store, start)
    for run in read_runs(store):
        MlflowClient(store).delete_run(run.info.run_id)
    (start.folder / "mlflow.json").unlink()
    _deliver(store, start)
    assert read_runs(store) == []


def test_the_times_of_the_sweep_are_those_of_the_journal(store: str, start: TrackedSweep) -> None:
    _deliver(store, start)
    lines = raw_lines(start.folder)
    parent = read_parent(store).info
    assert (parent.start_time, parent.end_time) == (lines[0]["timestamp"], lines[-1]["timestamp"])


def test_trials_without_settings_are_runs_too(store: str, tmp_path: Path) -> None:
    journalled = Journalled(Deaf())
    journalled.start_sweep(make_tracked(tmp_path))
    journalled.start_trial(Trial("0000", {}))
    journalled.close(failed=True)
    for _ in range(2):
        _deliver(store, make_tracked(tmp_path))
    (child,) = read_children(store).values()
    rate = CONFIG.training.learning_rate
    assert child.data.tags["trial"] == "0000"
    expected = f"layers={CONFIG.model.layers}, units={CONFIG.model.units}, lags=4, learning_rate={rate}"
    assert str(child.info.run_name).startswith(expected)


KILLED_BEFORE_THE_CURSOR = """
import json, os, signal, sys
from pathlib import Path
from lstm_sweep.tracking.mlflow import delivery as mlflow_delivery
from lstm_sweep.tracking.mlflow.cursor import Cursor
from lstm_sweep.tracking.mlflow.delivery import Delivery
from tests.tracking.scripted import make_tracked

mlflow_delivery.MOST_WAITING = 10
saves = iter(range(int(sys.argv[3])))
save = Cursor.save

def save_or_be_killed(cursor, folder):
    if next(saves, None) is None:
        os.kill(os.getpid(), signal.SIGKILL)
    save(cursor, folder)

Cursor.save = save_or_be_killed
folder = Path(sys.argv[2])
Delivery(sys.argv[1], folder / "artifacts", make_tracked(folder)).close()
"""


@pytest.mark.slow
def test_a_process_that_is_killed_between_writing_and_moving_the_cursor(store: str, start: TrackedSweep) -> None:
    environment = os.environ | {"PYTHONPATH": PYTHONPATH}
    statuses = []
    for num_saves in (0, 0, 1, 1, 2, 10**9):
        command = [sys.executable, "-c", KILLED_BEFORE_THE_CURSOR, store, str(start.folder), str(num_saves)]
        statuses.append(subprocess.run(command, env=environment, check=False).returncode)
    assert statuses == [-signal.SIGKILL] * 5 + [0]
    assert_holds_the_journal(store, start.folder)
