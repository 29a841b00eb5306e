"""A sweep that is killed again and again ends as if nothing had been."""

import json
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lstm_sweep.storage.encoding import read_lines
from lstm_sweep.storage.history import History
from lstm_sweep.storage.lines import JOURNAL, TrialEndLine
from lstm_sweep.tracking.tensorboard.run_names import run_name
from lstm_sweep.trials.spec import Trial
from tests.commands import run, started
from tests.tracking.event_reader import read_curve
from tests.tracking.mlflow_reader import assert_holds_the_journal, read_references, read_runs

SWEEP = (
    "+experiment=dropout",
    "data=synthetic",
    "data.length=4000",
    "model.units=6",
    "windows.lags=6",
    "training.epochs=300",
    "training.patience=290",
    "seeds=2",
    "tuner.batch=2",
    "runner.checkpoint_seconds=0.05",
    "cache=false",
)
NUM_TRIALS = 6
KILLS_AT_START, KILLS_IN_TRAINING, KILLS_AT_END = 6, 12, 2

Moment = Callable[[], bool]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_sweep_that_is_killed_at_random_moments_ends_as_if_nothing_had_been(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    for folder in (whole, killed):
        folder.mkdir()
    done = run(whole, "src.sweep", *SWEEP)
    assert done.returncode == 0, done.stderr
    expected, sweep = whole / "sweeps" / "dropout", killed / "sweeps" / "dropout"
    for moment in random_moments(expected, sweep, random.Random(2)):
        with started(killed, "src.sweep", *command_of(sweep)) as process:
            while process.poll() is None and not moment():
                time.sleep(0.001)
            process.kill()
            _, errors = process.communicate()
        assert process.returncode == -signal.SIGKILL, f"ended before it was killed: {errors}"
    last = run(killed, "src.sweep", *command_of(sweep))
    assert last.returncode == 0, last.stderr
    assert (sweep / "leaderboard.csv").read_bytes() == (expected / "leaderboard.csv").read_bytes()
    assert_same_summary(sweep, expected)
    assert_nothing_twice(sweep, killed)
    assert not list(sweep.glob("checkpoints/**/*.npz"))


def command_of(sweep: Path) -> tuple[str, ...]:
    """What a user types now: the sweep, until it has begun; then that it goes on."""
    return ("name=dropout", "resume=true") if num_bytes(sweep) else SWEEP


def num_bytes(sweep: Path) -> int:
    path = sweep / JOURNAL
    return path.stat().st_size if path.exists() else 0


def random_moments(whole: Path, sweep: Path, generator: random.Random) -> Iterator[Moment]:
    """When to kill, in the order of the sweep: each is asked again and again, from a new process's start on."""
    lines = [(end, line) for end, line in read_lines(whole) if line is not None]
    num_trained, trained = max((end, line.timestamp) for end, line in lines if isinstance(line, TrialEndLine))
    seconds_after = (lines[-1][1].timestamp - trained) / 1000
    starts = sorted(generator.randrange(num_trained) for _ in range(KILLS_AT_START))
    sizes = sorted(generator.randrange(num_trained) for _ in range(KILLS_IN_TRAINING))
    for size, is_start in sorted([(size, True) for size in starts] + [(size, False) for size in sizes]):
        seconds = generator.uniform(0.3, 5.0) if is_start else 60.0
        yield once_journalled(0 if is_start else size, sweep, seconds)
    for _ in range(KILLS_AT_END):
        yield once_trained(sweep, generator.uniform(0.0, seconds_after / 2))


def once_journalled(size: int, sweep: Path, seconds: float) -> Moment:
    """Once the journal has grown, and is of some size; or after some time."""
    deadline, size = time.monotonic() + seconds, max(size, num_bytes(sweep))
    return lambda: num_bytes(sweep) > size or time.monotonic() > deadline


def once_trained(sweep: Path, seconds: float) -> Moment:
    """Some time after the last trial has ended."""
    trained: list[float] = []

    def moment() -> bool:
        if not trained and (sweep / JOURNAL).read_text().count('"kind": "trial_end"') == NUM_TRIALS:
            trained.append(time.monotonic())
        return bool(trained) and time.monotonic() > trained[0] + seconds

    return moment


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
    assert len(read_runs(uri)) == 1 + NUM_TRIALS + len(read_references(uri))
    assert {run.info.status for run in read_runs(uri)} == {"FINISHED"}
    history = History.read(sweep)
    for name, num_epochs in history.epochs.items():
        trial_id, _, fit = name.partition("/")
        trial = run_name(Trial(trial_id, history.trials[trial_id]), settings_recur=False)
        steps = [step for step, *_ in read_curve(sweep / "tensorboard" / trial / fit, "loss/train")]
        assert steps == list(range(1, num_epochs + 1))
