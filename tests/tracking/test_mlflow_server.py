import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from lstm_sweep.tracking.destination import while_served
from lstm_sweep.tracking.mlflow.tracker import MlflowTracker
from tests.tracking.mlflow_reader import assert_holds_the_journal, read_children, read_parent, read_runs
from tests.tracking.scripted import EPOCHS, NUM_REFERENCES, TRIALS, record_sweep, records_of
from tests.tracking.servers import ask, mlflow_server, running
from tests.tracking.test_mlflow_model import save_model

pytestmark = pytest.mark.slow
API = "/api/2.0/mlflow"


@pytest.fixture
def server(store: str, tmp_path: Path) -> Iterator[str]:
    with mlflow_server(store, tmp_path) as running:
        yield running.address


def test_a_sweep_logged_to_a_server_is_all_there_and_its_files_are_the_servers(server: str, tmp_path: Path) -> None:
    save_model(tmp_path / "model", horizon=1)
    record_sweep(MlflowTracker(server, tmp_path / "unused"), folder=tmp_path, forecaster=True)
    assert_holds_the_journal(server, tmp_path)
    parent, children = read_parent(server), read_children(server)
    assert {run.info.status for run in read_runs(server)} == {"FINISHED"}
    assert {run.data.tags["mlflow.parentRunId"] for run in children.values()} == {parent.info.run_id}
    assert children.keys() == {trial.trial_id for trial in TRIALS}
    assert list((tmp_path / "kept").rglob("leaderboard.csv"))
    assert list((tmp_path / "kept").rglob("MLmodel"))
    assert len(parent.outputs.model_outputs) == 1
    assert not (tmp_path / "unused").exists()


def test_the_pages_show_what_was_logged_to_the_file(server: str, store: str, tmp_path: Path) -> None:
    record_sweep(MlflowTracker(store, tmp_path / "artifacts"), folder=tmp_path)
    experiment = ask(f"{server}{API}/experiments/get-by-name?experiment_name=scripted")["experiment"]
    found = ask(f"{server}{API}/runs/search", {"experiment_ids": [experiment["experiment_id"]]})["runs"]
    assert len(found) == 1 + len(TRIALS) + NUM_REFERENCES
    child = read_children(store)["0001"]
    question = urlencode({"run_id": child.info.run_id, "metric_key": "seed_0/val_loss"})
    points = ask(f"{server}{API}/metrics/get-history?{question}")["metrics"]
    assert [point["value"] for point in points] == [record.metrics["val_loss"] for record in records_of(TRIALS[1], 0)]
    assert len(points) == EPOCHS
    question = urlencode({"run_uuid": read_parent(store).info.run_id, "path": "leaderboard.csv"})
    with urlopen(f"{server}/get-artifact?{question}", timeout=30) as answer:
        assert answer.read() == b"trial,score\n0000,-0.019\n"


def test_the_command_that_is_told_serves_a_database_in_a_folder_with_an_odd_name(store: str, tmp_path: Path) -> None:
    record_sweep(MlflowTracker(store, tmp_path / "artifacts"), folder=tmp_path)
    words = shlex.split(while_served(store).split("`")[1])
    words = words[words.index("mlflow") :]
    with running(lambda port: [*words, "--port", str(port), "--workers", "1"], "/health", tmp_path / "log") as address:
        experiment = ask(f"{address}{API}/experiments/get-by-name?experiment_name=scripted")["experiment"]
        found = ask(f"{address}{API}/runs/search", {"experiment_ids": [experiment["experiment_id"]]})["runs"]
        assert len(found) == 1 + len(TRIALS) + NUM_REFERENCES
