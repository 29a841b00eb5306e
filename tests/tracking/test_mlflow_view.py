"""What is written of a view, read back as MLflow's page reads it; a browser judges it in test_mlflow_page."""

import base64
import json
import sqlite3
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient

from lstm_sweep.tracking.mlflow.newest import newest_view
from lstm_sweep.tracking.mlflow.tracker import MlflowTracker
from lstm_sweep.tracking.mlflow.view import LONGEST, PREFIX, View, view_key
from lstm_sweep.tracking.mlflow.views import MOST_LISTED, page_address, save_views
from tests.tracking.mlflow_reader import read_parent
from tests.tracking.scripted import Journalled, make_tracked, play_trials, record_sweep

VIEW = View("dropout", 7, "tags.a = 'b'", ["model.dropout"], ["score", "test_skill"], "val_loss", ["seed_0"], 7)


def state_of(text: str) -> dict[str, Any]:
    """The state in a tag, whether it is listed in the menu or not."""
    state = json.loads(text)["state"] if text.startswith("{") else text
    assert state.startswith("deflate;")
    return dict(json.loads(zlib.decompress(base64.b64decode(state.removeprefix("deflate;")))))


def views_in(uri: str, name: str) -> dict[str, str]:
    tags = MlflowClient(uri).get_experiment_by_name(name).tags
    return {key.removeprefix(PREFIX): text for key, text in tags.items() if key.startswith(PREFIX)}


def test_a_view_shows_runs_best_first_with_settings_before_scores() -> None:
    state = state_of(VIEW.text())
    assert (state["orderByKey"], state["orderByAsc"]) == ("metrics.`score`", True)
    columns = ["params.`model.dropout`", "metrics.`score`", "metrics.`test_skill`"]
    assert state["selectedColumns"] == state["columnOrder"] == columns
    assert [chart["type"] for chart in state["compareRunCharts"]] == ["BAR", "PARALLEL", "LINE"]
    shown = {section["name"]: section["display"] for section in state["compareRunSections"]}
    assert shown == {"Comparison": True, "Model metrics": False, "seed_0": False}


@pytest.mark.parametrize(("rows", "mode"), [(30, "SHOW_ALL"), (31, "FIRST_20_RUNS")])
def test_of_many_runs_the_best_are_drawn(rows: int, mode: str) -> None:
    assert state_of(replace(VIEW, rows=rows).text())["runsHiddenMode"] == mode


def test_a_view_that_is_too_long_leaves_out_sections_and_then_the_last_settings() -> None:
    many = [f"section_{number * 7919 % 100_003}" for number in range(900)]
    sections = replace(VIEW, folded=many)
    assert len(sections.text()) <= LONGEST
    assert state_of(sections.text())["selectedColumns"] == state_of(VIEW.text())["selectedColumns"]
    settings = replace(VIEW, settings=many)
    assert len(settings.text()) <= LONGEST
    shown = state_of(settings.text())["compareRunCharts"][1]["selectedParams"]
    assert 100 < len(shown) < len(many)
    assert shown == many[: len(shown)]
    left_out = sum(name not in shown for name in many)
    assert json.loads(settings.text())["name"] == f"dropout ({left_out} swept settings left out)"
    assert json.loads(sections.text())["name"] == "dropout"


def test_a_sweep_leaves_a_view_of_its_trials_and_one_of_all_sweeps(store: str, tmp_path: Path) -> None:
    record_sweep(MlflowTracker(store, tmp_path / "artifacts"), folder=tmp_path)
    views = views_in(store, "scripted")
    assert views.keys() == {view_key("id-of-scripted-2"), "sweeps"}
    assert json.loads(views[view_key("id-of-scripted-2")])["name"] == "scripted-2"
    state = state_of(views[view_key("id-of-scripted-2")])
    assert state["searchFilter"] == f"tags.`mlflow.parentRunId` = '{read_parent(store).info.run_id}'"
    assert state["selectedColumns"][:3] == ["params.`model.dropout`", "params.`model.activation`", "metrics.`score`"]
    found = MlflowClient(store).search_runs([read_parent(store).info.experiment_id], state["searchFilter"])
    assert sorted(run.info.run_name for run in found if "reference" in run.data.tags) == ["ensemble", "ets", "naive"]
    assert len(found) == 6
    everything = state_of(views["sweeps"])
    found = MlflowClient(store).search_runs([read_parent(store).info.experiment_id], everything["searchFilter"])
    assert {run.data.tags["kind"] for run in found} == {"trial", "baseline", "ensemble"}


def test_a_view_is_there_while_the_sweep_runs_and_is_the_same_tag_afterwards(store: str, tmp_path: Path) -> None:
    tracker = Journalled(MlflowTracker(store, tmp_path / "artifacts"))
    tracker.start_sweep(make_tracked(tmp_path))
    play_trials(tracker)
    tracker.close(failed=True)
    before = views_in(store, "scripted")
    record_sweep(MlflowTracker(store, tmp_path / "artifacts"), folder=tmp_path)
    assert views_in(store, "scripted").keys() == before.keys()


def test_the_menu_keeps_room_for_views_of_people(store: str) -> None:
    client = MlflowClient(store)
    experiment = client.create_experiment("many")
    for number in range(MOST_LISTED + 2):
        save_views(client, experiment, f"id {number}", replace(VIEW, name=f"sweep {number}", created=number))
    save_views(client, experiment, "id 0", replace(VIEW, name="sweep 0", created=0))  # resumed
    views = views_in(store, "many")
    unlisted = {key for key, text in views.items() if not text.startswith("{")}
    assert unlisted == {view_key("id 0"), view_key("id 1")}
    assert {state_of(text)["orderByKey"] for text in views.values()} == {"metrics.`score`"}


@pytest.mark.parametrize(
    ("uri", "server"),
    [
        ("sqlite:///mlruns/mlflow.db", "http://127.0.0.1:5000"),
        ("http://127.0.0.1:1234", "http://127.0.0.1:1234"),
        ("https://me:secret@host:8443/mlflow/?token=secret", "https://host:8443/mlflow"),
        ("postgresql://me:secret@host/mlflow", None),
        ("databricks", None),
    ],
)
def test_addresses_are_those_of_a_server_and_tell_no_secrets(uri: str, server: str | None) -> None:
    address = page_address(uri, "3", "sweep-1")
    expected = f"{server}/#/experiments/3/runs?workflowType=machine_learning&viewStateShareKey=sweep-1"
    assert address == (expected if server else "")


def test_the_tracker_knows_the_address_once_it_is_closed_and_none_before(store: str, tmp_path: Path) -> None:
    tracker = MlflowTracker(store, tmp_path / "artifacts")
    assert tracker.address() == ""
    record_sweep(tracker, folder=tmp_path)
    experiment = read_parent(store).info.experiment_id
    assert tracker.address() == page_address(store, experiment, view_key("id-of-scripted-2"))


def test_the_newest_sweep_of_a_database_is_found_without_mlflow(store: str, tmp_path: Path) -> None:
    database = Path(store.removeprefix("sqlite:///"))
    assert newest_view(database, "http://host:1") is None
    for name in ("older", "newer"):
        record_sweep(MlflowTracker(store, tmp_path / "artifacts"), folder=tmp_path / name)
    client = MlflowClient(store)
    experiment = client.create_experiment("another")
    save_views(client, experiment, "one", replace(VIEW, created=4_000_000_000_000))
    expected = page_address("http://host:1", experiment, view_key("one"))
    assert newest_view(database, "http://host:1") == f"Trials of sweep dropout, best first: {expected}"
    client.delete_experiment(experiment)
    told = newest_view(database, "http://host:1")
    assert told is not None
    assert told.startswith("Trials of sweep scripted-2, best first: http://host:1/#/experiments/")
    with pytest.raises(sqlite3.Error):
        newest_view(tmp_path / "nowhere.db", "http://host:1")
