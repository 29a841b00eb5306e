"""The real command, killed again and again: nothing is lost, nothing is there twice, and all of it is made again."""

import signal
import time
from pathlib import Path

import numpy as np
import pytest

from lstm_sweep.live.record.journal import read_journal
from lstm_sweep.live.record.lines import BarLine, ForecastLine, ScoreLine
from tests.commands import run, started

pytestmark = pytest.mark.slow

BARS, KILLS = 500, 20


def bars_in(folder: Path) -> int:
    """Bars since it first began; those before it were never received."""
    journal = folder / "journal.jsonl"
    return journal.read_bytes().count(b'"received": 1') if journal.exists() else 0


@pytest.mark.timeout(1200)
def test_twenty_kills_lose_nothing_of_500_bars(tmp_path: Path) -> None:
    assert run(tmp_path, "src.sweep", "name=mine", "training.epochs=1", "seeds=1", "tracking.uri=null").returncode == 0
    folder, generator = tmp_path / "live" / "sweep-mine", np.random.default_rng(7)
    stops = np.sort(generator.integers(0, BARS, KILLS))
    for stop in [*stops.tolist(), BARS]:
        with started(tmp_path, "src.serve", "sweep=mine", "live.replay=0.01", "port=0") as process:
            begun = time.monotonic()
            while bars_in(folder) < stop:
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < begun + 180
                time.sleep(float(generator.uniform(0.0, 0.2)))
            if stop < BARS:
                time.sleep(float(generator.uniform(0.0, 2.0)))  # also while it begins
            else:
                assert process.stdout is not None
                process.stdout.readline()  # it listens, also to signals
            process.send_signal(signal.SIGKILL if stop < BARS else signal.SIGTERM)
            process.wait(60)
    lines = list(read_journal(folder))
    times = [line.time for line in lines if isinstance(line, BarLine)]
    assert np.all(np.diff(times) > 0)
    made = [line.origin for line in lines if isinstance(line, ForecastLine)]
    live = [line.time for line in lines if isinstance(line, BarLine) and line.received is not None]
    assert made[1:] == live
    closes = {line.time: line.closes for line in lines if isinstance(line, BarLine)}
    late = [line.late for line in lines if isinstance(line, ForecastLine)]
    for line in lines:
        if isinstance(line, ForecastLine) and not line.late:
            known = closes[line.origin]
            assert known is None or line.written < known
    scored = [line.origin for line in lines if isinstance(line, ScoreLine)]
    assert len(scored) == len(set(scored)) == sum(not each for each in late[:-1])
    again = run(tmp_path, "src.replay", "sweep=mine")
    assert (again.returncode, "equal to the bit" in again.stdout) == (0, True), again.stdout + again.stderr
