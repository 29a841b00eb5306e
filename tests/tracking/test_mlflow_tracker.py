import json
import math
import shutil
import sqlite3
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from lstm_sweep.tracking.mlflow.tracker import MlflowTracker
from lstm_sweep.tracking.tracker import Tracker
from lstm_sweep.training.epoch_metrics import EPOCH_METRICS
from lstm_sweep.trials.label import trial_label
from lstm_sweep.trials.outcome import FitStatus, TrialResult
from tests.contracts.tracker_contract import PATIENCE, TrackerContract
from tests.tracking.mlflow_reader import read_children, read_history, read_parent, read_references, read_runs
from tests.tracking.scripted import (
    COMMIT,
    CONFIG,
    DIVERGED,
    EPOCHS,
    ODD_WORD,
    TRIALS,
    Journalled,
    loss_at,
    make_series,
    make_tracked,
    outcome_of,
    play_fit,
    play_trials,
    record_sweep,
    records_of,
    score_of,
)


def read_finished(uri: str) -> list[Run]:
    return [run for run in read_children(uri).values() if run.info.status == "FINISHED"]


class TestMlflow(TrackerContract):
    @pytest.fixture(autouse=True)
    def uri(self, store: str) -> None:
        self.store = store

    def make_tracker(self, folder: Path) -> Tracker:
        return MlflowTracker(self.store, folder / "artifacts")

    def read_labels(self, folder: Path) -> list[str]:
        return sorted(run.info.run_name or "" for run in read_runs(self.store) if "trial" in run.data.tags)


@pytest.fixture(scope="module")
def played(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a store that holds one whole sweep."""
    folder = tmp_path_factory.mktemp("play ed")
    shutil.copy(empty_store, folder)
    uri = f"sqlite:///{folder}/mlflow.db"
    record_sweep(MlflowTracker(uri, folder / "unused"), folder=folder)
    return uri


def test_a_sweep_is_a_parent_and_its_trials_are_children(played: str) -> None:
    parent, children = read_parent(played), read_children(played)
    assert parent.info.run_name == "scripted-2"
    assert MlflowClient(played).get_experiment(parent.info.experiment_id).name == "scripted"
    assert children.keys() == {trial.trial_id for trial in TRIALS}
    for trial in TRIALS:
        child = children[trial.trial_id]
        assert child.info.run_name == trial_label(trial)
        assert child.data.tags["mlflow.parentRunId"] == parent.info.run_id
        assert child.info.experiment_id == parent.info.experiment_id


def test_runs_of_a_sweep_that_ended_have_finished(played: str) -> None:
    assert {run.info.status for run in read_runs(played)} == {"FINISHED"}


def test_children_have_all_settings_of_their_trial_and_no_others(played: str) -> None:
    whole = read_parent(played).data.params
    of_sweep = ("name", "resume", "cache", "search.", "tracking.", "budget.")
    expected = {path: text for path, text in whole.items() if not path.startswith(of_sweep)}
    expected |= {"model.dropout": "0.25", "model.activation": ODD_WORD}
    assert read_children(played)["0001"].data.params == expected


def test_children_have_the_data_and_the_source_of_their_sweep(played: str) -> None:
    parent = read_parent(played)
    for run in (*read_children(played).values(), *read_references(played).values()):
        assert run.inputs.dataset_inputs == parent.inputs.dataset_inputs
        for name in ("mlflow.source.name", "mlflow.source.git.commit", "sweep", "data", "data_digest"):
            assert run.data.tags[name] == parent.data.tags[name]
    assert {run.data.tags["kind"] for run in read_children(played).values()} == {"trial"}


def test_naive_the_baselines_and_the_ensemble_are_runs_with_the_metrics_of_trials(played: str) -> None:
    references = read_references(played)
    assert references["naive"].data.metrics == {"score": 0.0, "test_rmse": 3.75, "test_skill": 0.0}
    assert references["ensemble"].data.metrics == {"test_rmse": 3.6, "test_skill": 0.04}
    kinds = {name: run.data.tags["kind"] for name, run in references.items()}
    assert kinds == {"naive": "baseline", "ets": "baseline", "ensemble": "ensemble"}


def test_the_parent_has_the_whole_config(played: str) -> None:
    params = read_parent(played).data.params
    config = asdict(CONFIG)
    sections = ("windows", "model", "training", "tuner", "runner", "evaluation")
    paths = {f"{section}.{key}" for section in sections for key in config[section]}
    assert paths <= params.keys()
    assert params["windows.lags"] == "4"
    assert params["model.stateful"] == "false"
    assert params["training.clipnorm"] == "null"
    searched = {path: text for path, text in params.items() if path.startswith("search.")}
    assert searched == {"search.model.dropout": "[0.0, 0.25, 0.5]"}


def test_the_parent_tells_what_code_and_data_it_came_from(played: str) -> None:
    parent, series = read_parent(played), make_series()
    tags = parent.data.tags
    assert tags["mlflow.source.git.commit"] == COMMIT.removesuffix("-dirty")
    assert tags["git_dirty"] == "true"
    assert tags["environment.libraries.numpy"] == np.__version__
    assert tags["environment.devices"] == '["cpu", "cpu"]'
    assert tags["data_digest"] == series.digest
    (dataset,) = [one.dataset for one in parent.inputs.dataset_inputs]
    assert dataset.name == series.name
    assert series.digest.startswith(dataset.digest)
    assert len(dataset.digest) == 32


def test_each_seed_has_its_curves_at_their_times(played: str) -> None:
    child = read_children(played)["0001"]
    for replicate in range(2):
        for name in (metric.name for metric in EPOCH_METRICS):
            expected = [(one.epoch, one.timestamp, one.metrics[name]) for one in records_of(TRIALS[1], replicate)]
            assert read_history(played, child, f"seed_{replicate}/{name}") == expected


def test_a_trial_has_the_mean_curve_of_its_seeds(played: str) -> None:
    child = read_children(played)["0001"]
    points = read_history(played, child, "val_loss")
    assert [step for step, _, _ in points] == list(range(1, EPOCHS + 1))
    for step, _, value in points:
        assert value == pytest.approx(loss_at(TRIALS[1], 0, step) + loss_at(TRIALS[1], 1, step))


def test_a_trial_ends_with_its_score(played: str) -> None:
    child = read_children(played)["0001"]
    scores = [score_of(TRIALS[1], replicate) for replicate in range(2)]
    assert child.data.metrics["score"] == pytest.approx(np.mean(scores))
    assert child.data.metrics["score_std"] == pytest.approx(np.std(scores, ddof=1))
    assert child.data.metrics["skill"] == pytest.approx(1 - np.exp(np.mean(scores)))
    assert child.data.metrics["seed_1/score"] == pytest.approx(scores[1])
    assert child.data.metrics["epochs"] == EPOCHS
    assert child.data.tags["status"] == "completed"


def test_a_diverged_trial_is_a_result_without_a_score(played: str) -> None:
    child = read_children(played)[DIVERGED.trial_id]
    assert child.info.status == "FINISHED"
    assert child.data.tags["status"] == "diverged"
    assert child.data.tags["message"] == "the loss is infinite"
    assert not {"score", "score_std", "skill", "seed_1/score"} & child.data.metrics.keys()
    assert len(read_history(played, child, "seed_0/loss")) == EPOCHS
    assert len(read_history(played, child, "loss")) == 1  # only the first epoch has a finite mean


def test_no_number_in_the_store_is_infinite_or_missing(played: str) -> None:
    with sqlite3.connect(played.removeprefix("sqlite:///")) as connection:
        largest, missing = connection.execute("SELECT MAX(ABS(value)), SUM(is_nan) FROM metrics").fetchone()
    assert largest < 1e9
    assert missing == 0


def test_scores_of_the_evaluation_reach_the_trial_that_has_ended(played: str) -> None:
    metrics = read_children(played)["0000"].data.metrics
    assert metrics["test_rmse"] == 3.5
    assert "test_rmse_std" not in metrics


def test_the_parent_ends_with_metrics_words_and_files(played: str, tmp_path: Path) -> None:
    parent = read_parent(played)
    assert parent.data.metrics == {"naive_rmse": 1.25, "share_____": 50.0}
    assert parent.data.tags["best_trial"] == "0000"
    note = parent.data.tags["mlflow.note.content"]
    assert note.startswith("Nothing here is shown to beat naive.\n\n")
    assert note.endswith("\n- 2 empty bars were filled forward.")
    found = MlflowClient(played).download_artifacts(parent.info.run_id, "leaderboard.csv", str(tmp_path))
    assert Path(found).read_text() == "trial,score\n0000,-0.019\n"


def test_the_leaderboard_is_a_table_of_mlflow(played: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `MlflowClient.load_table` reads it, which knows nothing of who wrote it."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", played)
    parent = read_parent(played)
    table = MlflowClient(played).load_table(parent.info.experiment_id, "leaderboard.json", [parent.info.run_id])
    assert table.to_dict("records") == [{"trial": 0, "score": -0.019}]  # pandas takes '0000' for a number
    assert json.loads(parent.data.tags["mlflow.loggedArtifacts"]) == [{"path": "leaderboard.json", "type": "table"}]


def test_an_experiment_says_what_its_runs_are(played: str) -> None:
    note = MlflowClient(played).get_experiment(read_parent(played).info.experiment_id).tags["mlflow.note.content"]
    assert note.startswith("Which `model.dropout`, `model.activation` makes an LSTM forecast prices best")


def test_what_somebody_has_written_about_an_experiment_stays(store: str, tmp_path: Path) -> None:
    client = MlflowClient(store)
    client.set_experiment_tag(client.create_experiment("scripted"), "mlflow.note.content", "mine")
    record_sweep(MlflowTracker(store, tmp_path / "artifacts"), folder=tmp_path)
    assert client.get_experiment_by_name("scripted").tags["mlflow.note.content"] == "mine"


def test_artifacts_lie_beside_their_database_whatever_its_folder_is_called(played: str) -> None:
    folder = Path(played.removeprefix("sqlite:///")).parent / "artifacts"
    assert (folder / read_parent(played).info.run_id / "artifacts" / "leaderboard.csv").is_file()


def test_nothing_global_was_touched(played: str) -> None:
    assert mlflow.active_run() is None
    assert played != mlflow.get_tracking_uri()


def _wait_for(uri: str, trial_id: str, metric: str) -> list[Any]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        child = read_children(uri).get(trial_id)
        points = read_history(uri, child, metric) if child else []
        if points:
            return points
        time.sleep(0.05)
    return []


def test_curves_are_there_while_the_fit_still_trains(store: str, tmp_path: Path) -> None:
    tracker = Journalled(MlflowTracker(store, tmp_path / "artifacts"))
    tracker.start_sweep(make_tracked(tmp_path), [])
    tracker.start_trial(TRIALS[0])
    first, *_ = records_of(TRIALS[0], 0)
    tracker.log_epoch(first)
    points = _wait_for(store, "0000", "seed_0/val_loss")
    running = {run.info.status for run in read_runs(store)}
    tracker.close(failed=True)
    assert points == [(1, first.timestamp, first.metrics["val_loss"])]
    assert running == {"RUNNING"}


def test_a_sweep_that_is_interrupted_leaves_runs_that_can_go_on(store: str, tmp_path: Path) -> None:
    tracker = Journalled(MlflowTracker(store, tmp_path / "artifacts"))
    tracker.start_sweep(make_tracked(tmp_path), [])
    play_trials(tracker, TRIALS[:1])
    tracker.start_trial(TRIALS[1])
    play_fit(tracker, TRIALS[1], 0)
    tracker.close(failed=True)
    assert read_parent(store).info.status == "KILLED"
    children = read_children(store)
    assert children["0000"].info.status == "FINISHED"
    assert children["0001"].info.status == "KILLED"
    assert len(read_history(store, children["0001"], "seed_0/loss")) == EPOCHS


def test_a_trial_in_which_an_error_was_caught_has_failed(store: str, tmp_path: Path) -> None:
    outcome = replace(outcome_of(TRIALS[0], 0), status=FitStatus.FAILED, score=math.nan, message="out of memory")
    tracker = Journalled(MlflowTracker(store, tmp_path / "artifacts"))
    tracker.start_sweep(make_tracked(tmp_path), [])
    tracker.start_trial(TRIALS[0])
    tracker.end_trial(TrialResult(TRIALS[0], (outcome, outcome_of(TRIALS[0], 1))))
    tracker.close(failed=False)
    (child,) = read_children(store).values()
    assert child.info.status == "FAILED"
    assert child.data.tags["message"] == "out of memory"


def test_sweeps_of_one_name_share_an_experiment(store: str, tmp_path: Path) -> None:
    for name in ("scripted", "scripted-2"):
        tracker = Journalled(MlflowTracker(store, tmp_path / "artifacts"))
        tracker.start_sweep(make_tracked(tmp_path / name, name), [])
        tracker.close(failed=False)
    assert {run.info.run_name for run in read_runs(store)} == {"scripted", "scripted-2"}
    assert len({run.info.experiment_id for run in read_runs(store)}) == 1


def test_secrets_in_addresses_are_not_logged(store: str, tmp_path: Path) -> None:
    config = asdict(CONFIG) | {"tracking": {"uri": "http://me:secret@host:5000?token=secret", "tensorboard": True}}
    tracker = Journalled(MlflowTracker(store, tmp_path / "artifacts"))
    tracker.start_sweep(make_tracked(tmp_path, config=config), [])
    tracker.close(failed=False)
    address = read_parent(store).data.params["tracking.uri"]
    assert address.startswith("http://***@host:5000")
    assert "secret" not in address


def test_a_trial_that_has_finished_is_whole(store: str, tmp_path: Path) -> None:
    tracker = Journalled(MlflowTracker(store, tmp_path / "artifacts"))
    tracker.start_sweep(make_tracked(tmp_path), [])
    play_trials(tracker, TRIALS[:1])
    deadline = time.monotonic() + PATIENCE
    while not (found := read_finished(store)) and time.monotonic() < deadline:
        time.sleep(0.01)
    tracker.close(failed=False)
    (child,) = found
    assert {"score", "val_loss", "seed_0/score"} <= child.data.metrics.keys()
