"""How a text file is laid out, told from its first lines: separator, header, where the rows begin."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from lstm_sweep.data.files.contents.header import Header, find_header
from lstm_sweep.data.files.contents.lines import Line, is_value
from lstm_sweep.data.files.contents.widths import check_widths
from lstm_sweep.data.files.names import is_usual
from lstm_sweep.errors import UserError

_SAMPLE = 200
LONGEST_LINE = 100_000  # what follows is not looked at: csv takes no cell of more than 131,072 characters
_AROUND = 8  # lines of words above and below rows that spaces separate
SPACES = r"\s+"
_SEPARATORS = "\t;|,"
_HINT = re.compile(r"\s*\"?sep=(.)", re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """How a text file is laid out.

    Attributes:
        separator: between the cells of a line; `SPACES` is a pattern.
        header: the lines that name the columns.
        num_lines_before: lines before the first row of data.
        notes: what was understood and skipped, one sentence each.
    """

    separator: str
    header: Header
    num_lines_before: int
    notes: tuple[str, ...] = ()


def find_layout(text: str, path: str) -> Layout:
    """Tell the layout of a file from its first 200 lines that are not blank.

    The separator is the one named in a line `sep=;`, else the one that gives the most cells to most lines, header
    included; spaces are the last resort. Lines at the top with another number of cells are a banner; lines without
    any number or date before the first row are the header.

    Args:
        text: of the file.
        path: for messages.

    Raises:
        UserError: where there is no row, or rows are wider or narrower than their header.
    """
    sample = list(islice(((number, line) for number, line in enumerate(io.StringIO(text), 1) if line.strip()), _SAMPLE))
    separator, lines = _split(sample)
    width = _width(lines)
    lines = [_unmarked(line, width) for line in lines]
    header, rows = find_header([line for line in lines if line.number not in _comments(lines, width)], width)
    if not rows:
        raise UserError(_no_row(path, width))
    also = check_widths(lines, rows, header, separator, path)
    notes = (*_banner(lines, header.first_line or rows[0].number), *header.notes, *([also] if also else []))
    return Layout(separator, header, rows[0].number - 1, notes)


def _no_row(path: str, width: int) -> str:
    """The sentence on a file whose columns cannot be told apart, or that ends with its header."""
    separated = (
        "separate its columns by commas, semicolons, tabs, bars or spaces, and put cells that hold such a sign in "
        "straight quotes"
    )
    advice = "check how it was written" if width > 1 else separated
    return f"{path} must hold a time and a number in each row, but holds no row: {advice}."


def _unmarked(line: Line, width: int) -> Line:
    """A header without the comment sign that stands before its names like one more: '# date close'."""
    names = line.cells[1:]
    is_marked = line.cells[0] in ("#", "%") and len(names) == width and 2 * sum(map(is_usual, names)) > width
    return Line(line.number, names) if is_marked else line


def _comments(lines: Sequence[Line], width: int) -> set[int]:
    """Lines that begin with a number sign, but for one that may be the header, and rows that all do."""
    marked = [line for line in lines if line.cells[0].startswith("#")]
    fitting = [line for line in marked if len(line.cells) == width]
    are_rows = len(fitting) > len(lines) / 2  # '#1', '#2', ...
    return {line.number for line in marked if line not in (fitting if are_rows else fitting[-1:])}


def _split(sample: list[tuple[int, str]]) -> tuple[str, list[Line]]:
    hint = _HINT.match(sample[0][1]) if sample else None
    candidates = [hint[1]] if hint else _SEPARATORS
    readings = {
        each: [Line(number, split_line(line, each)) for number, line in sample if not (hint and number == sample[0][0])]
        for each in candidates
    }
    # A comma may be the decimal sign of every number: the header then does not have as many cells as the rows.
    best = max(readings, key=lambda each: (_is_even(readings[each]), _width(readings[each])))
    if _width(readings[best]) >= 2 or hint:
        return best, readings[best]
    by_spaces = [Line(number, split_line(line, SPACES)) for number, line in sample]
    if _width(by_spaces) >= 2 and _are_rows_between(by_spaces):
        return SPACES, by_spaces
    return best, readings[best]


def _are_rows_between(lines: Sequence[Line]) -> bool:
    """Whether all lines but those of a header and a footer hold a value, which no lines of prose do."""
    held = [any(map(is_value, line.cells)) for line in lines]
    between = held[held.index(True) : len(held) - held[::-1].index(True)] if any(held) else []
    return all(between) and len(held) - len(between) <= _AROUND and len(between) > len(held) / 2


def split_line(line: str, separator: str) -> list[str]:
    """The cells of one line, without spaces around them; a quote left open is a letter like any other."""
    cells, is_open = csv_cells(line, separator)
    if is_open:
        cells = line.split(None if separator == SPACES else separator)
    return [cell.strip() for cell in cells]


def csv_cells(line: str, separator: str) -> tuple[list[str], bool]:
    """The cells of one line as csv reads them, and whether a quote is left open: it then reads on in the next line."""
    line, delimiter = (" ".join(line.split()), " ") if separator == SPACES else (line, separator)
    reader = csv.reader([line[:LONGEST_LINE], ""], delimiter=delimiter, skipinitialspace=True)
    cells = next(reader)
    return cells, reader.line_num > 1


def _width(lines: Sequence[Line]) -> int:
    counts = Counter(len(line.cells) for line in lines)
    return max(counts, key=lambda width: (counts[width], width), default=0)


def _is_even(lines: Sequence[Line]) -> bool:
    """Whether lines have cells with values, and a line without any has as many as the rows."""
    width = _width(lines)
    words = [line for line in lines if not any(map(is_value, line.cells))]
    has_header = any(len(line.cells) > 1 and abs(len(line.cells) - width) <= 1 for line in words)
    return width >= 2 and len(words) < len(lines) and (has_header or not words)


def _banner(lines: Sequence[Line], start: int) -> tuple[str, ...]:
    banner = [line for line in lines if line.number < start]
    if not banner:
        return ()
    first = " ".join(banner[0].cells)
    return (f"{len(banner)} line{'s' * (len(banner) > 1)} above the table skipped: {first[:60]!r}",)
