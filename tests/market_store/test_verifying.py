"""`verify` says exactly what is missing or has changed, and writes nothing."""

import math
import re
from dataclasses import replace
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from lstm_sweep.errors import UserError
from lstm_sweep.market_store.compacting import compact
from lstm_sweep.market_store.layout import KINDS, MarketFolder
from lstm_sweep.market_store.manifest import facts_of, manifests_of, write_manifest
from lstm_sweep.market_store.part import OpenPart
from lstm_sweep.market_store.reading import read_bars, read_rows
from lstm_sweep.market_store.scanning import SealedRows
from lstm_sweep.market_store.sealing import seal_abandoned
from lstm_sweep.market_store.tables.bars import bars_of
from lstm_sweep.market_store.verifying import Finding, verify
from lstm_sweep.market_store.writing import PartFiles
from tests.market_store.recorded import HOUR, MINUTE, files_of, invented_lines, market_folder, record, spread_out


@pytest.fixture
def sealed(tmp_path: Path) -> MarketFolder:
    """Four parts of one run."""
    folder, lines = market_folder(tmp_path, base=MINUTE), spread_out(invented_lines(11, 120), 1)
    record(folder, lines, rotations=[60, 120, 180])
    seal_abandoned(folder)
    return folder


def wrong(folder: MarketFolder) -> list[Finding]:
    before = files_of(folder)
    found = [finding for finding in verify(folder) if finding.is_wrong]
    assert files_of(folder) == before
    return found


def test_nothing_is_wrong_with_what_was_sealed_and_compacted(sealed: MarketFolder) -> None:
    assert list(verify(sealed)) == []
    compact(sealed, now=manifests_of(sealed)[-1].last + 48 * HOUR)
    assert len(manifests_of(sealed)) == 1
    assert list(verify(sealed)) == []


@pytest.mark.parametrize("kind", ["raw", "book", "quotes", "trades", "marks", "bars"])
def test_a_changed_byte_of_any_file_is_found(sealed: MarketFolder, kind: str) -> None:
    manifest = manifests_of(sealed)[1]
    path = next(sealed.part(each, manifest.name) for each in KINDS if each == kind)
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 4
    path.write_bytes(content)
    (finding,) = wrong(sealed)
    assert finding.part == manifest.parts[0].start
    assert finding.said == f"{path} has changed: its sha256 is another one"


def test_a_file_that_is_gone_or_cut_is_named(sealed: MarketFolder) -> None:
    first, second, *_ = manifests_of(sealed)
    gone, cut = sealed.part("trades", first.name), sealed.part("book", second.name)
    gone.unlink()
    cut.write_bytes(cut.read_bytes()[:-10])
    size = cut.stat().st_size
    said = [finding.said for finding in wrong(sealed)]
    assert said == [f"{gone} is gone", f"{cut} has {size:,} bytes, not {size + 10:,}"]


@pytest.mark.parametrize("harm", ["gone", "cut", "flipped"])
def test_whoever_reads_a_file_that_is_gone_or_damaged_is_told_which(sealed: MarketFolder, harm: str) -> None:
    path = sealed.part("trades", manifests_of(sealed)[1].name)
    content = path.read_bytes()
    path.write_bytes(content[:-10] if harm == "cut" else content[:40] + b"X" * 40 + content[80:])
    if harm == "gone":
        path.unlink()
    with pytest.raises(UserError, match=re.escape(str(path))):
        list(read_rows(sealed, "trades"))


def test_a_book_that_was_never_known_is_said(tmp_path: Path) -> None:
    folder, lines = market_folder(tmp_path), invented_lines(12, 40)
    record(folder, [line for line in lines if "lastUpdateId" not in line[1]])
    seal_abandoned(folder)
    (finding,) = verify(folder)
    assert finding == Finding(lines[0][0], "its book was never known: no snapshot that fits its changes came", False)


def test_a_manifest_that_cannot_be_read_is_said(sealed: MarketFolder) -> None:
    path = sealed.manifest(manifests_of(sealed)[0].name)
    path.write_text(path.read_text()[:-20])
    (finding,) = wrong(sealed)
    assert str(path) in finding.said


def test_a_part_that_is_gone_from_the_middle_is_missed_by_the_one_after_it(sealed: MarketFolder) -> None:
    first, second, third, _ = manifests_of(sealed)
    for path in (*(sealed.part(kind, second.name) for kind in second.files), sealed.manifest(second.name)):
        path.unlink()
    (finding,) = wrong(sealed)
    assert finding.part == third.parts[0].start
    assert finding.said == "it does not begin with what the part before it ended with: parts between are missing"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("trades", r"messages come to .*, not .*"),
        ("book", r"holes come to .*, not \(\)"),
        ("bars", "its base bars are not those that its messages come to"),
    ],
)
def test_rows_that_are_gone_are_missed_even_where_the_manifest_fits_the_files(
    sealed: MarketFolder, kind: str, said: str
) -> None:
    manifest = manifests_of(sealed)[1]
    name = next(each for each in KINDS if each == kind)
    (batch,) = SealedRows(sealed, manifest, name)
    files = PartFiles(sealed, "0")
    column = batch.column("start" if kind == "bars" else "line")
    kept = batch.filter(pc.not_equal(column, column[batch.num_rows // 2]))
    files.write(name, kept)
    files.close()
    path = sealed.part(name, manifest.name)
    (sealed.part(name, "0").with_name("part-0.parquet.unfinished")).replace(path)
    (part,) = manifest.parts
    part = replace(part, rows={**part.rows, kind: kept.num_rows})
    changed = replace(manifest, files={**manifest.files, name: facts_of(path, kept.num_rows)}, parts=(part,))
    write_manifest(sealed, changed)
    assert any(re.fullmatch(said, finding.said) for finding in wrong(sealed))


def test_what_a_kill_left_is_said_to_the_byte(tmp_path: Path) -> None:
    folder, lines = market_folder(tmp_path), invented_lines(12, 20)
    (start,) = record(folder, lines)
    cut = folder.lines(start).read_bytes()[:-7]
    folder.lines(start).write_bytes(cut)
    folder.notes(start).write_bytes(b"")
    unfinished = len(cut) - cut.rfind(b"\n") - 1
    (finding,) = wrong(folder)
    assert finding.part == start
    assert finding.said == (
        f"it is not sealed, and nobody writes it: {len(lines) - 1:,} lines, and the last one was not finished: "
        f"{unfinished:,} bytes; {folder.command('compact')} seals it"
    )
    (manifest,) = seal_abandoned(folder)
    assert (manifest.parts[0].lines, manifest.parts[0].unfinished) == (len(lines) - 1, unfinished)
    assert [(finding.is_wrong, finding.said) for finding in verify(folder)] == [
        (False, "the recorder was killed: what it had not written is missing"),
        (False, f"the last line was not finished: its {unfinished:,} bytes are not read"),
    ]


def test_a_part_that_is_being_recorded_is_no_fault(tmp_path: Path) -> None:
    folder, lines = market_folder(tmp_path), invented_lines(13, 5)
    part = OpenPart.begin(folder, lines[0][0], None)
    for received, payload in lines:
        part.append(f"{received} {payload}".encode())
    part.sync()
    (finding,) = verify(folder)
    assert (finding.is_wrong, finding.said) == (False, f"it is being recorded: {len(lines)} lines until now")
    assert seal_abandoned(folder) == []
    part.close("stopped")


def test_a_hole_is_known_and_not_wrong(tmp_path: Path) -> None:
    folder, lines = market_folder(tmp_path), invented_lines(14, 40)
    depths = [number for number, (_, payload) in enumerate(lines) if "depthUpdate" in payload]
    record(folder, [line for number, line in enumerate(lines) if number != depths[20]])
    seal_abandoned(folder)
    (finding,) = verify(folder)
    assert not finding.is_wrong
    assert re.fullmatch(r"a hole to the end from \d+ on: change \d+ does not follow change \d+", finding.said)


def test_files_that_no_manifest_holds_for_are_named_and_tidied(sealed: MarketFolder) -> None:
    stray = sealed.part("book", manifests_of(sealed)[0].name).with_name("part-1.parquet.unfinished")
    stray.write_bytes(b"x")
    (finding,) = verify(sealed)
    assert not finding.is_wrong
    assert finding.said.startswith(f"{stray} is of no part")
    compact(sealed, now=manifests_of(sealed)[-1].last)
    assert list(verify(sealed)) == []


def test_bars_that_an_earlier_version_sealed_lack_variables_and_are_not_wrong(sealed: MarketFolder) -> None:
    for manifest in manifests_of(sealed):
        path = sealed.part("bars", manifest.name)
        table = pq.read_table(path).drop_columns(["spread"])
        pq.write_table(table, path)
        write_manifest(sealed, replace(manifest, files={**manifest.files, "bars": facts_of(path, table.num_rows)}))
    found = list(verify(sealed))
    assert not any(finding.is_wrong for finding in found)
    assert {finding.said for finding in found} == {"its base bars have no spread: an earlier version sealed them"}
    assert all(math.isnan(bar.values["spread"]) for batch in read_bars(sealed) for bar in bars_of(batch))
    assert compact(sealed, now=manifests_of(sealed)[-1].last + 48 * HOUR) == []
