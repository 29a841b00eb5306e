"""Files that are followed while they are written."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_sweep.data.load import load_series
from lstm_sweep.errors import UserError
from lstm_sweep.live.follow.reloaded import ReloadedSource
from lstm_sweep.live.follow.source import FeedError
from tests.live.follow.following import bars, csv, live_config
from tests.moving_market import HandClock

FIRST = 1_767_225_600  # 2026-01-01
HEADER = "time,close,volume\n"


def row(number: int) -> str:
    return f"{pd.Timestamp(FIRST + 60 * number, unit='s')},{100 + number % 7}.{number % 10}5,{number % 4}\n"


def rows(stop: int, first: int = 0) -> str:
    return "".join(map(row, range(first, stop)))


def price(number: int) -> float:
    return float(row(number).split(",")[1])


def follow(path: Path, clock: HandClock, *overrides: str, keep: int = 10_000, poll: float = 60.0) -> ReloadedSource:
    return ReloadedSource(csv(path, *overrides), ("volume",), False, live_config(poll=poll), keep, clock)


def look(source: ReloadedSource) -> list[int]:
    """Numbers of the bars that are shown once a change is worth a look."""
    source.wait(5)
    series = source.look().series
    numbers = ((series.timestamps - np.datetime64(FIRST, "s")) // np.timedelta64(60, "s")).tolist()
    assert series.values.tolist() == [price(number) for number in numbers]
    return [int(number) for number in numbers]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "minutes.csv"


@pytest.fixture
def clock() -> HandClock:
    """In the middle of bar 20."""
    return HandClock(FIRST + 20 * 60 + 30.0)


def test_a_bar_is_closed_once_its_end_and_the_grace_have_passed(path: Path, clock: HandClock) -> None:
    path.write_text(HEADER + rows(23))  # the open bar, and two of the future
    source = follow(path, clock)
    assert look(source) == list(range(20))
    for second in range(31, 220):
        clock.now = FIRST + 20 * 60.0 + second
        found = source.look()
        closed = 20 + (second - 2) // 60  # two seconds of grace
        assert len(found.series) == min(closed, 23)
        assert found.next_close == FIRST + 60 * (min(closed, 23) + 1)


@pytest.mark.parametrize(
    ("overrides", "first_end"),
    [(("data.stamp=end",), 0), (("data.every=10min",), 600), (("data.every=10min", "data.stamp=end"), 0)],
)
def test_stamps_and_longer_bars_say_when_a_bar_ends(
    path: Path, clock: HandClock, overrides: tuple[str, ...], first_end: int
) -> None:
    path.write_text(HEADER + rows(60))
    source = follow(path, clock, *overrides)
    length = 600 if "data.every=10min" in overrides else 60
    for _ in range(120):
        clock.now += 17
        found = source.look()
        starts = found.series.timestamps.astype("datetime64[s]").astype(int)
        assert starts[-1] + first_end <= clock.now - 2 < starts[-1] + first_end + length
        assert found.next_close == starts[-1] + first_end + length


def test_a_last_line_without_an_end_is_not_read_and_it_is_said(path: Path, clock: HandClock) -> None:
    path.write_text(HEADER + rows(10) + row(10).rstrip("\n")[:-5])
    source = follow(path, clock)
    assert look(source) == list(range(10))
    assert any("the last line has no end yet and is left out" in note for note in source.look().series.notes)
    path.write_text(HEADER + rows(11))
    assert look(source) == list(range(11))
    assert not any("no end yet" in note for note in source.look().series.notes)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_every_prefix_of_a_file_shows_its_whole_lines_alone(path: Path, clock: HandClock, encoding: str) -> None:
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    text = (mark + HEADER.replace("volume", "volume (ĀĊ)") + rows(12)).encode(encoding)
    complete = len((mark + HEADER.replace("volume", "volume (ĀĊ)") + rows(11)).encode(encoding))
    config = csv(path)
    for size in range(complete, len(text), 3):
        path.write_bytes(text[:size])
        assert len(ReloadedSource(config, (), False, live_config(), 99, clock).look().series) == 11


def test_files_without_a_change_are_not_read_again(path: Path, clock: HandClock) -> None:
    path.write_text(HEADER + rows(200_000 // 30))
    clock.now += 10 * 86400
    source = follow(path, clock)
    source.look()
    begun = time.perf_counter()
    for _ in range(50):
        source.look()
    assert time.perf_counter() - begun < 2
    assert not source.wait(0.05)
    time.sleep(2)  # a file that took long is left alone for a while
    path.write_text(HEADER + rows(200_000 // 30 + 1))
    assert source.wait(5)


def test_a_file_that_is_gone_cut_or_half_written_is_a_matter_of_time(path: Path, clock: HandClock) -> None:
    path.write_text(HEADER + rows(15))
    source = follow(path, clock)
    assert look(source) == list(range(15))
    path.rename(path.with_suffix(".old"))
    source.wait(5)
    with pytest.raises(FeedError, match=r"but there is no .*minutes\.csv .*; the next try is in 1 s\."):
        source.look()
    path.write_text("")
    source.wait(5)
    with pytest.raises(FeedError, match=r"minutes\.csv is empty: .*; the next try is in"):
        source.look()
    path.write_text(HEADER + rows(9))
    source.wait(5)
    with pytest.raises(FeedError, match=r"must go on after 2026-01-01 00:14:00, but now ends at 2026-01-01 00:08:00"):
        source.look()
    path.write_text(HEADER + rows(16) + "2026-01-01 00:16:00,what,1\n")
    source.wait(5)
    with pytest.raises(FeedError, match=r"line 18.*'what'.*; the next try is in"):
        source.look()
    path.write_text(HEADER + rows(18))
    assert look(source) == list(range(18))


def test_a_packed_or_parquet_file_that_is_half_written_is_a_matter_of_time(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "minutes.parquet"
    index = pd.DatetimeIndex([pd.Timestamp(FIRST + 60 * number, unit="s") for number in range(20)], name="time")
    table = pd.DataFrame({"close": [price(number) for number in range(20)], "volume": 1.0}, index=index)
    table[:15].to_parquet(path)
    source = follow(path, clock)
    assert look(source) == list(range(15))
    table.to_parquet(tmp_path / "next")
    path.write_bytes((tmp_path / "next").read_bytes()[:-100])
    source.wait(5)
    with pytest.raises(FeedError, match="the next try is in"):
        source.look()
    os.replace(tmp_path / "next", path)
    assert look(source) == list(range(20))


def test_what_is_wrong_at_the_first_look_stays_the_users_error(path: Path, clock: HandClock) -> None:
    with pytest.raises(UserError, match="but there is no"):
        follow(path, clock).look()
    path.write_text(HEADER + rows(5))
    with pytest.raises(UserError, match="'voluem' is none"):
        ReloadedSource(csv(path), ("voluem",), False, live_config(), 5, clock).look()


def test_bars_that_are_all_to_come_are_waited_for(path: Path, clock: HandClock) -> None:
    path.write_text(HEADER + rows(30, first=25))
    source = follow(path, clock)
    with pytest.raises(FeedError, match=r"has no bar yet that is over: the first one is at 2026-01-01 00:26:00 UTC"):
        source.look()
    clock.now = FIRST + 27 * 60.0
    assert look(source) == [25]


def test_a_bar_that_is_written_anew_shows_its_new_value(path: Path, clock: HandClock) -> None:
    path.write_text((HEADER + rows(15)).replace(row(12), row(12).replace("105", "999")))
    source = follow(path, clock)
    assert source.look().series.values[12] == 999.25
    path.write_text(HEADER + rows(16))
    assert look(source) == list(range(16))


def test_a_joined_file_is_followed_too(path: Path, clock: HandClock) -> None:
    other = path.with_name("gold.csv")
    path.write_text(HEADER + rows(15))
    other.write_text(
        "time,price\n2026-01-01 00:00:00,5\n2026-01-01 00:01:00,6\n2026-01-01 00:02:00,7\n2026-01-01 00:03"
    )
    config = csv(path, f"data.join={{gold: {other}}}")
    source = ReloadedSource(config, ("gold",), False, live_config(), 99, clock)
    assert source.look().series.covariates["gold"].tolist() == [5, 6] + 13 * [7]
    with other.open("a") as file:
        file.write(":00,8\n")
    assert source.wait(5)
    assert source.look().series.covariates["gold"].tolist() == [5, 6, 7] + 12 * [8]


def test_a_clock_that_is_set_back_takes_no_bar_away(path: Path, clock: HandClock) -> None:
    path.write_text(HEADER + rows(25))
    source = follow(path, clock)
    assert look(source) == list(range(20))
    clock.now -= 300
    assert look(source) == list(range(20))


def test_few_bars_are_kept_and_all_new_ones_shown(path: Path, clock: HandClock) -> None:
    path.write_text(HEADER + rows(8))
    source = follow(path, clock, keep=3)
    assert look(source) == [5, 6, 7]
    path.write_text(HEADER + rows(18))
    assert look(source) == [5, *range(6, 18)]
    assert source.look().series.timestamps.size == 3


def test_waiting_ends_when_a_line_is_written_and_when_an_open_bar_closes(path: Path) -> None:
    second = int(time.time())
    times = pd.to_datetime(np.arange(second - 20, second + 1), unit="s").strftime("%Y-%m-%d %H:%M:%S")
    path.write_text(HEADER + "".join(f"{each},5,1\n" for each in times))
    source = ReloadedSource(csv(path), (), False, live_config(grace=0.5), 99)
    known = len(source.look().series)
    assert source.wait(10)  # the last second closes
    assert len(source.look().series) == known + 1 or known == 21
    more = path.read_text() + f"{pd.Timestamp(second + 1, unit='s')},6,1\n"
    writing = threading.Timer(0.2, path.write_text, (more,))
    writing.start()
    begun = time.monotonic()
    assert source.wait(60)
    assert 0.1 < time.monotonic() - begun < 10


def test_close_wakes_whoever_waits(path: Path, clock: HandClock) -> None:
    path.write_text(HEADER + rows(15))
    source = follow(path, clock)
    source.look()
    answers: list[bool] = []
    waiting = threading.Thread(target=lambda: answers.append(source.wait(600)))
    waiting.start()
    source.close()
    waiting.join(timeout=10)
    assert answers == [False]


@given(st.lists(st.integers(1, 60), min_size=1, max_size=6), st.integers(0, 30))
@settings(max_examples=6, deadline=None)
def test_however_a_file_is_cut_all_looks_together_are_the_whole_of_it(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], last: int
) -> None:
    path, clock = tmp_path_factory.mktemp("growing") / "minutes.csv", HandClock(FIRST + 86400.0)
    begin, text = (HEADER + rows(3)).encode(), rows(30, first=3).encode()
    path.write_bytes(begin)
    source = follow(path, clock, keep=2)
    seen = bars(source.look().series) | {FIRST: price(0)}  # of three, two are kept
    ends = np.minimum(np.cumsum([*sizes, last, len(text)]), len(text))
    for end in np.unique(ends).tolist():
        path.write_bytes(begin + text[:end])
        if source.wait(5 if end else 0.01):
            shown = bars(source.look().series)
            assert all(seen.get(start, value) == value for start, value in shown.items())
            assert min(set(shown) - set(seen), default=FIRST + 86400) > max(seen)
            seen |= shown
    whole = load_series(csv(path), ())
    assert seen == bars(whole)


_WRITER = """
import random, sys, time
path, text, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
draw = random.Random(seed)
with open(path, "ab", buffering=0) as file:
    for byte in text.encode():
        file.write(bytes([byte]))
        if draw.random() < 0.05:
            time.sleep(draw.random() * 0.04)
"""


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_a_file_that_another_process_writes_byte_by_byte_shows_each_bar_once_and_whole(path: Path, seed: int) -> None:
    path.write_text(HEADER + rows(3))
    source = follow(path, HandClock(FIRST + 86400.0), keep=5)
    seen = bars(source.look().series)
    writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(path), rows(150, first=3), str(seed)])
    looks, done = 0, False
    while not done:
        done = writer.poll() is not None
        while source.wait(5 if done else 0.1):
            shown = bars(source.look().series)
            assert all(seen.get(start, value) == value for start, value in shown.items())
            seen |= shown
            looks += 1
    assert writer.returncode == 0
    assert looks > 1
    assert [*seen] == sorted(seen)
    assert seen == {FIRST + 60 * number: price(number) for number in range(150)}
