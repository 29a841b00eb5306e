"""Which files a user named: one, those of a folder or of a pattern, or a list of these."""

import glob
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lstm_sweep.config.spelling import typed
from lstm_sweep.data.files.contents.names import printable
from lstm_sweep.errors import UserError, require

_NO_DATA = re.compile(
    r"(?i)\..*|(read.?me|licen[cs]e|changelog|notice|thumbs\.db)\b.*|.*~"
    r"|.*\.(md|rst|pdf|docx?|html?|png|jpe?g|gif|svg|py|ipynb|r|sh|bat|log|ya?ml|toml|ini|cfg"
    r"|checksum|md5|sha1|sha256|sha512|asc|sig|tmp|bak|part|crdownload)"
)
"""Names of files that lie beside data: hidden ones, texts for people, programs, checksums, unfinished downloads."""

_EXPECTED = "data.path must name a file, a folder, a pattern or a list of them"


@dataclass(frozen=True)
class DataFile:
    """A file that a user named.

    Attributes:
        name: as it is written in messages, without `inside`.
        path: where it is.
        inside: what follows the colon ('archive.zip:member.csv', 'reply.json:result.BTC'), or None.
    """

    name: str
    path: Path
    inside: str | None = None


def find_files(wanted: Any) -> tuple[tuple[DataFile, ...], tuple[str, ...]]:
    """The files that `data.path` names, those of a folder or a pattern in the order of their names.

    A path that exists is taken as it stands, whatever signs are in it. Numbers in names count as numbers: `btc-2.csv`
    comes before `btc-10.csv`. Hidden files, texts for people, checksums and the like are left out of folders and
    patterns.

    Args:
        wanted: `data.path`.

    Returns:
        The files, at least one and none twice; and what was left out, a sentence each.

    Raises:
        UserError: where there is no such file, or one is named twice.
    """
    words = list(wanted) if isinstance(wanted, list | tuple) else [wanted]
    advice = f"write it like {typed('data.path', 'btc.csv')}"
    require(bool(words), f"{_EXPECTED}, but is an empty list: {advice}.")
    for word in words:
        is_word = isinstance(word, str | int | float | Path) and not isinstance(word, bool) and bool(str(word).strip())
        require(is_word, f"{_EXPECTED}, but is {word!r}: {advice}.")
    found = [_named(str(word)) for word in words]
    files = [file for files, _ in found for file in files]
    times = Counter((file.path.resolve(), file.inside) for file in files)
    for file in files:
        count = times[file.path.resolve(), file.inside]
        require(count == 1, f"data.path must name each file once, but names {file.name} {count} times: name it once.")
    return tuple(files), tuple(note for _, notes in found for note in notes)


def _named(word: str) -> tuple[list[DataFile], list[str]]:
    try:
        path = Path(word).expanduser()
        if "\0" in word:
            raise ValueError("embedded null byte")
        if path.is_dir():
            return _of_folder(word, path)
        if path.exists():
            return [DataFile(printable(word), path)], []
        return _inside(word) or _of_pattern(word, path)
    except (RuntimeError, ValueError) as error:  # a home folder of nobody, a path with a NUL in it
        reason = f"{word[:200]!r} is no path ({error})"
    except OSError as error:
        reason = f"{word[:200]} cannot be looked for ({error.strerror})"
    raise UserError(f"{_EXPECTED}, but {reason}: check the path.")


def _inside(word: str) -> tuple[list[DataFile], list[str]] | None:
    for colon in re.finditer(":", word):
        outer, inside = word[: colon.start()], word[colon.end() :]
        path = Path(outer).expanduser()
        if outer and inside and path.is_file():
            return [DataFile(printable(outer), path, inside)], []
    return None


def _of_folder(word: str, folder: Path) -> tuple[list[DataFile], list[str]]:
    entries = [(f"{word.rstrip('/')}/{path.name}", path) for path in folder.iterdir()]
    kept, notes = _data_files(word, entries)
    folders = sorted(path.name for _, path in entries if path.is_dir() and not path.name.startswith("."))
    if not kept:
        reason = f"holds folders only ({_listed(folders)})" if folders else "holds no data file"
        below = typed("data.path", f"{word.rstrip('/')}/**/*.csv")
        advice = f"name one of them, or the files below them, as in {below}" if folders else "check the path"
        raise UserError(f"{_EXPECTED}, but the folder {word} {reason}: {advice}.")
    return kept, notes


def _of_pattern(word: str, path: Path) -> tuple[list[DataFile], list[str]]:
    if not glob.has_magic(word):
        raise UserError(f"{_EXPECTED}, but there is no {word} (looked in {Path.cwd()}): check the path.")
    found = glob.glob(str(path), recursive=True)
    home = str(path)[: len(str(path)) - len(word.removeprefix("~"))] if word.startswith("~") else ""
    kept, notes = _data_files(word, [(f"~{name.removeprefix(home)}" if home else name, Path(name)) for name in found])
    if not kept:
        raise UserError(f"{_EXPECTED}, but no data file matches {word} (looked in {Path.cwd()}): check the pattern.")
    return kept, notes


def _data_files(word: str, entries: Sequence[tuple[str, Path]]) -> tuple[list[DataFile], list[str]]:
    kept = [DataFile(printable(name), path) for name, path in entries if path.is_file() and not is_no_data(path.name)]
    used = {file.path for file in kept}
    left_out = sorted(printable(path.name) for _, path in entries if path not in used)
    notes = [f"{word}: left out {_listed(left_out)}"] if left_out else []
    return sorted(kept, key=lambda file: natural(file.name)), notes


def is_no_data(name: str) -> bool:
    """Whether a file of this name, without its folder, is left out where a folder, pattern or archive is named."""
    return _NO_DATA.fullmatch(name) is not None


def natural(name: str) -> tuple[str, str]:
    """A key that sorts names by the numbers in them."""
    return re.sub(r"\d+", lambda digits: digits[0].zfill(20), name), name


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
