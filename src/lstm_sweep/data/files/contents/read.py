"""From the paths that a user named to one table."""

from collections.abc import Iterator

import pandas as pd

from lstm_sweep.config import CsvData
from lstm_sweep.data.files.contents.arrow import arrow_kind, read_arrow
from lstm_sweep.data.files.contents.encodings import decode
from lstm_sweep.data.files.contents.json_text import is_json
from lstm_sweep.data.files.contents.layouts import Layouts
from lstm_sweep.data.files.contents.paths import DataFile, find_files
from lstm_sweep.data.files.contents.quoted_rows import unquote_rows
from lstm_sweep.data.files.contents.read_json import read_json
from lstm_sweep.data.files.contents.remarks import without_remarks
from lstm_sweep.data.files.contents.rows import read_rows
from lstm_sweep.data.files.contents.stack import Piece, stack
from lstm_sweep.data.files.contents.unfinished import whole_lines
from lstm_sweep.data.files.contents.unpack import Content, check_size, unpack
from lstm_sweep.data.files.table import FilePart, FileTable
from lstm_sweep.errors import UserError, require


def read_table(config: CsvData, growing: bool = False) -> FileTable:
    """The cells of all files that `data.path` names, below each other.

    What a file is, is told by its first bytes: text with separated columns, JSON, Parquet, Feather or Arrow, packed
    or not. Empty files among others are left out. Together they may take a quarter of the machine's memory, unpacked,
    and 4 GiB at most.

    Args:
        config: `data.path`.
        growing: whether a last line without an end is left out, for it may be half written.

    Raises:
        UserError: where there is no such file, it is no table, or tables do not belong together.
    """
    files, notes = find_files(config.path)
    pieces: list[Piece] = []
    empty: list[str] = []
    layouts = Layouts()
    for content in _contents(files):
        piece = _read(content, layouts, growing)
        if piece is None:
            empty.append(content.name)
        else:
            pieces.append(piece)
    if not pieces:
        raise UserError(f"data.path must be a file with data, but {empty[0]} is empty: check how it was written.")
    if empty:
        more = f" and {len(empty) - 3} more" if len(empty) > 3 else ""
        notes = (*notes, f"empty, left out: {', '.join(empty[:3])}{more}")
    return stack(pieces, config.path, notes)


def _contents(files: tuple[DataFile, ...]) -> Iterator[Content]:
    size = 0
    for file in files:
        for content in unpack(file):
            size += len(content.data)
            check_size(size, content.name)
            yield content


def _read(content: Content, layouts: Layouts, growing: bool) -> Piece | None:
    name, kind = content.name, arrow_kind(content.data)
    if kind is not None:
        _nothing_inside(content)
        return Piece(kind, read_arrow(content.data, name))
    data, unfinished = whole_lines(content) if growing else (content.data, ())
    text, notes = decode(data, name)
    if not text.strip():
        return None
    if is_json(text):
        return Piece("JSON", read_json(text, name, content.inside))
    _nothing_inside(content)
    text, unwrapped = unquote_rows(text)
    layout = layouts.find(text, name)
    text, left_out = without_remarks(text, layout)
    rows = _without_nameless(read_rows(text, layout, name))
    first = int(rows.index[0]) if len(rows) else 1
    parts, header = (FilePart(name, first, first),), layout.header
    table = FileTable(
        name, rows, header.is_found, parts, (*notes, *unfinished, *unwrapped, *layout.notes, *left_out), header.levels
    )
    return Piece("CSV", table)


def _nothing_inside(content: Content) -> None:
    require(
        content.inside is None,
        f"data.path may name what is inside of a zip archive or of JSON, but {content.name} is neither: "
        f"leave out ':{content.inside}'.",
    )


def _without_nameless(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows without columns that have neither a name nor a cell, as separators at the ends of lines make them."""
    nameless = [name for place, name in enumerate(rows.columns) if name == str(place) and rows[name].isna().all()]
    return rows.drop(columns=nameless)
