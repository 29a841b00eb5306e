"""How a CSV file is laid out, told from its first lines: separator, names of the columns, where the rows begin."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from lstm_sweep.errors import UserError, require

_SAMPLE = 200
LONGEST_LINE = 100_000  # what follows is not looked at: csv takes no cell of more than 131,072 characters
_SEPARATORS = "\t;|,"
_KLINES: tuple[str, ...] = ("open_time", "open", "high", "low", "close", "volume", "close_time", "quote_volume")
_KLINES += ("trades", "taker_buy_volume", "taker_buy_quote_volume", "ignore")
_DATE = re.compile(r"\d{1,4}[-/.]\d")


@dataclass(frozen=True)
class Layout:
    """How a CSV file is laid out.

    Attributes:
        separator: between the cells of a line.
        names: of the columns, none twice; a number from 0 where the file has none.
        has_header: whether the names stand in the file.
        num_lines_before: lines before the first row of data.
        notes: what was skipped, one sentence each.
    """

    separator: str
    names: tuple[str, ...]
    has_header: bool
    num_lines_before: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Line:
    number: int
    cells: list[str]

    @property
    def is_data(self) -> bool:
        return any(_number(cell) is not None or _DATE.match(cell) for cell in self.cells)


def find_layout(text: str, path: str) -> Layout:
    """Tell the layout of a file from its first 200 lines that are not blank.

    The separator is the one that gives the most cells. Lines at the top with another number of cells are a banner;
    lines without any number or date before the first row are the header, of which the first names the columns.
    Without a header, six columns or more are taken for an exchange's dump (time, open, high, low, close, volume, ...)
    where no price lies outside of low and high, and two for time and price.

    Args:
        text: of the file.
        path: for messages.

    Raises:
        UserError: where there are less than two columns, or no row.
    """
    sample = list(islice(((number, line) for number, line in enumerate(io.StringIO(text), 1) if line.strip()), _SAMPLE))
    separator = max(_SEPARATORS, key=lambda candidate: _width(_split(sample, candidate)))
    lines = _split(sample, separator)
    width = _width(lines)
    require(
        width >= 2,
        f"{path} must hold a time and a price in each line, but holds one column: "
        "separate the columns by a comma, semicolon, tab or bar.",
    )
    table = [line for line in lines if len(line.cells) == width]
    rows = [line for line in table if line.is_data]
    if not rows:
        raise UserError(
            f"{path} must hold a time and a number in each row, but holds no row: check how it was written."
        )
    header = next((line for line in table if line.number < rows[0].number), None)
    if header is None:
        return Layout(separator, _names_without_header(rows), False, rows[0].number - 1, _banner(lines, rows[0].number))
    # Below a header every line is meant as a row, whatever the number of its cells.
    below = [line for line in lines if line.number > header.number]
    first_row = next(line.number for line in below if line.is_data)
    skipped = [f"line {line.number} holds no number: skipped" for line in below if line.number < first_row]
    return Layout(separator, _unique(header.cells), True, first_row - 1, (*_banner(lines, header.number), *skipped))


def _split(sample: list[tuple[int, str]], separator: str) -> list[_Line]:
    return [_Line(number, split_line(line, separator)) for number, line in sample]


def split_line(line: str, separator: str) -> list[str]:
    """The cells of one line, without spaces around them; a quote left open is a letter like any other."""
    reader = csv.reader([line[:LONGEST_LINE], ""], delimiter=separator, skipinitialspace=True)
    cells = next(reader)
    is_open = reader.line_num > 1
    return [cell.strip() for cell in (line.split(separator) if is_open else cells)]


def _width(lines: list[_Line]) -> int:
    counts = Counter(len(line.cells) for line in lines)
    return max(counts, key=lambda width: (counts[width], width))


def _number(cell: str) -> float | None:
    try:
        return float(cell) if cell[:1] in set("+-.0123456789") else None
    except ValueError:
        return None


def _unique(cells: list[str]) -> tuple[str, ...]:
    names: list[str] = []
    for place, cell in enumerate(cells):
        name = "".join(letter if letter.isprintable() else "?" for letter in cell.strip("<>")[:60]) or str(place)
        while name in names:
            name = f"{name}.{place}"
        names.append(name)
    return tuple(names)


def _names_without_header(rows: Sequence[_Line]) -> tuple[str, ...]:
    width = len(rows[0].cells)
    known = _KLINES[:width] if width >= 6 and all(_is_kline(row.cells) for row in rows) else ()
    known = ("time", "price") if width == 2 else known
    return (*known, *map(str, range(len(known), width)))


def _is_kline(cells: Sequence[str]) -> bool:
    prices = [_number(cell) for cell in cells[1:5]]
    numbers = [price for price in prices if price is not None]
    if len(numbers) < len(prices):
        return not any(cells[1:5])
    opened, high, low, closed = numbers
    return low <= min(opened, closed) and max(opened, closed) <= high


def _banner(lines: list[_Line], start: int) -> tuple[str, ...]:
    banner = [line for line in lines if line.number < start]
    if not banner:
        return ()
    first = " ".join(banner[0].cells)
    return (f"{len(banner)} line{'s' * (len(banner) > 1)} above the table skipped: {first[:60]!r}",)
