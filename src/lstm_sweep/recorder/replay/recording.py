"""Recorded lines of one market, '1723161253937085768 {...}', from files."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lstm_sweep.errors import UserError, require
from lstm_sweep.orderbook.feeds.feed import MalformedLineError, stamped

_ENDINGS = (".gz", ".lines", ".txt", ".log")


@dataclass(frozen=True)
class Recording:
    """May be read any number of times, from the beginning.

    Attributes:
        paths: of its files, oldest first.
    """

    paths: tuple[Path, ...]

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """Local time in nanoseconds since 1970, and what was received.

        A last line of a recorder's own open file that was never finished is left out.

        Raises:
            UserError: where a line does not begin with a time.
        """
        for path in self.paths:
            for number, line in enumerate(_lines(path), start=1):
                try:
                    yield stamped(line)
                except MalformedLineError as error:
                    raise UserError(f"{path} line {number}: {error}: name a file of recorded lines.") from None


def recording_at(path: Path) -> Recording:
    """The recording in a file, or in all files of a folder in the order of their first lines.

    Raises:
        UserError: where there is none.
    """
    require(path.exists(), f"path must be a file or folder of recorded lines, but there is no {path}: name one.")
    files = [path] if path.is_file() else [each for each in path.iterdir() if each.suffix in _ENDINGS]
    filled = [file for file in files if next(_lines(file), None) is not None]
    require(
        bool(filled),
        f"path must hold recorded lines, but {path} has no file with lines that ends in {', '.join(_ENDINGS)}: name "
        "one that does.",
    )
    return Recording(tuple(sorted(filled, key=lambda file: next(iter(Recording((file,))))[0])))


def _lines(path: Path) -> Iterator[str]:
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n") or path.suffix != ".lines":
                    yield line.rstrip(b"\r\n").decode(errors="replace")
    except (OSError, EOFError) as error:
        raise UserError(f"{path} must be readable to its end, but is not ({error}): name another file.") from None
