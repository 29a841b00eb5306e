"""Files that a reader sees whole or not at all, and that outlast a loss of power once they are seen."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

UNFINISHED: Final = ".unfinished"
"""Ends the name of a file that is being written; whatever bears it may be deleted once nobody writes."""

_CHUNK: Final = 1 << 20


@contextmanager
def put_whole(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to, in a folder that is made; at `path`, on the disk, once the block ends well."""
    make_folder(path.parent)
    unfinished = path.with_name(f"{path.name}{UNFINISHED}")
    try:
        yield unfinished
        publish(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def publish(unfinished: Path, path: Path) -> None:
    """Let a file that is complete be seen at `path`, after its content has reached the disk."""
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)
    sync_folder(path.parent)


def make_folder(path: Path) -> None:
    """Make a folder and those above it, each on the disk before anything is written into it."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(exist_ok=True)
        sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Bring what was made, renamed and removed in a folder to the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def sha256_of(path: Path) -> str:
    """Digest of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()
