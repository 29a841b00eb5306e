"""The cells of a CSV file, each with the line that it stands in, or one sentence why they are no table."""

import io
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from lstm_sweep.data.files.contents.layout import SPACES, Layout, csv_cells, split_line
from lstm_sweep.data.files.contents.remarks import is_remark, refuse_sums, remark
from lstm_sweep.errors import UserError


@dataclass(frozen=True)
class _Place:
    path: str
    layout: Layout
    first: int  # line of the first row


def read_rows(text: str, layout: Layout, path: str) -> pd.DataFrame:
    """The rows below the header, empty ones left out.

    Args:
        text: of the file.
        layout: of the file.
        path: for messages.

    Returns:
        Text by the names of the columns, nan where a cell is empty; the index is the line in the file,
        counted from 1.

    Raises:
        UserError: where a row has too few cells or too many or is a sum, or a cell in quotes does not end on its line.
    """
    place = _Place(path, layout, first=layout.num_lines_before + 1)
    below = text.rstrip("\n").split("\n", layout.num_lines_before)[-1]
    cells = _read_plain(below, layout)
    if cells is None:
        cells = _read_any(below.split("\n"), place)
    cells.index = pd.RangeIndex(place.first, place.first + len(cells))
    cells = cells.dropna(how="all")
    refuse_sums(cells, path)
    return cells


def _read_plain(text: str, layout: Layout) -> pd.DataFrame | None:
    """Cells without quotes, spaces behind separators or blank lines, by Arrow on all cores; None where any are."""
    separator, names = layout.separator, list(layout.header.names)
    if len(separator) > 1 or '"' in text or f"{separator} " in text or "\n " in text or text.startswith(" "):
        return None
    options = {
        "read_options": arrow_csv.ReadOptions(column_names=names),
        "parse_options": arrow_csv.ParseOptions(delimiter=separator, quote_char=False, ignore_empty_lines=False),
        "convert_options": arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), null_values=[""], strings_can_be_null=True
        ),
    }
    try:
        found = arrow_csv.read_csv(pa.BufferReader(text.encode()), **options)
    except pa.ArrowInvalid:  # the slower way says what is wrong
        return None
    frame: pd.DataFrame = found.combine_chunks().to_pandas()
    return frame


def _read_any(lines: list[str], place: _Place) -> pd.DataFrame:
    """The cells of any lines, or one sentence why they are no table."""
    try:
        cells = _parse("\n".join(lines), place.layout)
    except pd.errors.ParserError as error:
        raise UserError(_no_table(str(error), lines, place)) from None
    # A quote left open joins lines, and what is too much in the first row becomes the index.
    if len(cells) != len(lines) or not isinstance(cells.index, pd.RangeIndex):
        raise UserError(_no_table("", lines, place))
    # Of a row with too few cells pandas makes one with empty cells at its end.
    is_short = cells.iloc[:, -1].isna() & cells.notna().any(axis=1)
    for row in np.flatnonzero(is_short):
        num_cells = len(split_line(lines[row], place.layout.separator))
        if num_cells < len(place.layout.header.names):
            raise UserError(_wrong_width(num_cells, int(row), lines, place))
    return cells


def _parse(text: str, layout: Layout) -> pd.DataFrame:
    return pd.read_csv(
        io.StringIO(text),
        sep=layout.separator,
        header=None,
        names=list(layout.header.names),
        skip_blank_lines=False,
        skipinitialspace=True,
        keep_default_na=False,
        na_values=[""],
        dtype="str",
    )


def _no_table(message: str, lines: list[str], place: _Place) -> str:
    """Why lines are no table: a quote left open, else a row of another width."""
    for line, text in enumerate(lines, place.first):
        if '"' in text and csv_cells(text, place.layout.separator)[1]:
            return (
                f"{place.path}, line {line}: a cell in quotes must end on its line, but does not: "
                "close its quotes, or take the line break out of it."
            )
    numbers = re.search(r"Expected \d+ fields in line (\d+), saw (\d+)", message)
    line, found = map(int, numbers.groups()) if numbers else (1, len(split_line(lines[0], place.layout.separator)))
    return _wrong_width(found, line - 1, lines, place)


def _wrong_width(found: int, row: int, lines: list[str], place: _Place) -> str:
    separator, expected = place.layout.separator, len(place.layout.header.names)
    cells = split_line(lines[row], separator)
    if is_remark(cells, split_line(lines[0], separator)):
        return remark(cells, place.first + row, place.path)
    complete = 'complete it (an empty cell is "")' if separator == SPACES else "complete it"
    advice = "remove the surplus or quote them" if found > expected else f"{complete}, or remove it if it was cut off"
    return f"{place.path}, line {place.first + row}: a row must have {expected} cells, but has {found}: {advice}."
