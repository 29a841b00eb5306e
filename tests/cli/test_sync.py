"""The command on real folders; a server that is killed in between is among the tests of outages."""

import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from lstm_sweep.cli.sync import COMMAND
from lstm_sweep.storage.folder import lock_folder, write_config
from lstm_sweep.storage.lines import JOURNAL
from lstm_sweep.tracking import background
from lstm_sweep.tracking.destination import while_served
from lstm_sweep.tracking.tracker import TrackedSweep
from tests.commands import PYTHONPATH
from tests.tracking.mlflow_reader import assert_holds_the_journal, read_runs
from tests.tracking.scripted import (
    CONFIG,
    TRIALS,
    Deaf,
    Journalled,
    make_end,
    make_tracked,
    play_trials,
)

FOLDER = Path("sweeps", "scripted")


def _start(uri: str | None) -> TrackedSweep:
    FOLDER.mkdir(parents=True)
    start = make_tracked(FOLDER, "scripted", asdict(CONFIG) | {"tracking": {"uri": uri, "tensorboard": True}})
    write_config(FOLDER, start.config)
    return start


def _journal(uri: str | None, finished: bool = True) -> None:
    """A sweep of which MLflow knows nothing."""
    sweep = Journalled(Deaf())
    sweep.start_sweep(_start(uri))
    play_trials(sweep, TRIALS)
    if finished:
        sweep.end_sweep(make_end(FOLDER))
    sweep.close(failed=not finished)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_finished_sweep_is_delivered_to_where_it_was_to_be(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    _journal(store)
    assert COMMAND.main(["sweep=scripted"]) == 0
    assert_holds_the_journal(store, FOLDER)
    num_lines = len((FOLDER / JOURNAL).read_text().splitlines())
    delivered, address = capsys.readouterr().out.splitlines()
    assert delivered == f"{num_lines} records of scripted were delivered to MLflow at {store}"
    assert address.startswith("Trials of scripted, best first: http://127.0.0.1:5000/#/experiments/1/runs?")
    assert address.endswith(while_served(store))
    assert COMMAND.main(["sweep=scripted"]) == 0
    again = capsys.readouterr().out.splitlines()
    assert again == [f"Nothing of scripted was missing in MLflow at {store}", address]
    assert_holds_the_journal(store, FOLDER)


def test_it_is_delivered_to_another_address_that_is_told(store: str) -> None:
    _journal(None)
    assert COMMAND.main(["sweep=scripted", f"tracking.uri={store}"]) == 0
    assert_holds_the_journal(store, FOLDER)


def test_what_there_is_of_an_interrupted_sweep_is_delivered(store: str) -> None:
    _journal(store, finished=False)
    assert COMMAND.main(["sweep=scripted"]) == 0
    assert_holds_the_journal(store, FOLDER)
    assert sorted(run.info.status for run in read_runs(store)) == ["FINISHED"] * len(TRIALS) + ["KILLED"]


def test_a_server_that_does_not_answer_is_told_and_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "PATIENCE", 0.2)
    _journal("http://127.0.0.1:9")
    num_lines = len((FOLDER / JOURNAL).read_text().splitlines())
    assert COMMAND.main(["sweep=scripted"]) == 1
    assert capsys.readouterr().err == (
        f"error: MLflow at http://127.0.0.1:9 misses the last {num_lines} records of this sweep ([Errno 111] "
        "Connection refused): repeat this later.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "the sweep must be named, but is not: add sweep=NAME."),
        (["scripted"], "an argument must be sweep=NAME or tracking.uri=URI, but is 'scripted': see lstm-sweep sync"),
        (["sweep=other"], "sweeps/other must be the folder of a sweep, but holds no journal.jsonl"),
        (
            ["sweep=scripted"],
            "sweep scripted was run with tracking.uri=null, so the address must be told: add tracking",
        ),
        (["sweep=scripted", "tracking.uri=nonsense"], "tracking.uri must be an MLflow database or server that can be"),
    ],
)
def test_a_wrong_command_ends_in_one_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _journal(None)
    assert COMMAND.main(arguments) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"error: {sentence}")
    assert told.count("\n") == 1


def test_an_address_whose_password_is_written_nowhere_must_be_told(capsys: pytest.CaptureFixture[str]) -> None:
    _journal("http://***@host:5000")
    assert COMMAND.main(["sweep=scripted"]) == 2
    assert "must be told with its password" in capsys.readouterr().err


def test_a_sweep_that_runs_is_left_to_itself(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    _journal(store)
    with lock_folder(FOLDER):
        assert COMMAND.main(["sweep=scripted"]) == 2
    assert "holds a sweep that is running" in capsys.readouterr().err


def test_a_journal_without_its_beginning_is_told(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    _journal(store)
    lines = (FOLDER / JOURNAL).read_bytes().splitlines(keepends=True)
    (FOLDER / JOURNAL).write_bytes(b"x" + b"".join(lines))
    assert COMMAND.main(["sweep=scripted"]) == 2
    assert "that line is damaged" in capsys.readouterr().err


def test_help_says_what_it_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert COMMAND.main(["--help"]) == 0
    assert "lstm-sweep sync sweep=NAME" in capsys.readouterr().out


@pytest.mark.slow
def test_it_may_be_killed_at_any_moment(store: str) -> None:
    _journal(store)
    environment = os.environ | {"PYTHONPATH": PYTHONPATH}
    command = [sys.executable, "-m", "src.sync", "sweep=scripted"]
    for seconds in (2.0, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0):
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.communicate()
    assert COMMAND.main(["sweep=scripted"]) == 0
    assert_holds_the_journal(store, FOLDER)
