"""`src.record` as people run it: a process of its own, signals, a full disk, and what it says."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.manifest import Manifest, manifests_of
from lstm_sweep.market_store.reading import read_events
from lstm_sweep.orderbook.market import Market
from tests.commands import PYTHONPATH, run, started, wait_for
from tests.orderbook.invented import invented
from tests.recorder.replays import serving, written
from tests.recorder.test_faults import with_snapshot

pytestmark = pytest.mark.slow

MARKET = Market("binance", "XYUSD", "0.01")


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("recording"), with_snapshot(invented(20, 20_000)))


def lines_there(folder: Path) -> int:
    place = MarketFolder(folder / "market", MARKET)
    return sum(place.lines(start).read_bytes().count(b"\n") for start in place.open_parts())


def manifests(folder: Path) -> list[Manifest]:
    return manifests_of(MarketFolder(folder / "market", MARKET))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_it_with_status_0_and_all_is_sealed(tmp_path: Path, recording: Path, number: int) -> None:
    with (
        serving(MARKET, recording, speed=5) as (_, settings),
        started(tmp_path, "src.record", *settings, "status=1") as process,
    ):
        wait_for(lambda: lines_there(tmp_path) > 500)
        process.send_signal(number)
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert output.splitlines()[-1].startswith("binance XYUSD: ")
    assert "0 holes" in output.splitlines()[-1]
    [manifest] = manifests(tmp_path)
    [part] = manifest.parts
    assert part.ended == "the recorder was told to end"
    assert part.lines > 500
    # The exchange's clock was this machine's: told in milliseconds, on a busy machine.
    assert all(abs(offset) < 1_000_000_000 for _, offset in part.clock)
    assert len(part.clock) == 1
    assert MarketFolder(tmp_path / "market", MARKET).open_parts() == []


def test_second_recorder_of_a_market_is_refused(tmp_path: Path, recording: Path) -> None:
    with (
        serving(MARKET, recording, speed=5) as (_, settings),
        started(tmp_path, "src.record", *settings) as first,
    ):
        wait_for(lambda: lines_there(tmp_path) > 10)
        second = run(tmp_path, "src.record", *settings)
        assert second.returncode == 2
        assert second.stderr == (
            "error: binance XYUSD must be recorded into market by one process, but another one does: end it, or set "
            "another store.\n"
        )
        before = lines_there(tmp_path)
        wait_for(lambda: lines_there(tmp_path) > before)
        assert first.poll() is None


def test_market_that_does_not_exist_is_said(tmp_path: Path, recording: Path) -> None:
    with serving(MARKET, recording) as (_, settings):
        settings[1] = "market=NO/SUCH"
        result = run(tmp_path, "src.record", *settings)
    assert result.returncode == 2
    assert result.stderr == (
        "error: market must be one of binance's, but 'NOSUCH' is not (HTTP 400: "
        '{"code":-1121,"msg":"Invalid symbol."}): write it as the exchange does, or as BTC/USDT.\n'
    )
    assert not (tmp_path / "market").exists()


def test_exchange_that_does_not_answer_is_said_unless_the_tick_is_known(tmp_path: Path) -> None:
    nowhere = ["url=ws://127.0.0.1:9", "rest_url=http://127.0.0.1:9"]
    result = run(tmp_path, "src.record", "exchange=binance", "market=XYUSD", *nowhere)
    assert result.returncode == 2
    assert result.stderr.startswith("error: http://127.0.0.1:9 must say the smallest step of XYUSD's price, but did ")
    assert "or record it alone with tick=0.01" in result.stderr
    settings = ["exchange=binance", "market=XYUSD", "tick=0.01", "status=0.2", *nowhere]
    with started(tmp_path, "src.record", *settings) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "connecting anew" in line:
                break
        process.terminate()
        assert process.wait(60) == 0
    assert manifests(tmp_path) == []


def test_full_disk_is_said_in_one_sentence_and_what_was_there_stays(tmp_path: Path, recording: Path) -> None:
    with serving(MARKET, recording, speed=20) as (_, settings):
        with started(tmp_path, "src.record", *settings) as process:
            wait_for(lambda: lines_there(tmp_path) > 300)
            process.terminate()
            assert process.wait(60) == 0
        sealed = {path: path.read_bytes() for path in (tmp_path / "market").rglob("part-*")}
        assert sealed
        # Python ignores the signal of this limit: writing fails as it does on a full disk. A shell sets it: a process
        # with threads, which other tests have made, must not fork.
        process = subprocess.Popen(
            ["sh", "-c", 'ulimit -f 586; exec "$@"', "sh", sys.executable, "-m", "src.record", *settings],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": PYTHONPATH},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        _, errors = process.communicate(timeout=100)
        assert process.returncode == 1
        assert errors.startswith("error: the disk is full: recording has ended, and what had been sealed or synced in ")
        assert errors.count("\n") == 1
        assert {path: path.read_bytes() for path in sealed} == sealed
        lines = lines_there(tmp_path)
        assert lines > 500
        with started(tmp_path, "src.record", *settings) as process:
            wait_for(lambda: len(manifests(tmp_path)) == 2)
            process.terminate()
            assert process.wait(60) == 0
    parts = [part for manifest in manifests(tmp_path) for part in manifest.parts]
    assert len(parts) == 3
    assert parts[1].lines == lines
    assert parts[1].unfinished > 0


def test_recording_is_played_and_recorded_without_a_network(tmp_path: Path, recording: Path) -> None:
    short = written(tmp_path / "lines", with_snapshot(invented(21, 500)))
    settings = ["exchange=replay", f"path={short}", "of=binance", "market=XYUSD", "tick=0.01", "speed=0"]
    result = run(tmp_path, "src.record", *settings)
    assert (result.returncode, result.stderr) == (0, "")
    market = MarketFolder(tmp_path / "market", MARKET)
    assert len(list(read_events(market))) == len(short.read_text().splitlines())
    again = run(tmp_path, "src.record", "exchange=replay", f"path={market.path}", "speed=0", "store=second")
    assert (again.returncode, again.stderr) == (0, "")
    second = MarketFolder(tmp_path / "second", MARKET)
    whole = run(tmp_path, "src.record", "exchange=replay", "path=market", "speed=0", "store=third")
    assert whole.stderr == (
        "error: path must be a market of a store, but market is all of one: name one of its markets, such as "
        "\"path='market/binance/XYUSD'\".\n"
    )
    around = "path=market/binance/../binance/XYUSD"
    assert run(tmp_path, "src.record", "exchange=replay", around, "speed=0", "store=third").returncode == 0
    assert list(read_events(second)) == list(read_events(market))
    twice = run(tmp_path, "src.record", *settings)
    assert twice.returncode == 2
    assert twice.stderr.startswith("error: what is recorded must be newer than what market/binance/XYUSD holds, but ")


@pytest.mark.parametrize(
    ("of", "market", "tick", "said"),
    [
        (None, None, None, "error: of, market, tick must say of which market lines"),
        (
            "binance",
            "XYUSD",
            "0.1",
            r"could not be read, the last: a malformed line \(ValueError: \S+ is no whole mult",
        ),
        ("coinbase", "XYUSD", "0.01", "its book was never known; .* could not be read, the last: a malformed line"),
        ("binance", "ABUSD", "0.01", "binance ABUSD: .*, 0 holes, and its book was never known"),
    ],
)
def test_recording_of_something_else_than_it_is_said_to_be_is_told(
    tmp_path: Path, of: str | None, market: str | None, tick: str | None, said: str
) -> None:
    written(tmp_path / "lines", with_snapshot(invented(23, 200)))
    asked = [f"{name}={value}" for name, value in (("of", of), ("market", market), ("tick", tick)) if value]
    result = run(tmp_path, "src.record", "exchange=replay", "path=lines", *asked, "speed=0")
    assert re.search(said, result.stdout + result.stderr)


def test_recording_that_breaks_off_is_said_and_what_came_before_is_kept(tmp_path: Path) -> None:
    lines = with_snapshot(invented(22, 100))
    path = written(tmp_path / "lines", lines)
    text = path.read_text().splitlines()
    (tmp_path / "broken.txt").write_text("\n".join([*text[:100], "no time", *text[100:]]))
    settings = ["exchange=replay", "path=broken.txt", "of=binance", "market=XYUSD", "tick=0.01", "speed=0"]
    result = run(tmp_path, "src.record", *settings)
    assert result.returncode == 2
    assert result.stderr.startswith("error: broken.txt line 101: a line must begin with its local time in nanosecon")
    assert len(list(read_events(MarketFolder(tmp_path / "market", MARKET)))) == 100
    # A last line without an end is one.
    (tmp_path / "whole.txt").write_text("\n".join(text))
    settings = ["exchange=replay", "path=whole.txt", *settings[2:], "store=whole"]
    assert run(tmp_path, "src.record", *settings).returncode == 0
    assert len(list(read_events(MarketFolder(tmp_path / "whole", MARKET)))) == len(lines)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ([], "what to record must be said once: either exchange=binance market=BTC/USDT, or"),
        (["exchange=binance"], "exchange and market must both be set, but are binance and None"),
        (["exchange=kraken", "market=XBTUSD"], "exchange must be one of binance, binance_futures, bitstamp, "),
        (["markets=[binance]"], "a market must follow the exchange, but 'binance' has none"),
        (["exchange=replay"], "path must say what exchange=replay plays, but is not set"),
        (
            ["exchange=replay", "path=none.gz"],
            "path must be a file or folder of recorded lines, but there is no none.g",
        ),
        (["exchange=binance", "market=BTC/USDT", "path=x"], "path is of a recording, but exchange is binance"),
        (["exchange=binance", "market=BTC/USDT", "stal=3"], "stal is not a setting: did you mean stall?"),
        (["exchange=binance", "market=BTC/USDT", "seal=1.5"], "seal must be a multiple of base, 1 s, but is 1.5 s"),
        (
            ["exchange=binance", "market=X", "base=7"],
            "seal must be a multiple of base, 7 s, but is 3600 s: set seal=3605",
        ),
        (["markets=[]"], "markets must name at least one, but is empty"),
        (["markets=[binance/A,coinbase/B]", "tick=1"], "url, rest_url and tick are of one market, but several"),
    ],
)
def test_wrong_settings_are_said_in_one_sentence(tmp_path: Path, settings: list[str], said: str) -> None:
    result = run(tmp_path, "src.record", *settings)
    assert result.returncode == 2
    assert result.stderr.startswith(f"error: {said}")
    assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
