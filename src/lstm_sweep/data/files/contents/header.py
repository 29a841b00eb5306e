"""The lines of a text file that name its columns."""

from collections.abc import Sequence
from dataclasses import dataclass

from lstm_sweep.data.files.contents.lines import Line, is_value
from lstm_sweep.data.files.contents.names import column_names
from lstm_sweep.data.files.names import is_usual, word_set, words
from lstm_sweep.data.files.times.text import is_time

_NO_TIMES = word_set("na n/a nan nat null none")
_OF_TIMES = word_set("time times timestamp date datetime day datum zeit fecha data unix")


@dataclass(frozen=True)
class Header:
    """The names of columns, as they stand in a file.

    Attributes:
        names: of the columns, none twice; a number from 0 where the file has none.
        is_found: whether the names stand in the file.
        levels: the lines of the header, where the first alone does not tell the columns apart, a cell per column.
        first_line: where the header begins, or None.
        notes: what was skipped, a sentence each.
    """

    names: tuple[str, ...]
    is_found: bool
    levels: tuple[tuple[str, ...], ...] = ()
    first_line: int | None = None
    notes: tuple[str, ...] = ()


def find_header(lines: Sequence[Line], width: int) -> tuple[Header, list[Line]]:
    """The header and the rows below it.

    Args:
        lines: of the file's beginning.
        width: number of cells of most of them.
    """
    lines = [_trimmed(line, width) for line in lines]
    of_times = _begin_with_times(lines, width)
    start = next((place for place, line in enumerate(lines) if _is_row(line, width, lines, of_times)), len(lines))
    above = [line for line in lines[:start] if _may_name(line, lines[start:], width)]
    if not above:
        return Header(tuple(map(str, range(width))), is_found=False), list(lines[start:])
    above = _lines_of_header(above)
    # Below a header every line is meant as a row, whatever the number of its cells.
    first = lines[start].cells[0] if start < len(lines) else ""
    rows = [
        line
        for place, line in enumerate(lines)
        if line.number > above[-1].number
        and any(map(is_value, line.cells))
        # ... but 'As of;2020-01-31' above rows that begin with times
        and not (place < start and is_time(first) and _says(line.cells[0]))
    ]
    return _named(above, rows, width), rows


def _trimmed(line: Line, width: int) -> Line:
    """A line without the separators at its end that rows do not have."""
    return Line(line.number, line.cells[:width]) if not any(line.cells[width:]) else line


def _begin_with_times(lines: Sequence[Line], width: int) -> bool:
    first = [line.cells[0] for line in lines if len(line.cells) == width]
    return sum(map(is_time, first)) > len(first) / 2


def _is_row(line: Line, width: int, lines: Sequence[Line], of_times: bool) -> bool:
    """Whether a line is one of the rows; where these begin with times, 'Start date;2020-01-02' is none."""
    if len(line.cells) != width or not any(map(is_value, line.cells)) or _counts_columns(line, lines):
        return False
    return not (of_times and line.cells[0].lower() not in _NO_TIMES and _says(line.cells[0]))


def _says(cell: str) -> bool:
    return any(map(str.isalpha, cell)) and not is_value(cell)


def _counts_columns(line: Line, lines: Sequence[Line]) -> bool:
    """Whether a line names columns by numbers and at least one by a word: '0,1,2,date'."""
    numbers = [cell for cell in line.cells if cell.isdecimal()]
    words = [place for place, cell in enumerate(line.cells) if cell and not is_value(cell)]
    below = [each.cells for each in lines if each.number > line.number and len(each.cells) == len(line.cells)]
    counted = [int(cell) for cell in numbers] in (list(range(len(numbers))), list(range(1, len(numbers) + 1)))
    return (
        bool(numbers and words and below)
        and len(numbers) + len(words) + line.cells.count("") == len(line.cells)
        and counted
        and any(all(is_value(cells[place]) or not cells[place] for cells in below) for place in words)
    )


def _may_name(line: Line, rows: Sequence[Line], width: int) -> bool:
    """Whether a line above the rows names columns: as many cells as they have, or one less on either side."""
    if any(map(is_time, line.cells)):
        return False
    if len(line.cells) == width or not rows:
        return len(line.cells) == width
    ends_empty = all(not row.cells[-1] for row in rows if len(row.cells) == width)
    return len(line.cells) == width - 1 >= 1 and (ends_empty or _have_index(rows, line.cells, width))


def _have_index(rows: Sequence[Line], names: Sequence[str], width: int) -> bool:
    """Whether rows begin with an index that has no name, as R and pandas write it: counts, words, or the times."""
    if any(is_usual(cell) for cell in rows[0].cells) or not any(map(is_usual, names)):
        return False
    numbered = [(place, row.cells[0]) for place, row in enumerate(rows) if len(row.cells) == width]
    first = [cell for _, cell in numbered]
    if all(map(str.isdecimal, first)):
        return {int(cell) - place for place, cell in numbered} in ({0}, {1})
    if all(map(is_time, first)):
        return not any(set(words(name)) & _OF_TIMES for name in names)
    return not any(map(is_value, first)) and all(first)


def _lines_of_header(above: Sequence[Line]) -> list[Line]:
    """The line that names columns best, the lines right above it that tell equal names apart, and all below it.

    The best has most of the usual names, the first of equals.
    """
    known = [sum(map(is_usual, line.cells)) for line in above]
    best = start = known.index(max(known))
    names = above[best].cells[1:]
    if len(set(names)) == len(names):
        return list(above[best:])
    while start and above[start - 1].number == above[start].number - 1 and all(above[start - 1].cells[1:]):
        start -= 1
    return [above[best], *above[start:best], *above[best + 1 :]]


def _named(above: Sequence[Line], rows: Sequence[Line], width: int) -> Header:
    cells = [_fitted(line.cells, rows, width) for line in above]
    first = list(cells[0])
    first[0] = first[0].removeprefix("#").strip()
    single = [next(filter(None, line)) for line in cells[1:] if sum(map(bool, line)) == 1 and line[0]]
    if single:
        first[0] = single[-1]  # 'Date,,,' below the names says what the first column is
    others = _with_corners([line for line in cells[1:] if sum(map(bool, line)) > 1])
    repeats = len({name for name in first if name}) < sum(map(bool, first))
    levels = (tuple(first), *map(tuple, others)) if repeats and others else ()
    # The corner of a header says what its lines hold, and belongs to no column.
    joined = [
        " ".join(filter(None, column)) if place else first[0] for place, column in enumerate(zip(*levels, strict=True))
    ]
    differs = len(set(joined)) > len(set(first))
    skipped = tuple(f"line {line.number} holds no number: skipped" for line in above[1:])
    return Header(
        names=tuple(column_names(joined if differs else first)),
        is_found=True,
        levels=(tuple(cells[0]), *map(tuple, others)) if differs else (),
        first_line=min(line.number for line in above),
        notes=() if differs else skipped,
    )


def _with_corners(levels: Sequence[list[str]]) -> list[list[str]]:
    """Lines of a header, each with a name in its corner: 'header', 'header 2' where the file has none."""
    nameless = [place for place, line in enumerate(levels) if not line[0]]
    called = {place: f"header {rank}" if rank > 1 else "header" for rank, place in enumerate(nameless, 1)}
    return [[called.get(place, line[0]), *line[1:]] for place, line in enumerate(levels)]


def _fitted(cells: Sequence[str], rows: Sequence[Line], width: int) -> list[str]:
    """As many names as the rows have cells: a last one that is always empty has none, nor has a number of the row."""
    if len(cells) == width:
        return list(cells)
    ends_empty = all(not row.cells[-1] for row in rows if len(row.cells) == width)
    return [*cells, ""] if ends_empty else ["", *cells]
