"""The records that an event file consists of.

Each is its length (8 bytes, little-endian), a checksum of that (4), its content, and a checksum of that (4).
"""

import struct
from pathlib import Path

from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

_HEAD = struct.Struct("<QI")
_FOOT = struct.Struct("<I")


def cut_to_whole_records(path: Path) -> list[bytes]:
    """Cut off, in place, what a kill left of the last record.

    Returns:
        The contents of the records; none where there is no file yet.
    """
    if not path.exists():
        return []
    contents, end = [], 0
    written = path.read_bytes()
    while (content := _record_at(written, end)) is not None:
        contents.append(content)
        end += _HEAD.size + len(content) + _FOOT.size
    if end < len(written):
        with path.open("rb+") as file:
            file.truncate(end)
    return contents


def _record_at(written: bytes, start: int) -> bytes | None:
    """The content of the record that starts there; None where it is not whole."""
    body = start + _HEAD.size
    if body > len(written):
        return None
    length, checksum = _HEAD.unpack_from(written, start)
    if checksum != masked_crc32c(written[start : start + 8]) or body + length + _FOOT.size > len(written):
        return None
    content = written[body : body + length]
    return content if _FOOT.unpack_from(written, body + length) == (masked_crc32c(content),) else None
