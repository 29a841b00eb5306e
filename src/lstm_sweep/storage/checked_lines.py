"""Lines of JSON with a checksum, so that a damaged line is told from a whole one, and files that only grow by them."""

import json
import os
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, final

from lstm_sweep.storage.strict_json import strict_json

_CHECKSUM = ', "crc": "'
"""Starts the last entry of every line; what stands before it is what the checksum is of."""


def encode_entries(entries: Mapping[str, Any]) -> bytes:
    """One line with its end; numbers that are not finite become null, as JSON has none."""
    content = strict_json(dict(entries))[:-1]
    return f'{content}{_CHECKSUM}{zlib.crc32(content.encode()):08x}"}}\n'.encode()


def decode_entries(text: bytes) -> dict[str, Any] | None:
    """The entries of a line without its end, or None where it is not what was once written."""
    content, found, checksum = text.rpartition(_CHECKSUM.encode())
    if not found or checksum != f'{zlib.crc32(content):08x}"}}'.encode():
        return None
    try:
        entries = json.loads(content + b"}")
    except ValueError:
        return None
    return entries if isinstance(entries, dict) else None


def whole_lines(path: Path, start: int = 0) -> Iterator[tuple[int, bytes]]:
    """Lines that are written to their end.

    Args:
        path: of the file.
        start: byte to begin at: 0, or an end that was yielded before.

    Yields:
        The byte after each line, and its text without the end.
    """
    with path.open("rb") as file:
        file.seek(start)
        for text in file:
            if not text.endswith(b"\n"):
                return
            start += len(text)
            yield start, text[:-1]


@final
class AppendedFile:
    """A file that grows by whole lines: each is there once `append` returns, or, on a disk that is full, none of it."""

    def __init__(self, path: Path) -> None:
        """Open the file, which is made; what a kill left of its last line is closed, and stays as a damaged one."""
        path.touch()
        self._file = os.open(path, os.O_RDWR | os.O_APPEND)
        length = os.fstat(self._file).st_size
        if length and os.pread(self._file, 1, length - 1) != b"\n":
            self.append(b"\n", durable=False)

    def append(self, text: bytes, durable: bool = True) -> None:
        """Write lines with their ends; durable ones are on the disk when the call returns."""
        length = os.fstat(self._file).st_size
        try:
            while text:
                text = text[os.write(self._file, text) :]
        except OSError:
            os.ftruncate(self._file, length)
            raise
        if durable:
            os.fsync(self._file)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)
