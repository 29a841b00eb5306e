"""The rows of the files of one series, before anything is made of their cells."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class FilePart:
    """One of the files that a table was put together from.

    Attributes:
        path: as it is written in messages.
        first: index of its first row in the table.
        line: line of that row in the file, counted from 1.
        word: what rows are counted as: "line", or "row" where a file has no lines.
    """

    path: str
    first: int
    line: int
    word: str = "line"


@dataclass(frozen=True)
class FileTable:
    """Cells by the names of their columns.

    Attributes:
        path: what the user named, for messages.
        rows: text as it stands in the file, nan where a cell is empty; or numbers and times where a file has types
            (Parquet, Feather). The index is `FilePart.first` plus the lines since `FilePart.line`, strictly increasing.
        has_header: whether the names stand in the file; else they are those of a known dump, or numbers from 0.
        parts: the files, in the order of their rows.
        notes: what was found and done so far, a sentence each.
        levels: lines of a header of several, a cell per column, where only all of them tell the columns apart.
    """

    path: str
    rows: pd.DataFrame
    has_header: bool
    parts: tuple[FilePart, ...]
    notes: tuple[str, ...] = ()
    levels: tuple[tuple[str, ...], ...] = ()

    def part(self, index: int) -> FilePart:
        """The file that a row stands in."""
        return next(part for part in reversed(self.parts) if part.first <= index)

    def place(self, index: int) -> str:
        """Where a row stands, for messages: 'btc.csv, line 7'."""
        part = self.part(index)
        return f"{part.path}, {part.word} {index - part.first + part.line}"
