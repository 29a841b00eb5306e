"""The journal of a live process: its whole state, written before anything is shown."""

from collections.abc import Iterator
from pathlib import Path
from typing import Self, final

from lstm_sweep.errors import require
from lstm_sweep.live.record.lines import JOURNAL, BarLine, BeginLine, ForecastLine, Line, ScoreLine, decode, encode
from lstm_sweep.storage.checked_lines import AppendedFile, decode_entries, whole_lines


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
    """The lines in a folder, in order; those that a kill left unfinished are left out.

    Raises:
        UserError: at a line that was whole and is not any more, or that does not follow from those before it.
    """
    if not (folder / JOURNAL).exists():
        return
    order = _Order()
    for number, (_, text) in enumerate(whole_lines(folder / JOURNAL), start=1):
        line = decode(text)
        wrong = order.wrong_with(line) if line is not None else _damage(text)
        require(
            not wrong,
            f"{folder / JOURNAL} must be as it was written, but line {number} {wrong}: bring back a copy, or begin "
            "anew with another live.name.",
        )
        if line is not None:
            yield line


def _damage(text: bytes) -> str:
    """What is wrong with a line that says nothing; a kill leaves the start of one, and later versions other kinds."""
    return "is damaged" if text.endswith(b'"}') and decode_entries(text) is None else ""


class _Order:
    """Tells lines that are missing, doubled or moved by the times of bars."""

    def __init__(self) -> None:
        self._newest: int | None = None
        self._missing: int | None = None  # bars of the history that are still to come; None before anything

    def wrong_with(self, line: Line) -> str:
        if isinstance(line, BeginLine):
            if self._missing is not None and self._missing <= 0:
                return "begins anew"
            self._newest, self._missing = None, line.history
        elif self._missing is None:
            return "comes before the first line, which says what all rests on"
        elif isinstance(line, BarLine):
            if self._newest is not None and line.time <= self._newest:
                return "is a bar that is there already"
            self._newest, self._missing = line.time, self._missing - 1
        elif isinstance(line, ForecastLine) and line.origin != self._newest:
            return "is a forecast after a bar that is not the newest one before it"
        elif isinstance(line, ScoreLine) and line.time != self._newest:
            return "is a score by a bar that is not the newest one before it"
        return ""
