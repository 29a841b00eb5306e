import sqlite3
from pathlib import Path

import pytest

from src.errors import UserError
from src.tracking.mlflow_store import masked, open_client, open_experiment, opening
from src.tracking.mlflow_tracker import MlflowTracker
from tests.tracking.scripted import make_start


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://me:secret@host:5000/path", "http://***@host:5000/path"),
        ("https://me:s/e@cret@host", "https://***@host"),
        ("postgresql://host/db?password=secret&sslmode=require", "postgresql://host/db"),
        ("cannot reach http://me:secret@host/, sorry", "cannot reach http://***@host/, sorry"),
        ("sqlite:///mlruns/mlflow.db", "sqlite:///mlruns/mlflow.db"),
        ("why not? because", "why not? because"),
    ],
)
def test_secrets_in_addresses_are_masked(text: str, expected: str) -> None:
    assert masked(text) == expected


def _refusal(uri: str, folder: Path) -> str:
    with pytest.raises(UserError) as refused:
        MlflowTracker(uri, folder / "artifacts").start_sweep(make_start(folder))
    return str(refused.value)


def test_a_server_that_does_not_answer_is_told_without_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    assert _refusal("http://me:secret@127.0.0.1:9", tmp_path) == (
        "tracking.uri must be an MLflow database or server that can be opened, but http://***@127.0.0.1:9 cannot "
        "([Errno 111] Connection refused): correct it, start the server, or set tracking.uri=null."
    )


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text("time,price\n" * 100)
    assert "file is not a database" in _refusal(f"sqlite:///{file}", tmp_path)
    assert file.read_text() == "time,price\n" * 100


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other.db") as connection:
        connection.execute("CREATE TABLE experiments (a INTEGER)")
    assert _refusal(f"sqlite:///{tmp_path}/other.db", tmp_path).startswith("tracking.uri must be")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "Not a directory" in _refusal(f"sqlite:///{tmp_path}/file/deep/mlflow.db", tmp_path)


@pytest.mark.parametrize("uri", ["nonsense", "ftp://host", "postgresql://me:secret@host/db"])
def test_an_address_that_is_none_is_told_in_one_sentence(uri: str, tmp_path: Path) -> None:
    sentence = _refusal(uri, tmp_path)
    assert sentence.endswith("correct it, start the server, or set tracking.uri=null.")
    assert "\n" not in sentence
    assert "secret" not in sentence
    assert len(sentence) < 400


def test_a_deleted_experiment_is_not_written_to(store: str, tmp_path: Path) -> None:
    client = open_client(store)
    client.delete_experiment(open_experiment(client, "scripted", tmp_path))
    assert "'scripted' must be active, but is deleted" in _refusal(store, tmp_path)


def test_errors_that_are_not_the_stores_stay_what_they_are() -> None:
    with pytest.raises(ZeroDivisionError), opening("sqlite:///mlflow.db"):
        _ = 1 / 0


def test_the_default_store_is_made_below_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tracker = MlflowTracker("sqlite:///mlruns/mlflow.db", Path("mlruns/artifacts"))
    tracker.start_sweep(make_start(tmp_path))
    tracker.close(failed=False)
    client = open_client("sqlite:///mlruns/mlflow.db")
    experiment = client.get_experiment_by_name("scripted")
    assert experiment is not None
    assert experiment.artifact_location == (tmp_path / "mlruns" / "artifacts").as_uri()
    assert {file.name.partition("-")[0] for file in tmp_path.rglob("*.db*")} == {"mlflow.db"}


def test_the_pages_can_read_while_a_sweep_writes(store: str) -> None:
    open_client(store)
    with sqlite3.connect(store.removeprefix("sqlite:///")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
