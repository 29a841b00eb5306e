"""Tables of the files of one series, below each other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

import pandas as pd

from lstm_sweep.config.spelling import typed
from lstm_sweep.data.files.table import FileTable
from lstm_sweep.errors import UserError, require


@dataclass(frozen=True)
class Piece:
    """What one file holds.

    Attributes:
        kind: 'CSV', 'JSON', 'Parquet' or 'Feather'.
        table: of that file alone.
    """

    kind: str
    table: FileTable


def stack(pieces: Sequence[Piece], wanted: Any, notes: Sequence[str]) -> FileTable:
    """One table of the rows of all files, in the order of the files; columns are put together by their names.

    Args:
        pieces: of each file, at least one.
        wanted: `data.path`.
        notes: about the files as a whole.

    Raises:
        UserError: where files differ in kind or columns.
    """
    first = pieces[0].table
    if len(pieces) == 1:
        return replace(first, notes=(*notes, *first.notes))
    for piece in pieces[1:]:
        _check_alike(pieces[0], piece)
    tables = [piece.table for piece in pieces]
    shifts = _shifts(tables)
    rows = pd.concat([table.rows for table in tables])
    if len(rows):
        rows.index = pd.Index(
            pd.Series(rows.index) + pd.Series(shifts).repeat([len(table.rows) for table in tables]).to_numpy()
        )
    _check_types(rows, tables)
    parts = tuple(
        replace(table.parts[0], first=table.parts[0].first + shift) for table, shift in zip(tables, shifts, strict=True)
    )
    said = f"{len(tables):,} files: {first.path} to {tables[-1].path}"
    said_of_all = (said, *notes, *_common_notes(tables))
    return FileTable(_title(wanted), rows, first.has_header, parts, said_of_all, first.levels)


def _check_alike(one: Piece, other: Piece) -> None:
    a, b = one.table, other.table
    advice = f"name files of one kind only, as in {typed('data.path', a.path)}"
    require(
        one.kind == other.kind,
        f"data.path must name files of one kind, but {a.path} is {one.kind} and {b.path} is {other.kind}: {advice}.",
    )
    if set(a.rows.columns) == set(b.rows.columns) and a.has_header == b.has_header:
        return
    if a.has_header != b.has_header:
        with_names, without = (a, b) if a.has_header else (b, a)
        found = f"{with_names.path} has a header and {without.path} has none"
    else:
        found = " and ".join(
            f"only {table.path} has {', '.join(extra[:5])}"
            for table, extra in ((a, _extra(a, b)), (b, _extra(b, a)))
            if extra
        )
    raise UserError(f"data.path must name files of the same columns, but {found}: {advice}.")


def _extra(one: FileTable, other: FileTable) -> list[str]:
    return [str(name) for name in one.rows.columns if name not in other.rows.columns]


def _shifts(tables: Sequence[FileTable]) -> list[int]:
    """What is added to the rows' index of each table, so that all of them increase."""
    shifts, stop = [], 0
    for table in tables:
        shifts.append(stop)
        stop += int(table.rows.index[-1]) if len(table.rows) else 0
    return shifts


def _check_types(rows: pd.DataFrame, tables: Sequence[FileTable]) -> None:
    for name in rows.columns[rows.dtypes == "object"]:
        kinds = {table.rows[name].dtype.kind: table for table in tables if table.rows[name].notna().any()}
        if len(kinds) > 1:
            one, other, *_ = kinds.values()
            raise UserError(
                f"data.path must name files of the same columns, but {name} holds {one.rows[name].dtype} in {one.path} "
                f"and {other.rows[name].dtype} in {other.path}: write them alike."
            )


def _title(wanted: Any) -> str:
    words = [wanted] if isinstance(wanted, str) else [str(word) for word in wanted]
    return words[0] if len(words) == 1 else f"{PurePath(words[0]).name} and {len(words) - 1} more"


def _common_notes(tables: Sequence[FileTable]) -> list[str]:
    """Notes of single files, each once, with the first file that it is about unless it is about all."""
    about: dict[str, list[str]] = {}
    for table in tables:
        for note in table.notes:
            about.setdefault(note, []).append(table.path)
    return [note if len(paths) == len(tables) else f"{paths[0]}{_more(paths)}: {note}" for note, paths in about.items()]


def _more(paths: Sequence[str]) -> str:
    return f" and {len(paths) - 1} more" if len(paths) > 1 else ""
