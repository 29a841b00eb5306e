"""Small parts of a day become one; nothing but the number of files changes."""

from pathlib import Path

import pytest

from lstm_sweep.errors import UserError
from lstm_sweep.market_store.compacting import compact
from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.manifest import manifests_of
from lstm_sweep.market_store.reading import read_events, read_parts
from lstm_sweep.market_store.sealing import seal, seal_abandoned
from lstm_sweep.orderbook.messages import BookCheckpoint
from tests.market_store.recorded import HOUR, MINUTE, files_of, invented_lines, market_folder, record, spread_out

DAY = 24 * HOUR


@pytest.fixture
def three_days(tmp_path: Path) -> MarketFolder:
    """Sealed parts of some hours each, on three days."""
    folder, lines = market_folder(tmp_path, base=MINUTE), spread_out(invented_lines(7, 150), 30)
    record(folder, lines, rotations=range(len(lines) // 8, len(lines), len(lines) // 8))
    seal_abandoned(folder)
    return folder


def test_parts_of_a_day_become_one_and_say_the_same(three_days: MarketFolder) -> None:
    before, parts = list(read_events(three_days)), [part.start for part, _ in read_parts(three_days)]
    manifests = manifests_of(three_days)
    compact(three_days, now=manifests[-1].last + 2 * DAY)
    after = manifests_of(three_days)
    assert len(manifests) > len(after) == 3
    assert list(read_events(three_days)) == before
    assert [part.start for part, _ in read_parts(three_days)] == parts
    assert [part for each in after for part in each.parts] == [part for each in manifests for part in each.parts]
    for start in parts:
        events = list(read_events(three_days, start))
        assert events == before[len(before) - len(events) :]
        assert isinstance(events[0], BookCheckpoint) or start == parts[0]
    assert len(list(three_days.path.rglob("*.parquet"))) == sum(len(each.files) for each in after)


def test_what_is_compacted_stays_as_it_is_and_a_day_that_is_not_over_does_too(three_days: MarketFolder) -> None:
    last = manifests_of(three_days)[-1].last
    compact(three_days, now=last)
    again = files_of(three_days)
    assert compact(three_days, now=last) == []
    assert files_of(three_days) == again
    assert len([each for each in manifests_of(three_days) if len(each.parts) == 1]) > 1


def test_a_part_that_is_sealed_late_joins_its_day(tmp_path: Path) -> None:
    folder, lines = market_folder(tmp_path), spread_out(invented_lines(8, 60), 1)
    starts = record(folder, lines, rotations=[30, 60, 90])
    before = list(read_events(folder))
    late = starts[1]
    for start in starts:
        if start != late:
            seal(folder, start, keep_raw=True)
    compact(folder, now=lines[-1][0] + 2 * DAY)
    assert list(read_events(folder)) == before
    seal(folder, late, keep_raw=True)
    compact(folder, now=lines[-1][0] + 2 * DAY)
    assert list(read_events(folder)) == before
    (manifest,) = manifests_of(folder)
    assert [part.start for part in manifest.parts] == starts


def test_an_open_part_that_was_sealed_and_compacted_is_not_sealed_again(tmp_path: Path) -> None:
    folder, lines = market_folder(tmp_path), spread_out(invented_lines(9, 60), 1)
    starts = record(folder, lines, rotations=[60])
    left = folder.lines(starts[0]).read_bytes()
    seal_abandoned(folder)
    compact(folder, now=lines[-1][0] + 2 * DAY)
    before = files_of(folder), list(read_events(folder))
    folder.lines(starts[0]).write_bytes(left)  # as a kill between the manifest and the end of sealing leaves it
    assert list(read_events(folder)) == before[1]
    seal_abandoned(folder)
    assert (files_of(folder), list(read_events(folder))) == before


def test_old_raw_lines_go_and_the_manifest_says_so(three_days: MarketFolder) -> None:
    before, last = list(read_events(three_days)), manifests_of(three_days)[-1].last
    compact(three_days, now=last + 6 * DAY, raw_days=6.05)
    *removed, new = manifests_of(three_days)
    assert {part.raw for old in removed for part in old.parts} == {"removed"}
    assert {part.raw for part in new.parts} == {"kept"}
    assert "raw" in new.files
    assert not any(three_days.part("raw", old.name).exists() for old in removed)
    assert list(read_events(three_days)) == before


def test_files_that_have_changed_are_not_compacted(three_days: MarketFolder) -> None:
    name = manifests_of(three_days)[1].name
    path = three_days.part("book", name)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    before = files_of(three_days)
    with pytest.raises(UserError, match=r"sealed files must be as their manifests say, but .* has changed"):
        compact(three_days, now=manifests_of(three_days)[-1].last + 2 * DAY)
    assert files_of(three_days) == before
