"""A sweep that is asked to stop, refused, limited or short of disk, as a user sees it."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from lstm_sweep.storage.encoding import encode, read_lines
from lstm_sweep.storage.folder import CONFIG
from lstm_sweep.storage.history import History
from lstm_sweep.storage.lines import JOURNAL, EndLine, StartLine
from tests.commands import REPOSITORY, run, started, wait_for

LONG = (
    "+experiment=dropout",
    "data=synthetic",
    "data.length=3000",
    "training.epochs=400",
    "seeds=2",
    "tracking.uri=null",
    "tracking.tensorboard=false",
)
SHORT = (
    *(each for each in LONG if not each.startswith(("training.epochs", "data.length"))),
    "data.length=400",
    "model.units=4",
)
RESUME = ("name=dropout", "resume=true")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def sweep_of(folder: Path) -> Path:
    return folder / "sweeps" / "dropout"


def wait_until_both_train(folder: Path, epochs: int = 1) -> None:
    """Until both fits of the first trial have journalled so many epochs, and so are within another."""
    path = sweep_of(folder) / JOURNAL
    both = [b'"kind": "epoch", "trial_id": "0000", "replicate": %d' % replicate for replicate in (0, 1)]
    wait_for(lambda: path.exists() and all(path.read_bytes().count(each) >= epochs for each in both))


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_sweep_that_is_asked_to_stop_keeps_everything_and_says_how_to_go_on(
    number: signal.Signals, status: int, tmp_path: Path
) -> None:
    with started(tmp_path, "src.sweep", *LONG) as process:
        wait_until_both_train(tmp_path, epochs=3)
        process.send_signal(number)
        _, errors = process.communicate(timeout=120)
    assert process.returncode == status
    assert "stopping after this epoch; Ctrl-C once more quits at once" in errors
    assert "resume with: python -m src.sweep name=dropout resume=true" in errors
    assert "Traceback" not in errors
    history = History.read(sweep_of(tmp_path))
    assert history.end is None
    checkpoints = sorted(path.name for path in sweep_of(tmp_path).glob("checkpoints/0000/*"))
    assert checkpoints == ["seed_0.npz", "seed_1.npz"], "every running fit has left one"
    done = run(tmp_path, "src.sweep", *RESUME, "budget.seconds=1e-3")
    assert done.returncode == 0, done.stderr
    resumed = History.read(sweep_of(tmp_path))
    assert resumed.num_runs == 2
    assert all(resumed.epochs[name] >= history.epochs[name] for name in history.epochs)


@pytest.mark.parametrize("seconds", [0.5, 1.0, 1.5, 2.0, 3.0, 4.0])
def test_early_ctrl_c_ends_at_once_and_promises_nothing_that_is_not_there(seconds: float, tmp_path: Path) -> None:
    with started(tmp_path, "src.sweep", *LONG) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        sent = time.monotonic()
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    if output == "":  # it had not begun
        assert time.monotonic() - sent < 5
        assert errors == "interrupted: nothing was trained, and nothing was changed\n"
        assert not (sweep_of(tmp_path) / JOURNAL).exists() or History.read(sweep_of(tmp_path)).start is None
    else:
        assert "resume with: python -m src.sweep name=dropout resume=true" in errors
        assert "Traceback" not in errors


def test_second_ctrl_c_quits_at_once_and_loses_no_finished_epoch(tmp_path: Path) -> None:
    slow = ("training.batch_size=1", "model.units=128", "data.length=40000")  # epochs of many seconds
    with started(tmp_path, "src.sweep", *LONG, *slow) as process:
        wait_until_both_train(tmp_path)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert any("stopping after this epoch" in line for line in process.stderr), "it ended unasked"
        assert process.poll() is None, "the first waits for the epoch"
        sent = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert time.monotonic() - sent < 5
    assert "interrupted" not in errors, "the first had ended it before the second"
    history = History.read(sweep_of(tmp_path))
    assert history.num_damaged == 0
    assert len(history.epochs) == 2


def test_unfinished_sweep_is_refused_without_resume_and_a_running_one_in_any_case(tmp_path: Path) -> None:
    with started(tmp_path, "src.sweep", *LONG):
        wait_until_both_train(tmp_path)
        running = run(tmp_path, "src.sweep", *RESUME)
    assert running.returncode == 2
    assert "sweeps/dropout holds a sweep that is running" in running.stderr
    refused = run(tmp_path, "src.sweep", *LONG)
    assert refused.returncode == 2
    assert "holds a sweep that was not finished: resume it (python -m src.sweep name=dropout resume=true)" in (
        refused.stderr
    )


def test_changed_settings_and_changed_data_are_refused_with_what_differs_unless_forced(tmp_path: Path) -> None:
    prices = tmp_path / "prices.csv"
    days = [f"2020-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    lines = ["date,close", *(f"{day},{100 + number % 17}" for number, day in enumerate(days))]
    prices.write_text("\n".join(lines))
    options = (*(each for each in SHORT if not each.startswith("data")), "data=csv", f"data.path={prices}")
    stopped = run(tmp_path, "src.sweep", *options, "budget.seconds=1e-3", "name=dropout")
    assert stopped.returncode == 0, stopped.stderr
    journal = sweep_of(tmp_path) / JOURNAL
    journal.write_text("".join(line for line in journal.read_text().splitlines(True) if '"kind": "end"' not in line))
    changed = run(tmp_path, "src.sweep", *options, "model.units=5", "resume=true")
    assert changed.returncode == 2
    assert "sweeps/dropout must be resumed with model.units=4, with which it began, but is told 5" in changed.stderr
    prices.write_text("\n".join([*lines, "2021-01-01,103"]))
    changed = run(tmp_path, "src.sweep", *RESUME)
    assert changed.returncode == 2
    assert "must be resumed with the data that it began with" in changed.stderr
    forced = run(tmp_path, "src.sweep", "name=dropout", "resume=force", "budget.seconds=null", "training.epochs=1")
    assert forced.returncode == 0, forced.stderr
    assert "not as it began, and numbers from here on may not be: training.epochs=1 instead of 20; data=" in (
        forced.stdout
    )
    assert "training.epochs=1 instead of 20" in (sweep_of(tmp_path) / "report.html").read_text()


def test_sweep_that_an_older_version_began_goes_on_and_says_what_is_new(tmp_path: Path) -> None:
    stopped = run(tmp_path, "src.sweep", *SHORT, "training.epochs=2", "budget.seconds=1e-3", "name=dropout")
    assert stopped.returncode == 0, stopped.stderr
    config, journal = sweep_of(tmp_path) / CONFIG, sweep_of(tmp_path) / JOURNAL
    config.write_text("".join(line for line in config.read_text().splitlines(True) if "native:" not in line))
    lines = [line for _, line in read_lines(sweep_of(tmp_path)) if line is not None and not isinstance(line, EndLine)]
    assert isinstance(lines[0], StartLine)
    environment = {name: value for name, value in lines[0].start.environment.items() if name != "lstm"}
    lines[0] = replace(lines[0], start=replace(lines[0].start, environment=environment))
    journal.write_bytes(b"".join(map(encode, lines)))
    whole = run(tmp_path, "src.sweep", *RESUME, "budget.seconds=null")
    assert whole.returncode == 0, whole.stderr
    assert "runner.native=true instead of nothing; lstm=" in whole.stdout
    assert json.loads((sweep_of(tmp_path) / "summary.json").read_text())["trials"] == 6
    config.write_text("".join(line for line in config.read_text().splitlines(True) if "native:" not in line))
    audited = run(tmp_path, "src.audit", "sweep=dropout")
    assert audited.returncode == 0, audited.stderr


def test_sweep_ends_cleanly_at_its_budget_with_the_best_so_far(tmp_path: Path) -> None:
    done = run(tmp_path, "src.sweep", *SHORT, "training.epochs=1", "budget.fits=5", "budget.usd_per_hour=36")
    assert done.returncode == 0, done.stderr
    summary = json.loads((sweep_of(tmp_path) / "summary.json").read_text())
    assert (summary["trials"], summary["fits"]) == (2, 4)
    assert summary["stopped"] == "budget.fits=5 was spent after 2 of 6 trials"
    assert summary["usd"] == pytest.approx(summary["seconds"]["total"] / 100, rel=0.5)
    assert summary["best"]["trial"] in ("0000", "0001")


def test_time_that_is_over_ends_the_sweep_and_the_next_takes_what_was_trained(tmp_path: Path) -> None:
    options = (*SHORT, "training.epochs=2", "tuner.batch=1")
    first = run(tmp_path, "src.sweep", *options, "budget.usd=0.001", "budget.usd_per_hour=0.3")  # 12 seconds
    assert first.returncode == 0, first.stderr
    ended = json.loads((sweep_of(tmp_path) / "summary.json").read_text())
    second = run(tmp_path, "src.sweep", *options)
    assert second.returncode == 0, second.stderr
    again = sweep_of(tmp_path).with_name("dropout-2")
    origins = [line.origin for line in History.read(again).fits.values()]
    assert sum(origin is not None for origin in origins) >= ended["fits"]
    assert json.loads((again / "summary.json").read_text())["trials"] == 6


def test_disk_that_fills_up_ends_in_one_sentence_and_the_sweep_goes_on_later(tmp_path: Path) -> None:
    """The operating system refuses to let any file grow past a limit, as a full disk would."""
    code = (
        "import resource, runpy, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (12_000, resource.RLIM_INFINITY))\n"
        "sys.argv[0] = 'sweep'\n"
        "runpy.run_module('src.sweep', run_name='__main__')\n"
    )
    options = (*SHORT, "training.epochs=40")
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "JAX_ENABLE_COMPILATION_CACHE": "false"}
    environment.pop("KERAS_BACKEND", None)
    full = subprocess.run(
        [sys.executable, "-c", code, *options],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert full.returncode == 2, full.stderr
    assert "must be writable, but is not (File too large)" in full.stderr
    assert "resume=true" in full.stderr
    assert "Traceback" not in full.stderr
    assert History.read(sweep_of(tmp_path)).num_damaged == 0
    whole = run(tmp_path, "src.sweep", *RESUME)
    assert whole.returncode == 0, whole.stderr
    assert json.loads((sweep_of(tmp_path) / "summary.json").read_text())["trials"] == 6


def test_folder_that_cannot_be_written_is_one_sentence_before_anything_is_trained(tmp_path: Path) -> None:
    (tmp_path / "sweeps").write_text("a file where the folder should be")
    done = run(tmp_path, "src.sweep", *SHORT)
    assert done.returncode == 2
    assert "cannot write to the folder sweeps/dropout: Not a directory: make it writable" in done.stderr
