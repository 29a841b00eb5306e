"""From an open part to Parquet files and their manifest; killed at any point, the same again ends the same."""

import gc
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from lstm_sweep.errors import UserError
from lstm_sweep.locks import holding, is_held
from lstm_sweep.market_store.buffers import EventBuffers
from lstm_sweep.market_store.decoding import WholeLines, decoded, lots
from lstm_sweep.market_store.holding import take_lock
from lstm_sweep.market_store.layout import Kind, MarketFolder
from lstm_sweep.market_store.manifest import Manifest, SealedFile, SealedPart, manifest_by_part, write_manifest
from lstm_sweep.market_store.replayed import ReplayedPart
from lstm_sweep.market_store.whole_files import sync_folder
from lstm_sweep.market_store.writing import PartFiles


def seal(folder: MarketFolder, start: int, keep_raw: bool) -> Manifest:
    """Turn an open part into sealed files; the open ones go once all is on the disk.

    Args:
        folder: of the market.
        start: of the part, which no recorder writes any more.
        keep_raw: whether lines stay as they were received, beside what they say.

    Raises:
        UserError: where a living recorder holds the part.
        FileNotFoundError: where there is no such part.
        OSError: where the files cannot be written; the open part is then as it was.
    """
    with holding(folder.lock, wait=True):
        manifest = manifest_by_part(folder).get(start)
        if manifest is None:
            with take_lock(folder.held(start)), _without_collector():
                manifest = _seal(folder, start, keep_raw)
        _remove_open(folder, start)
    return manifest


def seal_abandoned(folder: MarketFolder, keep_raw: bool = True) -> list[Manifest]:
    """Seal the open parts that no living recorder holds, oldest first."""
    left = [start for start in folder.open_parts() if not is_held(folder.held(start))]
    return [seal(folder, start, keep_raw) for start in left]


def _seal(folder: MarketFolder, start: int, keep_raw: bool) -> Manifest:
    replayed, lines = ReplayedPart(folder), WholeLines(folder.lines(start))
    with PartFiles(folder, start) as files:
        buffers = EventBuffers(files, start, keep_raw)
        for lot in lots(decoded(folder.market.feed(), lines, start)):
            replayed.take_all([event for line in lot for event in line.events])
            buffers.take(lot)
        buffers.take_bars(replayed.bars)
        sealed = files.publish()
        part = replace(_facts(folder, buffers, replayed, sealed), unfinished=lines.unfinished)
        manifest = Manifest(str(start), sealed, (part,))
        write_manifest(folder, manifest)
    return manifest


def _facts(
    folder: MarketFolder, buffers: EventBuffers, replayed: ReplayedPart, sealed: Mapping[Kind, SealedFile]
) -> SealedPart:
    """What a manifest says of a part that was read to its end."""
    clock, ended = _notes(folder.notes(buffers.part))
    return SealedPart(
        start=buffers.part,
        first=buffers.first,
        last=buffers.last,
        lines=buffers.lines,
        messages=dict(sorted(replayed.messages.items())),
        rows={kind: file.rows for kind, file in sealed.items()},
        changes=replayed.changes,
        trades=replayed.trades,
        has_checkpoint=replayed.has_checkpoint,
        holes=tuple((hole.start, hole.end, hole.reason) for hole in replayed.holes),
        clock=clock,
        ended=ended,
        unfinished=0,
        raw="kept" if buffers.keep_raw else "left out",
    )


@contextmanager
def _without_collector() -> Iterator[None]:
    """Let nobody look for cycles: a pass makes none, but millions of objects, and a fifth of its time went there."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _notes(path: Path) -> tuple[tuple[tuple[int, int], ...], str | None]:
    """Offsets of the clock, and why the part ended; a line that was not finished says nothing."""
    clock, ended = list[tuple[int, int]](), None
    for line in WholeLines(path) if path.exists() else ():
        try:
            note = json.loads(line)
            ended = note.get("closed", ended)
            clock += [(int(received), int(offset)) for received, offset in [note["clock"]]] if "clock" in note else []
        except (ValueError, TypeError, AttributeError):
            raise UserError(
                f"{path} must hold notes of a recorder, but holds {line[:80]!r}: remove that line."
            ) from None
    return tuple(clock), ended


def _remove_open(folder: MarketFolder, start: int) -> None:
    """Remove the open part; its lines go last, as they say that something is left to remove."""
    for path in (folder.bars(start), folder.notes(start), folder.held(start), folder.lines(start)):
        path.unlink(missing_ok=True)
    if folder.open.is_dir():
        sync_folder(folder.open)
