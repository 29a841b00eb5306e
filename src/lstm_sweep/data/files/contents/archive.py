"""The members of a zip archive."""

import io
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import IO

from lstm_sweep.config.spelling import typed
from lstm_sweep.data.files.contents.names import printable
from lstm_sweep.data.files.contents.paths import is_no_data, natural
from lstm_sweep.errors import UserError, require

_FIRST = (b"PK\x03\x04", b"PK\x05\x06")
_FOREIGN = {
    "xl/": ("an Excel workbook", "export the sheet as CSV"),
    "word/": ("a Word document", "export its table as CSV"),
    "content.xml": ("an OpenDocument file", "export the sheet as CSV"),
    "Index/Document.iwa": ("a Numbers document", "export the sheet as CSV"),
}
"""Beginnings of members' names that tell of other files that are zip archives too."""


def is_archive(data: bytes) -> bool:
    """Whether bytes are a zip archive."""
    return data.startswith(_FIRST)


def members(data: bytes, name: str, inside: str | None) -> Iterator[tuple[str, str | None, IO[bytes]]]:
    """The members of an archive that are asked for, or its only data file.

    Args:
        data: the archive.
        name: of the archive, for messages.
        inside: name of a member, with or without what is named inside of it; or a pattern of names; or None.

    Returns:
        For each: its name for messages, what is named inside of it, and its bytes.

    Raises:
        UserError: where the archive is damaged or locked, is no archive of data, or which member is not said.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise _damaged(name) from None
    with archive:
        names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
        _refuse_documents(names, name)
        for member, rest in _wanted(names, name, inside):
            title = f"{name}:{printable(member)}"
            yield title, rest, _open(archive, member, title)


def _damaged(name: str) -> UserError:
    return UserError(f"data.path must be a whole file, but {name} is a damaged or cut off zip file: download it again.")


def _open(archive: zipfile.ZipFile, member: str, name: str) -> IO[bytes]:
    try:
        return archive.open(member)
    except RuntimeError:
        raise UserError(f"data.path must be readable, but {name} is locked by a password: unpack it.") from None
    except NotImplementedError:
        raise UserError(f"data.path must be readable, but {name} is packed in an unusual way: unpack it.") from None
    except (zipfile.BadZipFile, OSError):
        raise _damaged(name) from None


def _refuse_documents(names: list[str], name: str) -> None:
    for start, (kind, advice) in _FOREIGN.items():
        if any(member.startswith(start) for member in names):
            raise UserError(f"data.path must be a table as text, Parquet or Feather, but {name} is {kind}: {advice}.")


def _wanted(names: list[str], name: str, inside: str | None) -> list[tuple[str, str | None]]:
    data = sorted((each for each in names if _is_data(each)), key=natural)
    if inside is None:
        require(bool(data), f"data.path must hold data, but the archive {name} holds no data file: check the path.")
        if len(data) > 1:
            raise _several(data, name, f"{name} holds {len(data)} files")
        return [(data[0], None)]
    for member in sorted(names, key=len, reverse=True):
        if inside == member or inside.startswith(f"{member}:"):
            return [(member, inside[len(member) + 1 :] or None)]
    alike = [member for member in data if fnmatchcase(member, inside)]
    if not alike and len(data) == 1:  # what is named is inside of the only member
        return [(data[0], inside)]
    if not alike:
        raise _several(data, name, f"{name} holds no {inside[:60]!r}") if data else _damaged(name)
    return [(member, None) for member in alike]


def _is_data(member: str) -> bool:
    path = PurePosixPath(member)
    return (
        "__MACOSX" not in path.parts
        and not any(part.startswith(".") for part in path.parts)
        and not is_no_data(path.name)
    )


def _several(data: list[str], name: str, found: str) -> UserError:
    example = typed("data.path", f"{name}:{data[0]}")
    others = f", or several that belong together, as in {typed('data.path', f'{name}:*')}" if len(data) > 1 else ""
    listed = ", ".join(map(printable, data[:3])) + (f" and {len(data) - 3} more" if len(data) > 3 else "")
    return UserError(f"data.path must name what to read, but {found} ({listed}): name one, as in {example}{others}.")
