"""The journal of a live process: its whole state, written before anything is shown."""

from collections.abc import Iterator
from pathlib import Path
from typing import Self, final

from lstm_sweep.live.record.lines import JOURNAL, Line, decode, encode
from lstm_sweep.storage.checked_lines import AppendedFile, whole_lines


@final
class LiveJournal:
    """Appends to the journal of one live process, from one thread.

    Attributes:
        folder: live/<name>/.
    """

    def __init__(self, folder: Path) -> None:
        """Open the journal in `folder`, which exists."""
        self.folder = folder
        self._file = AppendedFile(folder / JOURNAL)

    def write(self, *lines: Line) -> None:
        """Append lines; all of them are on the disk when the call returns, or, on a full one, none."""
        self._file.append(b"".join(map(encode, lines)))

    def __enter__(self) -> Self:
        """Write while in the block."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close the file."""
        self._file.close()


def read_journal(folder: Path) -> Iterator[Line]:
    """The lines in a folder, in order; those that a kill left unfinished are left out."""
    if not (folder / JOURNAL).exists():
        return
    for _, text in whole_lines(folder / JOURNAL):
        line = decode(text)
        if line is not None:
            yield line
