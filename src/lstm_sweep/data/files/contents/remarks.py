"""Lines between rows that are no rows: comments, the header once more, sums and remarks at the end."""

import re
from collections.abc import Sequence

import pandas as pd

from lstm_sweep.data.files.contents.layout import Layout
from lstm_sweep.data.files.contents.lines import is_value
from lstm_sweep.data.files.times.text import is_time
from lstm_sweep.errors import UserError

_COMMENT = re.compile(r"\n#(?!#*[,;|\t]|#+\n)[^\n]*")
"""A line that begins with '#', but for a cell of them alone, which Excel writes where a column is too narrow."""

_LONGEST_COUNT = 8  # digits of days such as 20200131; longer ones are moments


def without_remarks(text: str, layout: Layout) -> tuple[str, tuple[str, ...]]:
    """The text with blank lines for comments and further headers below its header, and what was left out.

    Args:
        text: of the file.
        layout: of the file.
    """
    lines = text.split("\n", layout.num_lines_before + 1)
    if len(lines) <= layout.num_lines_before + 1 or lines[-2].startswith("#"):
        return text, ()
    header = lines[layout.header.first_line - 1] if layout.header.first_line else ""
    above, below, notes = lines[:-1], f"\n{lines[-1]}", []
    if not header.startswith("#") and "\n#" in below:
        found = _COMMENT.findall(below)
        below = _COMMENT.sub("\n", below)
        notes += [f"{_number(found, 'comment line')} between rows skipped: {found[0].strip()[:60]!r}"] if found else []
    if header.strip() and f"\n{header}" in below:
        again = re.compile(rf"\n{re.escape(header)}(?=\n|\Z)")
        found = again.findall(below)
        below = again.sub("\n", below)
        notes += [f"header repeated below: {_number(found, 'line')} left out"] if found else []
    return ("\n".join([*above, below[1:]]) if notes else text), tuple(notes)


def _number(found: Sequence[str], word: str) -> str:
    return f"{len(found):,} {word}{'s' * (len(found) > 1)}"


def refuse_sums(cells: pd.DataFrame, path: str) -> None:
    """Refuse rows that begin with a word where the first one begins with a time: 'Total', 'Source: ...'.

    Args:
        cells: text, by the line that it stands in.
        path: for messages.

    Raises:
        UserError: with the line of the first.
    """
    if cells.empty or not _is_when(str(cells.iat[0, 0])):
        return
    first = cells.iloc[:, 0]
    is_word = first.notna() & ~first.str.contains(r"\d").fillna(False).astype(bool)
    for line in cells.index[is_word]:
        row = [str(cell) for cell in cells.loc[line].dropna()]
        if is_remark(row, [str(cells.iat[0, 0])]):
            raise UserError(remark(row, int(line), path))


def is_remark(row: Sequence[str], first_row: Sequence[str]) -> bool:
    """Whether a row is a sum or a sentence: it has a word and no time, though the first row begins with one."""
    is_said = any(re.search(r"[^\W\d_]", cell) and not is_value(cell) for cell in row)
    return is_said and _is_when(first_row[0]) and not any(map(_is_when, row))


def remark(row: Sequence[str], line: int, path: str) -> str:
    """The sentence that says to remove a line."""
    shown = " ".join(filter(None, row))[:60]
    return f"{path}, line {line}: a row must hold a time like the first one, but is {shown!r}: remove the line."


def _is_when(cell: str) -> bool:
    return is_time(cell) or (cell.isdecimal() and len(cell) >= _LONGEST_COUNT)
