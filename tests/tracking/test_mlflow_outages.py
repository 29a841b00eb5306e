"""Real servers that are killed, stopped, or lose what they are asked, in the middle of a sweep."""

import logging
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from lstm_sweep.cli.sync import COMMAND as SYNC
from lstm_sweep.tracking import background
from lstm_sweep.tracking.mlflow.delivery import Delivery
from lstm_sweep.tracking.mlflow.errors import STORE_ERRORS
from lstm_sweep.tracking.mlflow.patience import patient
from lstm_sweep.tracking.mlflow.tracker import MlflowTracker
from lstm_sweep.trials.spec import Trial
from tests.commands import PYTHONPATH
from tests.contracts.tracker_contract import PATIENCE
from tests.tracking.mlflow_reader import assert_holds_the_journal, count_deleted, read_children, read_runs
from tests.tracking.postgres import Postgres, binaries, running_postgres
from tests.tracking.scripted import TRIALS, Deaf, Journalled, make_end, make_tracked, play_trials, record_sweep
from tests.tracking.servers import Server, mlflow_server
from tests.tracking.unreliable_proxy import Fate, running_proxy

pytestmark = pytest.mark.slow
REPOSITORY = Path(__file__).resolve().parents[2]
PIPES: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE) | {"text": True}


@dataclass
class Store:
    """What is killed, and where to look."""

    uri: str
    server: Server | None = None
    database: Postgres | None = None

    def kill(self) -> None:
        for part in (self.server, self.database):
            if part is not None:
                part.kill()

    def start(self) -> None:
        for part in (self.database, self.server):
            if part is not None:
                part.start()


@pytest.fixture(params=["server on sqlite", "server on postgresql", "postgresql"])
def any_store(request: pytest.FixtureRequest, store: str, tmp_path: Path) -> Iterator[Store]:
    with ExitStack() as stack:
        database = None
        if "postgresql" in request.param:
            programs = binaries()
            if programs is None:
                pytest.skip("PostgreSQL is not installed")
            database = stack.enter_context(running_postgres(programs))
        behind = store if database is None else database.uri
        server = stack.enter_context(mlflow_server(behind, tmp_path)) if "server" in request.param else None
        yield Store(behind if server is None else server.address, server, database)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trying again without waiting."""
    monkeypatch.setattr(background, "SHORTEST_PAUSE", 0.05)
    monkeypatch.setattr(background, "LONGEST_PAUSE", 0.2)


def _wait_for_child(uri: str, trial_id: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while trial_id not in read_children(uri) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert trial_id in read_children(uri)


def _tracker(uri: str, folder: Path) -> Journalled:
    return Journalled(MlflowTracker(uri, folder / "artifacts"))


def _finish(tracker: Journalled, folder: Path) -> None:
    tracker.log_scores("0000", {"test_rmse": 3.5})
    tracker.end_sweep(make_end(folder))
    tracker.close(failed=False)


class _Training:
    """Trials without end, in a thread, until it is asked to stop."""

    def __init__(self, tracker: Journalled) -> None:
        self._tracker = tracker
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._train)

    def _train(self) -> None:
        for number in count():
            if self._stop.is_set():
                return
            play_trials(self._tracker, (Trial(f"{number:04}", {"model.dropout": number / 100}),))
            time.sleep(1)

    def __enter__(self) -> "_Training":
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._thread.join()


def test_a_server_that_is_killed_and_started_again_ends_up_with_everything_once(
    any_store: Store, tmp_path: Path, quick: None, caplog: pytest.LogCaptureFixture
) -> None:
    tracker = _tracker(any_store.uri, tmp_path)
    tracker.start_sweep(make_tracked(tmp_path))
    with _Training(tracker):
        _wait_for_child(any_store.uri, "0000")
        for _ in range(2):
            any_store.kill()
            time.sleep(0.5)
            any_store.start()
            time.sleep(0.5)
    _finish(tracker, tmp_path)
    assert_holds_the_journal(any_store.uri, tmp_path)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_a_server_that_is_gone_when_the_sweep_starts_is_told_once(
    store: str, tmp_path: Path, quick: None, caplog: pytest.LogCaptureFixture
) -> None:
    server = mlflow_server(store, tmp_path)
    tracker = _tracker(server.address, tmp_path)
    tracker.start_sweep(make_tracked(tmp_path))
    play_trials(tracker, TRIALS[:2])
    with server:
        play_trials(tracker, TRIALS[2:])
        _finish(tracker, tmp_path)
        assert_holds_the_journal(server.address, tmp_path)
    (warning,) = [record.getMessage() for record in caplog.records if record.name.startswith("lstm_sweep")]
    assert warning.startswith(f"MLflow at {server.address} does not answer ([Errno 111] Connection refused): the sweep")


def test_a_server_that_answers_503_for_a_while_ends_up_with_everything_once(
    store: str, tmp_path: Path, quick: None
) -> None:
    with mlflow_server(store, tmp_path) as server, running_proxy(server.address, lambda _: Fate.ANSWERED) as proxy:
        tracker = _tracker(proxy.address, tmp_path)
        tracker.start_sweep(make_tracked(tmp_path))
        play_trials(tracker, TRIALS[:1])
        _wait_for_child(server.address, "0000")
        proxy.decide = lambda _: Fate.UNHEARD
        play_trials(tracker, TRIALS[1:])
        time.sleep(1)
        proxy.decide = lambda _: Fate.ANSWERED
        _finish(tracker, tmp_path)
        assert_holds_the_journal(server.address, tmp_path)


def test_answers_that_are_lost_make_nothing_happen_twice(store: str, tmp_path: Path, quick: None) -> None:
    """Of every kind of request the first is carried out without an answer, and some later ones."""

    def decide(number: int) -> Fate:
        return {1: Fate.UNANSWERED, 4: Fate.UNHEARD}.get(number % 7, Fate.ANSWERED)

    with mlflow_server(store, tmp_path) as server, running_proxy(server.address, decide) as proxy:
        tracker = _tracker(proxy.address, tmp_path)
        tracker.start_sweep(make_tracked(tmp_path))
        with _Training(tracker):
            time.sleep(8)
        _finish(tracker, tmp_path)
        assert_holds_the_journal(server.address, tmp_path)
        requests = {path.rpartition("mlflow/")[2] for path in proxy.asked}
        assert {"runs/create", "runs/log-batch", "runs/update", "runs/search", "runs/log-inputs"} <= requests
        assert count_deleted(server.address) == 0  # what was created unheard is found again


def test_one_lost_answer_does_not_undo_those_before_it(store: str, tmp_path: Path) -> None:
    """Only every third request of a kind is answered; an attempt fails where a run is created, and nowhere else."""

    def decide(number: int) -> Fate:
        return (Fate.ANSWERED, Fate.UNANSWERED, Fate.UNHEARD)[number % 3]

    record_sweep(Deaf(), folder=tmp_path)
    with mlflow_server(store, tmp_path) as server, running_proxy(server.address, decide) as proxy:
        delivery = Delivery(proxy.address, tmp_path / "artifacts", make_tracked(tmp_path))
        for attempt in count():
            with suppress(*STORE_ERRORS):
                delivery.close()
                break
            assert attempt < proxy.asked["/api/2.0/mlflow/runs/create"] + 1  # and one for the experiment
        assert_holds_the_journal(server.address, tmp_path)
        assert count_deleted(server.address) == 0


def test_a_server_that_is_silent_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked three times, it would hold up the end of a sweep three times as long."""
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "1")
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        silent.settimeout(0.2)
        client = patient(MlflowClient(f"http://127.0.0.1:{silent.getsockname()[1]}"))
        with pytest.raises(MlflowException, match="timed out"):
            client.get_experiment("1")
        silent.accept()[0].close()
        with pytest.raises(TimeoutError):
            silent.accept()


SWEEP_WHOSE_SERVER_STOPS = """
import sys
from dataclasses import asdict
from pathlib import Path
from lstm_sweep.storage.folder import write_config
from lstm_sweep.tracking import background
from lstm_sweep.tracking.mlflow.tracker import MlflowTracker
from tests.tracking.scripted import CONFIG, TRIALS, Journalled, make_end, make_tracked, play_trials

background.PATIENCE = 3.0
folder = Path("sweeps", "scripted")
start = make_tracked(folder, "scripted", asdict(CONFIG) | {"tracking": {"uri": sys.argv[1]}})
tracker = Journalled(MlflowTracker(sys.argv[1], folder / "artifacts"))
tracker.start_sweep(start)
write_config(folder, start.config)
play_trials(tracker, TRIALS[:1])
print("started", flush=True)
sys.stdin.readline()
play_trials(tracker, TRIALS[1:])
tracker.end_sweep(make_end(folder))
tracker.close(failed=False)
"""


def test_a_server_that_never_answers_holds_nothing_up_and_is_made_up_for(
    store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is stopped, so that it accepts questions; once it goes on, it does what it was asked, late."""
    monkeypatch.chdir(tmp_path)
    environment = os.environ | {"PYTHONPATH": PYTHONPATH, "MLFLOW_HTTP_REQUEST_TIMEOUT": "2"}
    with mlflow_server(store, tmp_path) as server:
        sweep = subprocess.Popen(
            [sys.executable, "-c", SWEEP_WHOSE_SERVER_STOPS, server.address],
            **PIPES,
            env=environment,
        )
        assert sweep.stdout is not None
        assert sweep.stdout.readline() == "started\n"
        _wait_for_child(server.address, "0000")
        server.signal(signal.SIGSTOP)
        _, told = sweep.communicate("go on\n", timeout=120)
        server.signal(signal.SIGCONT)
        assert sweep.returncode == 0
        assert told.endswith("deliver them later with lstm-sweep sync sweep=scripted\n")
        assert told.count("\n") == 1
        assert SYNC.main(["sweep=scripted"]) == 0
        assert_holds_the_journal(server.address, Path("sweeps", "scripted"))


def test_a_locked_database_is_waited_for(
    store: str, tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "PATIENCE", 60.0)
    tracker = _tracker(store, tmp_path)
    tracker.start_sweep(make_tracked(tmp_path))
    play_trials(tracker, TRIALS[:1])
    _wait_for_child(store, "0000")
    other = sqlite3.connect(store.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    play_trials(tracker, TRIALS[1:])
    longer_than_sqlite_waits = threading.Timer(25, other.close)
    longer_than_sqlite_waits.start()
    _finish(tracker, tmp_path)
    longer_than_sqlite_waits.join()
    assert_holds_the_journal(store, tmp_path)


RECORD_A_SWEEP = """
import sys, time
from pathlib import Path
from dataclasses import replace
from lstm_sweep.tracking.mlflow.tracker import MlflowTracker
from tests.tracking.scripted import Journalled, make_end, make_tracked, play_trials
uri, folder, name = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
tracker = Journalled(MlflowTracker(uri, folder / "artifacts"))
print("ready", flush=True)
sys.stdin.readline()
tracker.start_sweep(make_tracked(folder / name, name))
play_trials(tracker)
tracker.end_sweep(make_end(folder / name))
tracker.close(failed=False)
"""


def test_sweeps_that_make_one_database_at_the_same_moment_are_all_there(tmp_path: Path) -> None:
    uri = f"sqlite:///{tmp_path}/new/mlflow.db"
    names = ("one", "two", "three")
    environment = os.environ | {"PYTHONPATH": PYTHONPATH}
    sweeps = [
        subprocess.Popen(
            [sys.executable, "-c", RECORD_A_SWEEP, uri, str(tmp_path), name],
            **PIPES,
            env=environment,
        )
        for name in names
    ]
    for sweep in sweeps:
        assert sweep.stdout is not None
        assert sweep.stdout.readline() == "ready\n"
    errors = [sweep.communicate("go\n")[1] for sweep in sweeps]
    assert errors == ["", "", ""]
    assert [sweep.returncode for sweep in sweeps] == [0, 0, 0]
    runs = read_runs(uri)
    by_sweep = [
        sorted(
            run.data.tags.get("trial", "")
            for run in runs
            if run.data.tags["sweep_id"] == f"id-of-{name}" and "reference" not in run.data.tags
        )
        for name in names
    ]
    assert by_sweep == [["", "0000", "0001", "0002"]] * 3
