"""Whoever moves or copies a project finds in MLflow what was logged before, and what is logged afterwards."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient
from mlflow.artifacts import download_artifacts

from lstm_sweep.tracking.mlflow.moved import follow_folder
from lstm_sweep.tracking.mlflow.store import open_client, open_experiment
from tests.commands import PYTHONPATH, QUICK, run
from tests.tracking.servers import Server, ask

UNUSED = Path("unused")
STORE = Path("mlruns", "mlflow.db")


def _log(project: Path, words: str, experiment: str = "dropout") -> str:
    """A run with one file in the store of a project; its id."""
    client = open_client(f"sqlite:///{project / STORE}")
    run_id: str = client.create_run(open_experiment(client, experiment, UNUSED)).info.run_id
    client.log_text(run_id, words, "words.txt")
    return run_id


def _read(project: Path, run_id: str) -> str:
    uri = f"sqlite:///{project / STORE}"
    return Path(download_artifacts(run_id=run_id, artifact_path="words.txt", tracking_uri=uri)).read_text()


def _places(project: Path) -> list[str]:
    """Every text in the database that is a place of files."""
    with sqlite3.connect(project / STORE) as store:
        found = store.execute("SELECT artifact_location FROM experiments UNION SELECT artifact_uri FROM runs")
        return [place for (place,) in found if place]


@pytest.fixture
def project(tmp_path: Path, empty_store: Path) -> Path:
    """An empty store in a folder with an odd name."""
    folder = tmp_path / "pro ject [ü]"
    (folder / "mlruns").mkdir(parents=True)
    shutil.copy(empty_store, folder / STORE)
    return folder


def test_artifacts_of_a_new_experiment_lie_beside_the_database(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run_id = _log(project, "old")
    assert (project / "mlruns" / "artifacts" / run_id / "artifacts" / "words.txt").read_text() == "old"
    assert not UNUSED.exists()


@pytest.mark.parametrize("target", ["moved", "deep/er/moved"])
def test_a_moved_project_finds_old_files_and_new_ones(
    target: str, project: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    old = _log(project, "old")
    moved = tmp_path / target
    moved.parent.mkdir(parents=True, exist_ok=True)
    project.rename(moved)
    new = _log(moved, "new")
    assert [_read(moved, each) for each in (old, new)] == ["old", "new"]
    assert not project.exists()
    (told,) = [record.getMessage() for record in caplog.records if record.name.startswith("lstm_sweep")]
    assert told.startswith(f"{moved / STORE} was in {project / 'mlruns'} before: 2 places of artifacts")
    assert follow_folder(moved / STORE) is None


def test_a_copied_project_leaves_the_first_one_alone(project: Path, tmp_path: Path) -> None:
    old, copy = _log(project, "old"), tmp_path / "copy"
    shutil.copytree(project, copy)
    (copy / "mlruns" / "artifacts" / old / "artifacts" / "words.txt").write_text("copied")
    new = _log(copy, "new")
    assert [_read(copy, each) for each in (old, new)] == ["copied", "new"]
    assert _read(project, old) == "old"
    assert [path.name for path in (project / "mlruns" / "artifacts").iterdir()] == [old]


def test_a_copy_of_the_database_alone_still_finds_the_files_that_were_not_copied(project: Path, tmp_path: Path) -> None:
    old, copy = _log(project, "old"), tmp_path / "copy"
    shutil.copytree(project, copy, ignore=shutil.ignore_patterns("artifacts"))
    new = _log(copy, "new")
    assert [_read(copy, each) for each in (old, new)] == ["old", "new"]
    assert (copy / "mlruns" / "artifacts" / new).is_dir()


def test_runs_that_have_no_files_yet_follow_too(project: Path, tmp_path: Path) -> None:
    client = open_client(f"sqlite:///{project / STORE}")
    run_id = client.create_run(open_experiment(client, "dropout", UNUSED)).info.run_id
    moved = project.rename(tmp_path / "moved")
    open_client(f"sqlite:///{moved / STORE}").log_text(run_id, "late", "words.txt")
    assert _read(moved, run_id) == "late"
    assert not project.exists()


def test_a_folder_of_another_name_is_known_by_the_files_of_its_runs(project: Path) -> None:
    old = _log(project, "old")
    (project / "mlruns").rename(project / "theirs")
    client = open_client(f"sqlite:///{project}/theirs/mlflow.db")
    assert [each.path for each in client.list_artifacts(old)] == ["words.txt"]


def test_moving_there_and_back_changes_nothing(project: Path, tmp_path: Path) -> None:
    _log(project, "old")
    before = _places(project)
    moved = project.rename(tmp_path / "moved")
    assert follow_folder(moved / STORE) is not None
    assert not any(str(project.name) in place for place in _places(moved))
    moved.rename(project)
    assert follow_folder(project / STORE) is not None
    assert _places(project) == before


@pytest.mark.parametrize("place", ["s3://bucket/artifacts", "mlflow-artifacts:/1"])
def test_what_is_elsewhere_stays_there(place: str, project: Path, tmp_path: Path) -> None:
    MlflowClient(f"sqlite:///{project / STORE}").create_experiment("elsewhere", artifact_location=place)
    moved = project.rename(tmp_path / "moved")
    follow_folder(moved / STORE)
    assert place in _places(moved)


def test_a_store_that_is_used_from_elsewhere_keeps_its_files_where_they_are(tmp_path: Path, empty_store: Path) -> None:
    theirs, kept = tmp_path / "theirs", tmp_path / "work" / "mlruns" / "artifacts"
    theirs.mkdir()
    shutil.copy(empty_store, theirs)
    uri = f"sqlite:///{theirs}/mlflow.db"
    client = MlflowClient(uri)
    experiment = client.create_experiment("dropout", artifact_location=kept.as_uri())
    run_id = client.create_run(experiment).info.run_id
    client.log_text(run_id, "old", "words.txt")
    assert follow_folder(theirs / "mlflow.db") is None
    assert open_client(uri).get_run(run_id).info.artifact_uri == f"{kept.as_uri()}/{run_id}/artifacts"


def test_a_folder_that_has_two_names_has_not_moved(project: Path, tmp_path: Path) -> None:
    _log(project, "old")
    before = _places(project)
    (tmp_path / "link").symlink_to(project)
    assert follow_folder(tmp_path / "link" / STORE) is None
    assert _places(project) == before


def test_every_column_of_mlflow_that_holds_a_place_follows(project: Path, tmp_path: Path) -> None:
    run_id = _log(project, "old")
    uri = f"sqlite:///{project / STORE}"
    client = MlflowClient(uri, registry_uri=uri)
    source = client.get_run(run_id).info.artifact_uri
    client.create_registered_model("best")
    client.create_model_version("best", source, run_id)
    client.create_logged_model(client.get_run(run_id).info.experiment_id, "forecaster", run_id)
    client.log_batch(run_id, params=[])
    moved = project.rename(tmp_path / "moved")
    assert project.as_uri().encode() in _contents(moved / STORE)
    follow_folder(moved / STORE)
    with sqlite3.connect(moved / STORE) as store:
        store.execute("VACUUM")
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert project.as_uri().encode() not in _contents(moved / STORE)


def _contents(database: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(database.parent.glob(f"{database.name}*")))


LOAD = """
import json, sys
import mlflow
import numpy as np
import pandas as pd
mlflow.set_tracking_uri(sys.argv[1])
models = {}
for run in mlflow.search_runs(search_all_experiments=True, output_format="list"):
    if "mlflow.parentRunId" not in run.data.tags:
        run_id = run.info.run_id
        files = [each.path for each in mlflow.artifacts.list_artifacts(run_id=run_id)]
        model = mlflow.pyfunc.load_model(f"runs:/{run_id}/forecaster")
        example = pd.DataFrame({"price": np.linspace(100.0, 110.0, 40)})
        models[run.info.run_name] = [files, len(model.predict(example))]
print(json.dumps(models))
"""


@pytest.mark.slow
def test_real_sweeps_of_a_moved_project_are_found_by_client_model_loader_and_pages(tmp_path: Path) -> None:
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    project.mkdir()
    elsewhere.mkdir()
    sweep = ("src.sweep", "+experiment=dropout", *QUICK, "search.model.dropout=[0.0]")
    first = run(project, *sweep)
    assert first.returncode == 0, first.stderr
    moved = project.rename(tmp_path / "moved")
    second = run(moved, *sweep)
    assert second.returncode == 0, second.stderr
    (line,) = second.stderr.splitlines()
    assert line.startswith(f"mlruns/mlflow.db was in {project / 'mlruns'} before: ")
    assert not project.exists()
    found = _found_from(elsewhere, moved)
    assert found.keys() == {"dropout", "dropout-2"}
    assert all("report.html" in files and steps > 0 for files, steps in found.values())
    _pages_show(moved, elsewhere, found)


def _found_from(folder: Path, project: Path) -> dict[str, Any]:
    environment = os.environ | {"PYTHONPATH": PYTHONPATH, "KERAS_BACKEND": "jax", "MLFLOW_DISABLE_TELEMETRY": "true"}
    command = [sys.executable, "-W", "ignore", "-c", LOAD, f"sqlite:///{project / STORE}"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _pages_show(project: Path, folder: Path, found: dict[str, Any]) -> None:
    """What the REST of the pages lists are the files that the client does."""

    def command(port: int) -> list[str]:
        store = ["--backend-store-uri", f"sqlite:///{project / STORE}"]
        return ["mlflow", "server", *store, "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]

    with Server(command, "/health", folder / "log") as server:
        api = f"{server.address}/api/2.0/mlflow"
        (experiment,) = [
            each["experiment_id"]
            for each in ask(f"{api}/experiments/search", {"max_results": 10})["experiments"]
            if each["name"] == "dropout"
        ]
        runs = ask(f"{api}/runs/search", {"experiment_ids": [experiment]})["runs"]
        for info in (each["info"] for each in runs if each["info"]["run_name"] in found):
            listed = ask(f"{api}/artifacts/list?run_id={info['run_id']}")["files"]
            assert {each["path"] for each in listed} == set(found[info["run_name"]][0])
