"""The lines of a journal: JSON, each with a checksum, so that a damaged one is known from a whole one."""

import json
import math
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lstm_sweep.storage.strict_json import strict_json

JOURNAL = "journal.jsonl"

Line = dict[str, Any]

_CHECKSUM = ', "crc": "'
"""Starts the last entry of every line; what stands before it is what the checksum is of."""


def encode(line: Line) -> bytes:
    """One line with its end; numbers that are not finite become null, as JSON has none."""
    content = strict_json(line)[:-1]
    return f'{content}{_CHECKSUM}{zlib.crc32(content.encode()):08x}"}}\n'.encode()


def decode(text: bytes) -> Line | None:
    """The content of a line without its end, or None where it is not what was once written."""
    content, found, checksum = text.rpartition(_CHECKSUM.encode())
    if not found or checksum != f'{zlib.crc32(content):08x}"}}'.encode():
        return None
    line: Line = json.loads(content + b"}")
    return line


def read_lines(folder: Path, start: int = 0) -> Iterator[tuple[int, Line | None]]:
    """Lines of the journal in a sweep's folder that are written to their end.

    Args:
        folder: sweeps/<name>/.
        start: byte to begin at: 0, or an end that was yielded before.

    Yields:
        The byte after each line, and its content, or None where the line is damaged.
    """
    with (folder / JOURNAL).open("rb") as file:
        file.seek(start)
        for text in file:
            if not text.endswith(b"\n"):
                return
            start += len(text)
            yield start, decode(text[:-1])


def number_of(value: float | None) -> float:
    """The number that a line tells; null is nan, as one that was not finite."""
    return math.nan if value is None else value
