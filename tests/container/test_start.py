"""What the container does, done without one: the same script and the same MLflow server, in a clean folder."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from mlflow import MlflowClient

from lstm_sweep.tracking.mlflow.champion import has_champion
from lstm_sweep.tracking.mlflow.store import open_client
from tests.commands import PYTHONPATH, run
from tests.container.files import START, mlflow_arguments
from tests.tracking.servers import Server, ask, free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

SAID = "becomes the champion of sp500"


@pytest.fixture
def mlflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the service `mlflow`, in a folder of its own."""
    (tmp_path / "mlflow" / "mlruns").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "mlflow")
    with Server(mlflow_arguments, "/health", tmp_path / "mlflow" / "log") as server:
        yield server.address


@contextmanager
def started(folder: Path, mlflow: str, log: Path) -> Iterator[str]:
    """The address of the service `serve`, once it answers; told to end, it ends well."""
    port = free_port()
    told = {"DATA": "sp500", "SWEEP": "training.epochs=1 seeds=1 model.units=4", "TOKEN": "secret"}
    own = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": PYTHONPATH}
    with log.open("w") as output:
        process = subprocess.Popen(
            [START, "live.host=127.0.0.1", f"live.port={port}", "live.replay=0.1"],
            cwd=folder,
            env=os.environ | own | told | {"MLFLOW_TRACKING_URI": mlflow},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + 400
        while "listening at " not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, log.read_text()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def versions(mlflow: str) -> list[tuple[str, list[str]]]:
    found = MlflowClient(mlflow).search_model_versions("name = 'sp500'")
    return [(str(each.version), list(MlflowClient(mlflow).get_registered_model("sp500").aliases)) for each in found]


def test_a_champion_is_found_works_and_goes_on_when_it_is_started_again(tmp_path: Path, mlflow: str) -> None:
    folder, first, second = tmp_path / "home", tmp_path / "first", tmp_path / "second"
    folder.mkdir()
    with started(folder, mlflow, first) as address:
        assert SAID in first.read_text()
        health = ask(f"{address}/health")
        assert (health["healthy"], health["version"]) == (True, "1")
        with pytest.raises(urllib.error.HTTPError) as refused:
            ask(f"{address}/predict", {"price": [1.0]})
        assert refused.value.code == 401
        refused.value.close()
        before = ask(f"{address}/history")
    assert versions(mlflow) == [("1", ["champion"])]
    assert {path.name for path in folder.iterdir()} >= {"sweeps", "live"}
    with started(folder, mlflow, second) as address:
        assert "sweep" not in second.read_text().partition("listening at")[0]
        again = ask(f"{address}/history")
        assert [each["time"] for each in again][: len(before)] == [each["time"] for each in before]
        assert again[: len(before) - 1] == before[:-1]  # the last one had no actual yet
    assert versions(mlflow) == [("1", ["champion"])]


@pytest.mark.parametrize(("host", "status"), [("mlflow:5000", 200), ("localhost:5000", 200), ("elsewhere:5000", 403)])
def test_mlflow_answers_by_the_names_that_compose_gives_it_and_by_no_other(mlflow: str, host: str, status: int) -> None:
    request = urllib.request.Request(f"{mlflow}/api/2.0/mlflow/registered-models/search", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            found = answer.status
    except urllib.error.HTTPError as error:
        found = error.code
        error.close()
    assert found == status


def test_only_an_alias_makes_a_champion(store: str) -> None:
    client = open_client(store)
    assert not has_champion(client, "it's mine")
    client.create_registered_model("mine")
    version = client.create_model_version("mine", "file:///nowhere")
    assert not has_champion(client, "mine")
    client.set_registered_model_alias("mine", "champion", version.version)
    assert has_champion(client, "mine")


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "gopher://nowhere", "sqlite:////dev/null/mlflow.db"])
def test_an_mlflow_that_does_not_answer_is_one_sentence_and_never_no(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    refused = run(tmp_path, "lstm_sweep.tracking.mlflow.champion", "mine")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("error: MLFLOW_TRACKING_URI must be an MLflow database or server that answers")
    assert (address in refused.stderr, refused.stderr.count("\n")) == (True, 1)
