from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from src.tracking.mlflow_tracker import MlflowTracker
from tests.tracking.scripted import EPOCHS, TRIALS, play_sweep, records_of
from tests.tracking.servers import ask, running
from tests.tracking.test_mlflow_tracker import read_children, read_parent

pytestmark = pytest.mark.slow
API = "/api/2.0/mlflow"


@pytest.fixture
def server(store: str, tmp_path: Path) -> Iterator[str]:
    def command(port: int) -> list[str]:
        kept = ["--backend-store-uri", store, "--artifacts-destination", str(tmp_path / "kept")]
        return ["mlflow", "server", *kept, "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]

    with running(command, "/health", tmp_path / "log") as address:
        yield address


def test_a_sweep_logged_to_a_server_is_all_there_and_its_files_are_the_servers(server: str, tmp_path: Path) -> None:
    tracker = MlflowTracker(server, tmp_path / "unused")
    play_sweep(tracker, tmp_path)
    tracker.close(failed=False)
    parent, children = read_parent(server), read_children(server)
    assert {run.info.status for run in (parent, *children.values())} == {"FINISHED"}
    assert {run.data.tags["mlflow.parentRunId"] for run in children.values()} == {parent.info.run_id}
    assert children.keys() == {trial.trial_id for trial in TRIALS}
    assert list((tmp_path / "kept").rglob("leaderboard.csv"))
    assert not (tmp_path / "unused").exists()


def test_the_pages_show_what_was_logged_to_the_file(server: str, store: str, tmp_path: Path) -> None:
    tracker = MlflowTracker(store, tmp_path / "artifacts")
    play_sweep(tracker, tmp_path)
    tracker.close(failed=False)
    experiment = ask(f"{server}{API}/experiments/get-by-name?experiment_name=scripted")["experiment"]
    found = ask(f"{server}{API}/runs/search", {"experiment_ids": [experiment["experiment_id"]]})["runs"]
    assert len(found) == 1 + len(TRIALS)
    child = read_children(store)["0001"]
    question = urlencode({"run_id": child.info.run_id, "metric_key": "seed_0/val_loss"})
    points = ask(f"{server}{API}/metrics/get-history?{question}")["metrics"]
    assert [point["value"] for point in points] == [record.val_loss for record in records_of(TRIALS[1], 0)]
    assert len(points) == EPOCHS
    question = urlencode({"run_uuid": read_parent(store).info.run_id, "path": "leaderboard.csv"})
    with urlopen(f"{server}/get-artifact?{question}", timeout=30) as answer:
        assert answer.read() == b"trial,score\n0000,-0.019\n"
