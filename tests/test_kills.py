"""A sweep that is killed again and again ends as if nothing had been."""

import json
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from src.journal import JOURNAL, History
from tests.commands import run, start
from tests.tracking.event_reader import read_curve
from tests.tracking.mlflow_reader import assert_holds_the_journal, read_runs

SWEEP = (
    "+experiment=dropout",
    "data=synthetic",
    "data.length=4000",
    "model.units=6",
    "windows.lags=6",
    "training.epochs=900",
    "training.patience=890",
    "seeds=2",
    "tuner.batch=2",
    "runner.checkpoint_seconds=0.05",
    "cache=false",
)
NUM_KILLS = 20


def num_bytes(folder: Path) -> int:
    path = folder / "sweeps" / "dropout" / JOURNAL
    return path.stat().st_size if path.exists() else 0


def kill_at_some_moment(process: subprocess.Popen[str], folder: Path, generator: random.Random) -> bool:
    """Kill once the journal has grown by so much, or after some time; false where the sweep ended before."""
    if generator.random() < 0.25:
        deadline, size = time.monotonic() + generator.uniform(0.5, 4.5), 10**9
    else:
        deadline, size = time.monotonic() + 60.0, num_bytes(folder) + generator.randint(300, 6000)
    while process.poll() is None and time.monotonic() < deadline and num_bytes(folder) < size:
        time.sleep(0.001)
    was_running = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return was_running


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_sweep_that_is_killed_at_random_moments_ends_as_if_nothing_had_been(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    for folder in (whole, killed):
        folder.mkdir()
    done = run(whole, "src.sweep", *SWEEP)
    assert done.returncode == 0, done.stderr
    generator, num_kills = random.Random(2), 0
    command: tuple[str, ...] = SWEEP
    while num_kills < NUM_KILLS:
        was_running = kill_at_some_moment(start(killed, "src.sweep", *command), killed, generator)
        num_kills += was_running
        started = (killed / "sweeps" / "dropout" / "command.json").exists() and num_bytes(killed) > 0
        command = ("name=dropout", "resume=true") if started else SWEEP
        if not was_running:
            break
    last = run(killed, "src.sweep", *command)
    sweep = killed / "sweeps" / "dropout"
    if num_kills == NUM_KILLS:
        assert last.returncode == 0, last.stderr
    assert num_kills >= NUM_KILLS, "the sweep was too short to be killed so often"
    expected = whole / "sweeps" / "dropout"
    assert (sweep / "leaderboard.csv").read_bytes() == (expected / "leaderboard.csv").read_bytes()
    assert_same_summary(sweep, expected)
    assert_nothing_twice(sweep, killed)
    assert not list(sweep.glob("checkpoints/**/*.npz"))


def assert_same_summary(sweep: Path, expected: Path) -> None:
    """But for what tells of time."""
    ones, others = (json.loads((folder / "summary.json").read_text()) for folder in (sweep, expected))
    for each in (ones, others):
        for name in ("seconds", "fits_per_second", "usd"):
            each.pop(name)
    assert ones == others


def assert_nothing_twice(sweep: Path, folder: Path) -> None:
    """MLflow and TensorBoard have every trial and every step once, as the journal has them."""
    uri = f"sqlite:///{folder}/mlruns/mlflow.db"
    assert_holds_the_journal(uri, sweep)
    assert len(read_runs(uri)) == 1 + 6
    assert {run.info.status for run in read_runs(uri)} == {"FINISHED"}
    for name, num_epochs in History.read(sweep).epochs.items():
        steps = [step for step, *_ in read_curve(sweep / "tensorboard" / name, "loss/train")]
        assert steps == list(range(1, num_epochs + 1))
