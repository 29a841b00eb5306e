"""A process that seals or compacts may be killed at any moment: nothing is lost, and the next one ends the same."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lstm_sweep.market_store.compacting import compact
from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.reading import read_bars, read_events
from lstm_sweep.market_store.sealing import seal_abandoned
from lstm_sweep.market_store.tables.bars import bars_of
from lstm_sweep.market_store.verifying import verify
from lstm_sweep.orderbook.messages import Event
from tests.market_store import killed
from tests.market_store.recorded import XYUSD, files_of, invented_lines, market_folder, record, spread_out


def left_by_kills(work: str, folder: MarketFolder, copies: Path) -> list[MarketFolder]:
    """Copies of a store in which that work was killed at every change of a file; the last one was not."""
    root = folder.path.parents[1]
    command = [sys.executable, "-m", killed.__name__, work, str(root), str(copies)]
    count = int(subprocess.run(command, check=True, capture_output=True, text=True, timeout=240).stdout)
    return [MarketFolder(copies / str(number), XYUSD) for number in range(1, count + 1)]


def read(folder: MarketFolder) -> tuple[list[Event], list[str]]:
    bars = [bar for batch in read_bars(folder) for bar in bars_of(batch)]
    return list(read_events(folder)), list(map(repr, bars))


@pytest.fixture
def recorded(tmp_path: Path) -> MarketFolder:
    """Three parts over less than an hour, the last of which does not go on from the one before it."""
    folder, lines = market_folder(tmp_path / "store"), spread_out(invented_lines(5, 20), 0.1)
    record(folder, lines[:40], rotations=[20])
    record(folder, lines[40:])
    return folder


def test_sealing_that_is_killed_anywhere_loses_nothing_and_ends_in_the_same_files(
    recorded: MarketFolder, tmp_path: Path
) -> None:
    before = read(recorded)
    copies = left_by_kills("seal", recorded, tmp_path / "copies")
    assert len(copies) > 50
    seal_abandoned(recorded)
    for folder in copies:
        assert read(folder) == before
        seal_abandoned(folder)
        assert files_of(folder) == files_of(recorded)


def test_compacting_that_is_killed_anywhere_loses_nothing_and_ends_in_the_same_files(
    recorded: MarketFolder, tmp_path: Path
) -> None:
    seal_abandoned(recorded)
    before = read(recorded)
    copies = left_by_kills("compact", recorded, tmp_path / "copies")
    assert len(copies) > 30
    compact(recorded, killed.NOW, raw_days=7)
    assert read(recorded) == before
    for folder in copies:
        assert read(folder) == before
        assert [finding for finding in verify(folder) if finding.is_wrong] == []
        compact(folder, killed.NOW, raw_days=7)
        assert files_of(folder) == files_of(recorded)


@pytest.mark.slow
@pytest.mark.parametrize("work", ["seal", "compact"])
def test_kills_at_random_times_lose_nothing(tmp_path: Path, work: str) -> None:
    folder, lines = market_folder(tmp_path / "store"), spread_out(invented_lines(6, 3_000), 5)
    record(folder, lines, rotations=range(500, len(lines), 500))
    if work == "compact":
        seal_abandoned(folder)
    before = read(folder)
    root = tmp_path / "store"
    call = f"print(1, flush=True); killed.work({work!r}, Path({str(root)!r}))"
    script = f"from pathlib import Path; from {killed.__package__} import killed; {call}"
    chance = random.Random(0)
    for _ in range(25):
        process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.4))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert read(folder) == before
    killed.work(work, root)
    assert read(folder) == before
    assert [finding for finding in verify(folder) if finding.is_wrong] == []
