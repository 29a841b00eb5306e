"""Whether the header and the rows have the same number of cells; where not, a number was cut at its comma, or worse."""

import re
from collections.abc import Sequence

from lstm_sweep.data.files.contents.header import Header
from lstm_sweep.data.files.contents.lines import Line, is_value
from lstm_sweep.data.files.names import is_usual
from lstm_sweep.errors import UserError

_IN_QUOTES = "write each number with a comma in quotes, or separate the cells by semicolons"


def check_widths(lines: Sequence[Line], rows: Sequence[Line], header: Header, separator: str, path: str) -> str | None:
    """Refuse rows that do not fit the names above them, and numbers that the separator cut at their comma.

    Args:
        lines: of the file's beginning.
        rows: those below the header.
        header: of the rows.
        separator: between cells.
        path: for messages.

    Returns:
        What else two columns may be, or None where they cannot be one number.

    Raises:
        UserError: with the names, and the first row.
    """
    width = len(header.names)
    fitting = [row for row in rows if len(row.cells) == width]
    cut = _cut_numbers(fitting) if separator == "," else None
    names = _names_above(lines, rows, header)
    if names is not None and len(names.cells) != width and (cut is not None or not header.is_found):
        raise UserError(_other_width(names, fitting[0], separator, path, cut is not None))
    if header.is_found or cut is None:
        return None
    example = f"{fitting[0].cells[cut]},{fitting[0].cells[cut + 1]}"
    if any(re.match(r"0\d", row.cells[cut + 1]) for row in fitting):
        raise UserError(
            f"{path}, line {fitting[0].number}: a number must not hold the sign between columns, but {example} does: "
            f"{_IN_QUOTES}."
        )
    if width > 3:
        return None
    return f"columns {cut} and {cut + 1} taken for two; if {example} is one number, write it in quotes"


def _names_above(lines: Sequence[Line], rows: Sequence[Line], header: Header) -> Line | None:
    """The line that names the columns, or the one right above the rows that seems to, though it does not fit them."""
    if header.is_found:
        return next(line for line in lines if line.number == header.first_line)
    above = [line for line in lines if line.number < rows[0].number]
    if not above or any(map(is_value, above[-1].cells)) or not all(above[-1].cells):
        return None
    cells, width = above[-1].cells, len(header.names)
    is_short = len(cells) == width - 1 and is_usual(cells[0])
    return above[-1] if is_short or 2 * sum(map(is_usual, cells)) > len(cells) > 1 else None


def _cut_numbers(rows: Sequence[Line]) -> int | None:
    """The first of the last two columns, where together they can be numbers with a comma: 9008,52 or 9,008.52."""
    cut = len(rows[0].cells) - 2 if rows else -1
    if cut < 0:
        return None
    pairs = [(row.cells[cut], row.cells[cut + 1]) for row in rows if any(row.cells[cut:])]
    for whole, part in ((r"[-+]?\d+", r"\d{1,3}"), (r"[-+]?\d{1,3}", r"\d{3}(\.\d+)?")):
        if pairs and all(re.fullmatch(whole, one) and re.fullmatch(part, other) for one, other in pairs):
            return cut
    return None


def _other_width(names: Line, row: Line, separator: str, path: str, is_cut: bool) -> str:
    shown = (separator if len(separator) == 1 else " ").join(row.cells)[:60]
    number = len(names.cells)
    if number == 1 and re.search(r"[;|\t]|\w\s+\w", names.cells[0]):
        advice = "separate the names by the same sign as the cells of the rows"
    elif len(row.cells) < number:
        advice = "complete the rows, or remove the names of columns that are not there"
    else:
        quoted = "put cells that hold a comma in quotes, or name every column"
        advice = _IN_QUOTES if is_cut else quoted if separator == "," else "name every column"
    of_names = f"each of the {number} names" if number > 1 else "the one name"
    return (
        f"{path}, line {row.number}: a row must have a cell for {of_names} in line {names.number}, "
        f"but has {len(row.cells)} ({shown}): {advice}."
    )
