"""What is said of sealed files: written last, so that a part without it is not sealed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from lstm_sweep.errors import UserError
from lstm_sweep.market_store.layout import FORMAT, KINDS, Kind, MarketFolder
from lstm_sweep.market_store.whole_files import put_whole, sha256_of, sync_folder


@dataclass(frozen=True)
class SealedFile:
    """A Parquet file: its size in bytes, its rows, and the digest of its content."""

    bytes: int
    rows: int
    sha256: str


@dataclass(frozen=True)
class SealedPart:
    """A part as it was recorded, whichever files it lies in now; times are local, in nanoseconds since 1970.

    Attributes:
        start: names it.
        first, last: when its first and its last line were received; None where it has none.
        lines: how many.
        messages: how many of each class of events.
        rows: how many in each kind of file.
        changes: number of the first and of the last change of the book; None where there is none.
        trades: the same of trades.
        has_checkpoint: whether it begins with all that was known.
        holes: start, end (None where it was still open) and reason of each.
        clock: local time and by how many nanoseconds the local clock was ahead of the exchange's.
        ended: why it ended, in the recorder's words; None where the recorder was killed.
        unfinished: bytes of a last line that was not finished.
        raw: 'kept', 'left out' (never sealed) or 'removed' (later).
    """

    start: int
    first: int | None
    last: int | None
    lines: int
    messages: dict[str, int]
    rows: dict[str, int]
    changes: tuple[int, int] | None
    trades: tuple[int, int] | None
    has_checkpoint: bool
    holes: tuple[tuple[int, int | None, str], ...]
    clock: tuple[tuple[int, int], ...]
    ended: str | None
    unfinished: int
    raw: str


@dataclass(frozen=True)
class Manifest:
    """Sealed files and the parts in them.

    Attributes:
        name: of the files: the start of the part, and after a dash how many there are where there are several.
        files: by kind; only kinds that have rows.
        parts: oldest first.
    """

    name: str
    files: dict[Kind, SealedFile]
    parts: tuple[SealedPart, ...]

    @property
    def first(self) -> int:
        """When its first line was received, in nanoseconds since 1970; the start where there is none."""
        return min((part.first for part in self.parts if part.first is not None), default=self.parts[0].start)

    @property
    def last(self) -> int:
        """When its last line was received."""
        return max((part.last for part in self.parts if part.last is not None), default=self.parts[0].start)


def facts_of(path: Path, rows: int) -> SealedFile:
    """What a manifest says of a file."""
    return SealedFile(path.stat().st_size, rows, sha256_of(path))


def check_files(folder: MarketFolder, manifest: Manifest) -> list[str]:
    """What is wrong with the files of a manifest, a sentence each: gone, or of other bytes."""
    found = []
    for kind, file in manifest.files.items():
        path = folder.part(kind, manifest.name)
        if not path.is_file():
            found.append(f"{path} is gone")
        elif path.stat().st_size != file.bytes:
            found.append(f"{path} has {path.stat().st_size:,} bytes, not {file.bytes:,}")
        elif sha256_of(path) != file.sha256:
            found.append(f"{path} has changed: its sha256 is another one")
    return found


def write_manifest(folder: MarketFolder, manifest: Manifest) -> None:
    """Seal: from here on the files count."""
    content = {"format": FORMAT, "market": vars(folder.market), **asdict(manifest)}
    with put_whole(folder.manifest(manifest.name)) as unfinished:
        unfinished.write_text(json.dumps(content, indent=1))


def read_manifest(path: Path) -> Manifest:
    """The manifest in a file.

    Raises:
        UserError: where it is none.
        FileNotFoundError: where it is gone, as after compacting.
    """
    content = path.read_bytes()
    try:
        facts = json.loads(content)
        if facts["format"] != FORMAT:
            raise ValueError(f"format {facts['format']}")
        files = {kind: SealedFile(**facts["files"][kind]) for kind in KINDS if kind in facts["files"]}
        return Manifest(facts["name"], files, tuple(_part(each) for each in facts["parts"]))
    except (ValueError, TypeError, KeyError) as error:
        raise UserError(
            f"{path} must say what is sealed, but cannot be read ({error!r}): restore it, or use the version of this "
            "program that wrote it."
        ) from None


def _part(facts: Mapping[str, Any]) -> SealedPart:
    lists = {name: tuple(map(tuple, facts[name])) for name in ("holes", "clock")}
    spans = {name: tuple(facts[name]) if facts[name] else None for name in ("changes", "trades")}
    return SealedPart(**{**facts, **lists, **spans})


def manifests_of(folder: MarketFolder) -> list[Manifest]:
    """What is sealed of a market, oldest first; a manifest whose parts another one has taken over is left out."""
    alive = {manifest.name: manifest for manifest in manifest_by_part(folder).values()}
    return sorted(alive.values(), key=lambda each: each.parts[0].start)


def manifest_by_part(folder: MarketFolder) -> dict[int, Manifest]:
    """By the start of each sealed part, the manifest that holds for it: of the most parts."""
    found = filter(None, (_read_if_there(path) for path in folder.manifests.glob("part-*.json")))
    ordered = sorted(found, key=lambda each: len(each.parts))
    return {part.start: manifest for manifest in ordered for part in manifest.parts}


def holes_of(folder: MarketFolder) -> Iterator[tuple[int, int]]:
    """From and until when something is missing of sealed parts: some show only after the bars that they lie in."""
    for manifest in manifests_of(folder):
        for part in manifest.parts:
            yield from ((begin, (part.last or begin) if end is None else end) for begin, end, _ in part.holes)


def _read_if_there(path: Path) -> Manifest | None:
    try:
        found = path.stat()
        return _read_once(path, found.st_ino, found.st_mtime_ns)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=20_000)
def _read_once(path: Path, inode: int, time: int) -> Manifest:
    """A manifest never changes but by being replaced: whoever looks again and again reads it once."""
    return read_manifest(path)


def remove_sealed(folder: MarketFolder, manifest: Manifest) -> None:
    """Remove sealed files whose parts another manifest has taken over; the manifest goes last."""
    for kind in KINDS:
        folder.part(kind, manifest.name).unlink(missing_ok=True)
    folder.manifest(manifest.name).unlink(missing_ok=True)
    sync_folder(folder.manifests)


def without_raw(manifest: Manifest) -> Manifest:
    """The same files but for raw lines."""
    files: dict[Kind, SealedFile] = {kind: file for kind, file in manifest.files.items() if kind != "raw"}
    parts = (replace(part, raw="removed" if part.raw == "kept" else part.raw) for part in manifest.parts)
    return Manifest(manifest.name, files, tuple(parts))
