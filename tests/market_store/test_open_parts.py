"""The part that is being written: what readers see of it, who may write it, and bars as they come."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from lstm_sweep.errors import UserError
from lstm_sweep.locks import is_held
from lstm_sweep.market_store import decoding, writing
from lstm_sweep.market_store.compacting import compact
from lstm_sweep.market_store.following import follow_bars
from lstm_sweep.market_store.layout import MarketFolder, markets_in
from lstm_sweep.market_store.part import OpenPart, bar_line, bar_of_line
from lstm_sweep.market_store.reading import read_bars, read_events
from lstm_sweep.market_store.scanning import SealedRows
from lstm_sweep.market_store.sealing import seal, seal_abandoned
from lstm_sweep.market_store.tables.bars import bars_of
from lstm_sweep.orderbook.bars import BookBar
from lstm_sweep.orderbook.market import Market
from lstm_sweep.orderbook.messages import Lost
from tests.market_store.recorded import HOUR, XYUSD, files_of, invented_lines, market_folder, record
from tests.orderbook.invented import START


def test_readers_see_whole_lines_of_what_was_flushed(tmp_path: Path) -> None:
    folder, lines = market_folder(tmp_path), invented_lines(31, 4)
    part = OpenPart.begin(folder, START, None)
    part.append(f"{lines[0][0]} {lines[0][1]}".encode())
    part.append(f"{lines[1][0]} {lines[1][1]}".encode() + b"\n")
    assert list(read_events(folder)) == []
    part.flush()
    assert len(list(read_events(folder))) == 2
    with folder.lines(START).open("ab") as file:
        file.write(b"1700000000000000000 {")
    assert len(list(read_events(folder))) == 2
    assert (part.lines, part.size) == (2, sum(len(f"{received} {payload}\n") for received, payload in lines[:2]))
    part.close("stopped")


def test_ends_of_lines_in_a_payload_become_spaces(tmp_path: Path) -> None:
    folder = market_folder(tmp_path)
    part = OpenPart.begin(folder, START, None)
    part.append(f'{START} {{"result":\nnull}}\n'.encode())
    part.close("stopped")
    assert folder.lines(START).read_bytes() == f'{START} {{"result": null}}\n'.encode()


def test_a_damaged_line_is_a_loss_and_stops_nothing(tmp_path: Path) -> None:
    folder, lines = market_folder(tmp_path), invented_lines(32, 6)
    part = OpenPart.begin(folder, START, None)
    for received, payload in lines[:3]:
        part.append(f"{received} {payload}".encode())
    part.append(b"\x00\x00\xff\x00")
    part.append(f"{lines[3][0]} {lines[3][1]}".encode())
    part.close("stopped")
    opened = list(read_events(folder))
    assert isinstance(opened[3], Lost)
    assert opened[3].received == lines[2][0]
    seal(folder, START, keep_raw=True)
    assert list(read_events(folder)) == opened


def test_one_process_writes_a_part_and_another_one_neither_writes_nor_seals_it(tmp_path: Path) -> None:
    folder = market_folder(tmp_path)
    script = (
        "import sys, time; from pathlib import Path; from lstm_sweep.market_store.part import OpenPart;"
        "from tests.market_store.recorded import market_folder;"
        f"part = OpenPart.begin(market_folder(Path({str(tmp_path)!r})), {START}, None); part.append(b'{START} [');"
        "part.sync(); print(1, flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    assert is_held(folder.held(START))
    assert seal_abandoned(folder) == []
    with pytest.raises(UserError, match="another process writes there"):
        seal(folder, START, keep_raw=True)
    with pytest.raises(UserError, match="another process writes there"):
        OpenPart.begin(folder, START, None)
    process.kill()
    process.communicate()
    assert not is_held(folder.held(START))
    (manifest,) = seal_abandoned(folder)
    assert (manifest.parts[0].ended, manifest.parts[0].lines) == (None, 1)
    with pytest.raises(FileExistsError):
        OpenPart.begin(folder, START, None)


def test_offsets_of_the_clock_and_the_end_are_in_the_manifest(tmp_path: Path) -> None:
    folder = market_folder(tmp_path)
    part = OpenPart.begin(folder, START, None)
    part.note_clock(START, -1_500_000)
    part.note_clock(START + 1, 7)
    part.close("nothing more could be written")
    manifest = seal(folder, START, keep_raw=False)
    assert manifest.parts[0].clock == ((START, -1_500_000), (START + 1, 7))
    assert manifest.parts[0].ended == "nothing more could be written"
    assert (manifest.parts[0].raw, manifest.parts[0].first, manifest.files) == ("left out", None, {})


def test_bars_come_back_from_their_lines_to_the_bit(tmp_path: Path) -> None:
    folder, lines = market_folder(tmp_path), invented_lines(33, 200)
    record(folder, lines)
    bars = [bar for batch in read_bars(folder) for bar in bars_of(batch)]
    assert len(bars) > 5
    assert [repr(bar_of_line(bar_line(bar))) for bar in bars] == [repr(bar) for bar in bars]


def test_bars_are_followed_over_parts_while_these_are_written_sealed_and_compacted(tmp_path: Path) -> None:
    folder, lines = market_folder(tmp_path / "followed"), invented_lines(34, 700)
    rotations = range(200, len(lines), 200)
    whole = market_folder(tmp_path / "whole")
    record(whole, lines, rotations=rotations)
    expected = [bar for batch in read_bars(whole) for bar in bars_of(batch)]
    found, is_over = list[BookBar](), threading.Event()

    def follow() -> None:
        found.extend(follow_bars(folder, expected[2].start, is_over.is_set))

    thread = threading.Thread(target=follow)
    thread.start()
    for start in whole.open_parts():
        grow(whole, folder, start)
        if start != whole.open_parts()[-1]:
            seal(folder, start, keep_raw=False)
    compact(folder, now=START + 48 * HOUR)
    is_over.set()
    thread.join(timeout=60)
    assert [repr(bar) for bar in found] == [repr(bar) for bar in expected[2:]]


def grow(source: MarketFolder, folder: MarketFolder, start: int) -> None:
    """Write a part as another one was written, bars in pieces that end anywhere."""
    part = OpenPart.begin(folder, start, None)
    for line in source.lines(start).read_bytes().splitlines():
        part.append(line)
    part.flush()
    content = source.bars(start).read_bytes()
    third = len(content) // 3
    for piece in (content[:third], content[third : 2 * third], content[2 * third :]):
        with folder.bars(start).open("ab") as file:
            file.write(piece)
        time.sleep(0.1)
    part.close("rotation")


def test_only_row_groups_that_may_hold_a_time_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "ROWS", 1)  # a group for each lot of lines
    monkeypatch.setattr(decoding, "LINES", 50)
    folder, lines = market_folder(tmp_path), invented_lines(35, 400)
    record(folder, lines)
    (manifest,) = seal_abandoned(folder)
    everything = list(SealedRows(folder, manifest, "quotes"))
    start, end = lines[300][0], lines[310][0]
    some = SealedRows(folder, manifest, "quotes", start=start, end=end)
    assert len(some._groups) <= 2 < len(everything)
    times = [time for batch in some for time in batch.column("received").to_pylist()]
    assert times == [
        time for batch in everything for time in batch.column("received").to_pylist() if start <= time < end
    ]
    assert len(times) > 1


@pytest.mark.parametrize("symbol", ["..", "BTC/USDT", "", "a b", ".x"])
def test_symbols_that_are_no_names_of_folders_are_refused(tmp_path: Path, symbol: str) -> None:
    with pytest.raises(UserError, match="a folder is called so"):
        MarketFolder(tmp_path, Market("binance", symbol, "0.01"))


def test_a_market_is_begun_once_with_its_tick_and_bars(tmp_path: Path) -> None:
    folder = market_folder(tmp_path)
    before = files_of(folder)
    market_folder(tmp_path)
    assert files_of(folder) == before
    assert markets_in(tmp_path) == [XYUSD]
    for market, base in ((Market("binance", "XYUSD", "0.1"), 10**9), (XYUSD, 2 * 10**9)):
        with pytest.raises(UserError, match=r"must be of tick .* and base bars of"):
            MarketFolder(tmp_path, market).begin(base)
    (folder.path / "market.json").write_text("{}")
    with pytest.raises(UserError, match="must describe a market, but does not"):
        markets_in(tmp_path)


@pytest.mark.parametrize("work", ["seal", "compact"])
def test_a_disk_that_takes_no_more_leaves_all_as_it_was(tmp_path: Path, work: str) -> None:
    folder, lines = market_folder(tmp_path), invented_lines(36, 200)
    record(folder, lines, rotations=[300])
    if work == "compact":
        seal_abandoned(folder)
    before, events = files_of(folder), list(read_events(folder))
    script = (
        "import resource, signal; from pathlib import Path; from tests.market_store.killed import work\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n"
        f"try:\n    work({work!r}, Path({str(tmp_path)!r}))\nexcept OSError as error:\n    print(type(error).__name__)"
    )
    answer = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert answer.stdout == "OSError\n"
    assert files_of(folder) == before
    assert list(read_events(folder)) == events
