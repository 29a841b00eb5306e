"""Few large files of many small ones, and raw lines that are old enough to go; nothing else ever touches sealed files.

Killed at any point, what was sealed is still read, once, and the next time ends what this one began: the new files and
their manifest are on the disk before the old ones go, and a manifest of more parts holds for all of them.
"""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from lstm_sweep.errors import require
from lstm_sweep.locks import holding
from lstm_sweep.market_store.layout import KINDS, MarketFolder, day_of
from lstm_sweep.market_store.manifest import (
    Manifest,
    check_files,
    manifests_of,
    remove_sealed,
    without_raw,
    write_manifest,
)
from lstm_sweep.market_store.scanning import SealedRows, missing_variables
from lstm_sweep.market_store.writing import PartFiles
from lstm_sweep.orderbook.units import NANOSECONDS

DAY = 86_400 * NANOSECONDS


def compact(folder: MarketFolder, now: int, raw_days: float | None = None) -> list[Manifest]:
    """Put the parts of each day that is over into one, and remove raw lines that are older than so many days.

    Args:
        folder: of a market; its events, its base bars and its holes are the same before and after.
        now: nanoseconds since 1970.
        raw_days: None keeps all raw lines.

    Returns:
        The manifests that were written.

    Raises:
        UserError: where a file is not what its manifest says: it is left as it is.
        OSError: where the files cannot be written; what was sealed is then as it was.
    """
    with holding(folder.lock, wait=True):
        tidy(folder)
        over = [each for each in manifests_of(folder) if day_of(each.parts[0].start) < day_of(now)]
        # Bars of an earlier version lack variables, which a file of both could not say.
        over = [each for each in over if not missing_variables(folder, each)]
        days = [list(group) for _, group in groupby(over, key=lambda each: day_of(each.parts[0].start))]
        written = [_merge(folder, day) for day in days if len(day) > 1]
        if raw_days is not None:
            old = [each for each in manifests_of(folder) if "raw" in each.files and each.last < now - raw_days * DAY]
            written += [_remove_raw(folder, each) for each in old]
    return written


def tidy(folder: MarketFolder) -> None:
    """Remove what a kill left: files that were being written, and files that no manifest holds for any more.

    Whoever calls it holds the lock of the folder.
    """
    for path in leftovers(folder):
        path.unlink(missing_ok=True)


def leftovers(folder: MarketFolder) -> list[Path]:
    """Files that were being written when a process was killed, and files that no manifest holds for."""
    alive = manifests_of(folder)
    kept = {folder.part(kind, each.name) for each in alive for kind in each.files}
    kept |= {folder.manifest(each.name) for each in alive}
    found = [path for kind in KINDS for path in (folder.path / kind).glob("date=*/part-*")]
    found += folder.manifests.glob("part-*")
    return sorted(path for path in found if path not in kept)


def _merge(folder: MarketFolder, day: list[Manifest]) -> Manifest:
    """One manifest of the parts of several."""
    for each in day:
        _refuse_changed(folder, check_files(folder, each))
    held = {part.start: (part, each) for each in day for part in each.parts}
    parts = tuple(held[start][0] for start in sorted(held))
    name = f"{parts[0].start}-{len(parts)}"
    with PartFiles(folder, name) as files:
        for part in parts:
            for kind in KINDS:
                if part.rows.get(kind) and (kind != "raw" or part.raw == "kept"):
                    for batch in SealedRows(folder, held[part.start][1], kind, part=part.start):
                        files.write(kind, batch)
        expected = {kind: sum(each.files[kind].rows for each in day if kind in each.files) for kind in KINDS}
        changed = (
            f"{folder.path} has {files.rows.get(kind, 0):,} rows of {kind} on {day_of(parts[0].start)}, not {count:,}"
            for kind, count in expected.items()
            if files.rows.get(kind, 0) != count
        )
        _refuse_changed(folder, changed)
        manifest = Manifest(name, files.publish(), parts)
        write_manifest(folder, manifest)
    for each in day:
        remove_sealed(folder, each)
    return manifest


def _remove_raw(folder: MarketFolder, manifest: Manifest) -> Manifest:
    left = without_raw(manifest)
    write_manifest(folder, left)
    folder.part("raw", manifest.name).unlink(missing_ok=True)
    return left


def _refuse_changed(folder: MarketFolder, found: Iterable[str]) -> None:
    wrong = next(iter(found), None)
    require(
        wrong is None,
        f"sealed files must be as their manifests say, but {wrong}: see {folder.command('verify')}, and restore it.",
    )
