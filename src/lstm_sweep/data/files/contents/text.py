"""The text of a file that a user named, or one sentence why there is none."""

import gzip
import zlib
from pathlib import Path

from lstm_sweep.data.files.contents.encodings import decode
from lstm_sweep.errors import UserError, require

_MARKUP = ("{", "[", "<!doctype", "<html", "<?xml")
_GZIP = b"\x1f\x8b"
_EXPECTED = "data.path must be a CSV file, gzipped or not"


def read_text(path: str) -> tuple[str, tuple[str, ...]]:
    """The text of a CSV file, lines ending in a line feed, and what was taken of its encoding, a sentence each.

    Args:
        path: the file as the user typed it; gzip is told by its first bytes, not by its name.

    Raises:
        UserError: where there is no such file, or it is a folder, unreadable, empty, damaged or no text.
    """
    text, notes = decode(_unzip(path, _bytes(path)), path)
    require(bool(text.strip()), f"{_EXPECTED}, but {path} is empty: check how it was written.")
    markup = text[:1000].lstrip().lower().startswith(_MARKUP)
    require(not markup, f"{_EXPECTED}, but {path} is JSON or a web page: export it as CSV.")
    return text, notes


def _bytes(path: str) -> bytes:
    try:
        return Path(path).expanduser().read_bytes()
    except FileNotFoundError:
        reason = f"there is no {path} (looked in {Path.cwd()})"
    except IsADirectoryError:
        reason = f"{path} is a folder"
    except OSError as error:
        reason = f"{path} cannot be read ({error.strerror})"
    except (RuntimeError, ValueError) as error:  # a home folder of nobody, a path with a NUL in it
        reason = f"{path!r} is no path ({error})"
    raise UserError(f"{_EXPECTED}, but {reason}: check the path.")


def _unzip(path: str, content: bytes) -> bytes:
    if not content.startswith(_GZIP):
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, OSError, zlib.error):
        raise UserError(f"{_EXPECTED}, but {path} is a damaged or cut off gzip file: download it again.") from None
