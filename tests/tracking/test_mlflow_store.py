import logging
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lstm_sweep.errors import UserError
from lstm_sweep.tracking import background
from lstm_sweep.tracking.mlflow.errors import refusing
from lstm_sweep.tracking.mlflow.store import open_client, open_experiment
from lstm_sweep.tracking.mlflow.tracker import MlflowTracker
from tests.commands import REPOSITORY
from tests.tracking.scripted import Journalled, make_tracked, play_trials, record_sweep
from tests.tracking.servers import running


def _refusal(uri: str, folder: Path) -> str:
    with pytest.raises(UserError) as refused:
        MlflowTracker(uri, folder / "artifacts").start_sweep(make_tracked(folder), [])
    return str(refused.value)


@pytest.mark.parametrize(
    ("uri", "told"),
    [
        ("http://me:secret@127.0.0.1:9", "http://***@127.0.0.1:9 does not answer ([Errno 111] Connection refused)"),
        (
            "postgresql://me:secret@127.0.0.1:9/db?sslkey=secret",
            "postgresql://***@127.0.0.1:9/db?*** does not answer (",
        ),
        ("http://me:secret@no.such.host.invalid", "http://***@no.such.host.invalid does not answer ("),
    ],
)
def test_who_does_not_answer_now_is_told_in_one_line_each_and_stops_nothing(
    uri: str, told: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "PATIENCE", 0.2)
    record_sweep(MlflowTracker(uri, tmp_path / "artifacts"), folder=tmp_path)
    first, last = [record.getMessage() for record in caplog.records if record.name.startswith("lstm_sweep")]
    assert told in first
    assert first.endswith("the sweep runs without it, and what it records is delivered as soon as it does.")
    num_lines = len((tmp_path / "journal.jsonl").read_text().splitlines())
    assert f"misses the last {num_lines} records of this sweep (" in last
    assert last.endswith("deliver them later with lstm-sweep sync sweep=scripted-2 tracking.uri=URI")
    assert "secret" not in first + last
    assert "\n" not in first + last


def test_a_store_that_breaks_is_told_once_and_stops_nothing(
    store: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "PATIENCE", 1.0)
    tracker = Journalled(MlflowTracker(store, tmp_path / "artifacts"))
    tracker.start_sweep(make_tracked(tmp_path))
    with sqlite3.connect(store.removeprefix("sqlite:///")) as connection:
        connection.execute("CREATE TRIGGER t BEFORE INSERT ON metrics BEGIN SELECT RAISE(ABORT, 'broken'); END")
    play_trials(tracker)
    tracker.close(failed=False)
    (warning,) = [record.getMessage() for record in caplog.records if record.name.startswith("lstm_sweep")]
    assert "broken" in warning
    assert "\n" not in warning


def test_a_server_of_something_else_is_refused(tmp_path: Path) -> None:
    def command(port: int) -> list[str]:
        return ["http.server", str(port), "--bind", "127.0.0.1", "--directory", str(tmp_path)]

    with running(command, "/", tmp_path / "log") as address:
        assert "404" in _refusal(address, tmp_path)


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


@pytest.mark.parametrize("uri", ["nonsense", "ftp://host", "mysql://me:secret@host/db"])
def test_an_address_that_is_none_is_told_in_one_sentence(uri: str, tmp_path: Path) -> None:
    sentence = _refusal(uri, tmp_path)
    assert sentence.endswith("correct it or set tracking.uri=null.")
    assert "\n" not in sentence
    assert "secret" not in sentence
    assert len(sentence) < 400


def test_a_deleted_experiment_is_not_written_to(store: str, tmp_path: Path) -> None:
    client = open_client(store)
    client.delete_experiment(open_experiment(client, "scripted", tmp_path))
    assert "'scripted' must be active, but is deleted" in _refusal(store, tmp_path)


def test_errors_that_are_not_the_stores_stay_what_they_are() -> None:
    with pytest.raises(ZeroDivisionError), refusing("sqlite:///mlflow.db"):
        _ = 1 / 0


def test_the_default_store_is_made_below_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tracker = Journalled(MlflowTracker("sqlite:///mlruns/mlflow.db", Path("mlruns/artifacts")))
    tracker.start_sweep(make_tracked(tmp_path), [])
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


def test_a_process_that_is_killed_while_it_makes_the_tables_leaves_no_half_made_database(tmp_path: Path) -> None:
    database = tmp_path / "mlflow.db"
    half_made = tmp_path / "mlflow.db.unfinished"
    program = "import sys; from lstm_sweep.tracking.mlflow.store import open_client; open_client(sys.argv[1])"
    with subprocess.Popen([sys.executable, "-c", program, f"sqlite:///{database}"], cwd=REPOSITORY) as process:
        while not any(file.stat().st_size > 30_000 for file in half_made.glob("*.db")):
            assert process.poll() is None
            time.sleep(0.001)
        process.kill()
    assert not database.exists()
    assert [each.name for each in open_client(f"sqlite:///{database}").search_experiments()] == ["Default"]
    assert not half_made.exists()


@pytest.mark.parametrize("module", ["patience", "model", "sweep", "errors", "registry"])
def test_mlflow_is_quiet_whichever_module_of_the_room_comes_first(module: str) -> None:
    program = f"import logging; import lstm_sweep.tracking.mlflow.{module}; print(logging.getLogger('mlflow').level)"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == str(logging.WARNING), done.stderr
