"""Parts: each is enough for itself, and what is made while recording is what is made again from the lines."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.manifest import manifests_of
from lstm_sweep.market_store.part import bar_of_line
from lstm_sweep.market_store.reading import read_bars, read_parts
from lstm_sweep.market_store.sealing import seal_abandoned
from lstm_sweep.orderbook.bars import BookBar, BookBars
from lstm_sweep.orderbook.lines import events
from lstm_sweep.orderbook.market import Market
from lstm_sweep.orderbook.messages import BookCheckpoint, Lost
from lstm_sweep.orderbook.units import NANOSECONDS
from lstm_sweep.recorder.replay.recording import recording_at
from lstm_sweep.recorder.tape import OVERDUE, MarketTape
from lstm_sweep.recorder.writer import PartWriter
from tests.orderbook.invented import START, STEP, invented
from tests.orderbook.witness import Witness
from tests.recorder.replays import recorded
from tests.recorder.test_faults import with_snapshot

MARKET = Market("binance", "XYUSD", "0.01")
Lines = list[tuple[int, str]]


def taped(folder: Path, lines: Lines, seal: int, base: int = 5 * STEP) -> tuple[MarketFolder, MarketTape]:
    """Lines as a tape writes them, without sealing anything."""
    place = MarketFolder(folder, MARKET)
    place.begin(base)
    failures: list[Exception] = []
    writer = PartWriter(place, lambda start: None, failures.append)
    tape = MarketTape(place, writer, seal)
    for received, payload in lines:
        tape.take(received, payload)
    tape.end("told")
    writer.stop()
    assert failures == []
    return place, tape


def bars_while_recording(folder: MarketFolder) -> list[BookBar]:
    return [bar_of_line(line) for start in folder.open_parts() for line in folder.bars(start).read_bytes().splitlines()]


def sealed_bars(folder: MarketFolder) -> list[dict[str, object]]:
    return [bar for batch in read_bars(folder) for bar in batch.to_pylist()]


def bits(bars: Sequence[BookBar]) -> list[str]:
    return [repr(bar) for bar in bars]


def test_bars_of_all_parts_are_those_of_a_book_that_read_on(tmp_path: Path) -> None:
    lines = with_snapshot(invented(5, 400))
    folder, _ = taped(tmp_path, lines, seal=100 * STEP)
    assert len(folder.open_parts()) > 5
    whole = BookBars(MARKET.feed().ticks, 5 * STEP, START - START % (5 * STEP), "quotes")
    book, feed = MARKET.book(whole), MARKET.feed()
    for received, payload in lines:
        for event in events(feed, f"{received} {payload}"):
            book.take(event)
    made = bars_while_recording(folder)
    assert bits(made) == bits(whole.bars)
    seal_abandoned(folder)
    assert folder.open_parts() == []
    again = sealed_bars(folder)
    assert [(bar["start"], bar["end"], bar["is_whole"]) for bar in again] == [
        (bar.start, bar.end, bar.is_whole) for bar in made
    ]
    for name in ("mid", "ofi_10", "realised_variance", "signed_volume", "imbalance_5"):
        assert [repr(bar[name]) for bar in again] == [repr(bar.values[name]) for bar in made]


def test_every_part_but_the_first_begins_with_the_checkpoint_that_ends_the_one_before(tmp_path: Path) -> None:
    lines = with_snapshot(invented(6, 300))
    folder, _ = taped(tmp_path, lines, seal=90 * STEP)
    seal_abandoned(folder)
    parts = [list(found) for _, found in read_parts(folder)]
    assert len(parts) > 4
    assert not isinstance(parts[0][0], BookCheckpoint)
    for before, after in zip(parts, parts[1:], strict=False):
        assert isinstance(after[0], BookCheckpoint)
        assert before[-1] == after[0]
        assert after[0].received // (90 * STEP) > before[0].received // (90 * STEP)
        # Whoever reads the part before ends in the book that the next one begins with.
        book = MARKET.book(Witness())
        for event in before:
            book.take(event)
        begun = MARKET.book(Witness())
        begun.take(after[0])
        assert book.checkpoint(0).state["bids"] == begun.checkpoint(0).state["bids"]
    manifests = manifests_of(folder)
    assert [part.ended for each in manifests for part in each.parts] == ["rotation"] * (len(parts) - 1) + ["told"]


def test_part_is_overdue_where_no_book_is_known_and_the_next_one_begins_from_nothing(tmp_path: Path) -> None:
    market = invented(7, 200)
    lines = [*with_snapshot(market)]
    lost = market.depths[50] + 1
    del lines[lost]  # a gap, and nobody asks for a book
    pause = OVERDUE // len(lines) * 4
    late = [(received + pause * max(0, place - lost), payload) for place, (received, payload) in enumerate(lines)]
    folder, tape = taped(tmp_path, late, seal=300 * NANOSECONDS, base=NANOSECONDS)
    seal_abandoned(folder)
    parts = [list(found) for _, found in read_parts(folder)]
    assert len(parts) > 1
    for part in parts[:-1]:
        assert isinstance(part[-1], Lost)
    assert not any(isinstance(part[0], BookCheckpoint) for part in parts)
    assert not tape.is_synced
    assert len(tape.holes) >= 1


def test_a_clock_that_is_set_forward_by_years_ends_the_part_and_makes_no_bars_between(tmp_path: Path) -> None:
    lines, years = with_snapshot(invented(7, 200)), 10 * 365 * 86_400 * NANOSECONDS
    half = len(lines) // 2
    moved = [(received + years * (place >= half), payload) for place, (received, payload) in enumerate(lines)]
    folder, tape = taped(tmp_path, moved, seal=3_600 * NANOSECONDS, base=NANOSECONDS)
    first, second = ([*found] for _, found in read_parts(folder))
    before, after = moved[half - 1][0], moved[half][0]
    assert first[-1] == Lost(before, f"the local clock went on by {(after - before) / NANOSECONDS:.0f} s")
    assert second[0].received == moved[half][0]
    assert len(tape.holes) == 1
    assert len(bars_while_recording(folder)) < 100


def test_text_that_begins_as_the_recorder_s_own_lines_do_is_a_malformed_line(tmp_path: Path) -> None:
    lines = with_snapshot(invented(8, 60))
    lines.insert(60, (lines[60][0], '!checkpoint {"bids":[]}'))
    lines.insert(90, (lines[90][0], "!lost everything"))
    folder, tape = taped(tmp_path, lines, seal=3600 * NANOSECONDS)
    text = folder.lines(folder.open_parts()[0]).read_text()
    assert f"{lines[60][0]}  !checkpoint" in text
    assert f"{lines[90][0]}  !lost" in text
    reasons = [hole.reason for hole in tape.holes]
    assert len(reasons) == 1
    assert "malformed" in reasons[0]


def test_ends_of_lines_within_a_message_become_spaces(tmp_path: Path) -> None:
    lines = [(received, payload.replace(", ", ",\n")) for received, payload in with_snapshot(invented(9, 60))]
    folder, tape = taped(tmp_path, lines, seal=3600 * NANOSECONDS)
    assert tape.is_synced
    found = list(recording_at(folder.lines(folder.open_parts()[0])))
    assert found == [(received, payload.replace("\n", " ")) for received, payload in lines]


def test_several_parts_are_sealed_while_recording(tmp_path: Path) -> None:
    truth = invented(10, 400)
    made = recorded(tmp_path, MARKET, with_snapshot(truth), seal=2)
    assert made.folder.open_parts() == []
    assert len(manifests_of(made.folder)) > 5
    assert made.holes == []


@pytest.mark.parametrize("speed", [0, 20])
def test_recorded_again_from_its_own_lines_it_is_the_same(tmp_path: Path, speed: float) -> None:
    truth = invented(11, 200)
    folder, _ = taped(tmp_path / "first", with_snapshot(truth), seal=3600 * NANOSECONDS)
    lines = folder.lines(folder.open_parts()[0])
    made = recorded(tmp_path, MARKET, lines, speed=speed)
    seal_abandoned(folder)
    assert [event for _, part in read_parts(folder) for event in part] == made.events
