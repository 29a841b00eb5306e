"""The bytes of files, out of whatever they are packed in; how they are packed is told by their first bytes."""

import bz2
import gzip
import io
import lzma
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from lstm_sweep.data.files.contents.archive import is_archive, members
from lstm_sweep.data.files.contents.foreign import refuse_foreign
from lstm_sweep.data.files.contents.paths import DataFile
from lstm_sweep.errors import UserError, require

_LAYERS = 3
"""Packed files in packed files; a file can be made that holds itself."""

_DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)


@dataclass(frozen=True)
class Content:
    """What a file holds, unpacked.

    Attributes:
        name: of the file, and of the member of an archive, as it is written in messages.
        data: the bytes.
        inside: what the user named inside of it, or None.
        is_packed: whether it came out of a packed file, which is whole or cannot be unpacked.
    """

    name: str
    data: bytes
    inside: str | None = None
    is_packed: bool = False


def most_bytes() -> int:
    """How large files may be together, unpacked: a quarter of the machine's memory, 4 GiB at most.

    A table takes up to four times the space of its file.
    """
    return min(4 << 30, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4)


def unpack(file: DataFile) -> Iterator[Content]:
    """What a file holds: one content, or several where a pattern names members of an archive.

    gzip, bzip2, xz, Zstandard, LZ4 and zip are unpacked, also in each other.

    Args:
        file: of `find_files`.

    Raises:
        UserError: where it cannot be read, is damaged, too large, or of a form that is no table.
    """
    try:
        with file.path.open("rb") as stream:
            data = _bounded(stream, file.name)
    except OSError as error:
        raise UserError(
            f"data.path must be a file that can be read, but {file.name} cannot ({error.strerror}): "
            "check the path and its permissions."
        ) from None
    yield from _unpack(Content(file.name, data, file.inside), _LAYERS)


def _unpack(content: Content, layers: int) -> Iterator[Content]:
    packing = next((each for each in _PACKINGS if each.first.match(content.data)), None)
    if packing is None and not is_archive(content.data):
        refuse_foreign(content.data, content.name)
        yield content
        return
    require(layers > 0, f"{content.name} must hold data, but is packed {_LAYERS} times over: unpack it.")
    if packing is not None:
        yield from _unpack(Content(content.name, _unpacked(content, packing), content.inside, True), layers - 1)
        return
    for name, inside, stream in members(content.data, content.name, content.inside):
        try:
            data = _bounded(stream, name)
        except _DAMAGE:
            raise _damaged(name, "zip") from None
        yield from _unpack(Content(name, data, inside, True), layers - 1)


@dataclass(frozen=True)
class _Packing:
    name: str
    first: "re.Pattern[bytes]"
    open: Callable[[io.BytesIO], Any]


def _arrow(codec: str) -> Callable[[io.BytesIO], Any]:
    def stream(file: io.BytesIO) -> Any:
        import pyarrow

        return pyarrow.CompressedInputStream(file, codec)

    return stream


_PACKINGS = (
    _Packing("gzip", re.compile(rb"\x1f\x8b"), lambda file: gzip.GzipFile(fileobj=file)),
    _Packing("bzip2", re.compile(rb"BZh[1-9](1AY&SY|\x17\x72\x45\x38\x50\x90)"), bz2.BZ2File),
    _Packing("xz", re.compile(rb"\xfd7zXZ\0"), lzma.LZMAFile),
    _Packing("Zstandard", re.compile(rb"\x28\xb5\x2f\xfd"), _arrow("zstd")),
    _Packing("LZ4", re.compile(rb"\x04\x22\x4d\x18"), _arrow("lz4")),
)


def _unpacked(content: Content, packing: _Packing) -> bytes:
    try:
        with packing.open(io.BytesIO(content.data)) as stream:
            return _bounded(stream, content.name)
    except _DAMAGE:
        raise _damaged(content.name, packing.name) from None


def _damaged(name: str, packing: str) -> UserError:
    return UserError(
        f"data.path must be a whole file, but {name} is a damaged or cut off {packing} file: download it again."
    )


def _bounded(stream: IO[bytes], name: str) -> bytes:
    most = most_bytes()
    pieces, size = [], 0
    while size <= most and (piece := stream.read(min(most + 1 - size, 1 << 26))):
        pieces.append(piece)
        size += len(piece)
    check_size(size, name)
    return b"".join(pieces)


def check_size(size: int, name: str) -> None:
    """Refuse what would fill the machine's memory.

    Raises:
        UserError: where `size` bytes are more than `most_bytes()`.
    """
    most = most_bytes()
    require(
        size <= most,
        f"data.path must name files of at most {most / 2**30:.3g} GiB together, unpacked, but {name} exceeds it: "
        "name fewer files, or keep only the columns and rows that are needed.",
    )
