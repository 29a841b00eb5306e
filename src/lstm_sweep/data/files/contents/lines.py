"""One line of a text file as cells, and what a cell may be."""

import re
from dataclasses import dataclass

from lstm_sweep.data.files.numbers.forms import is_number

_DATE = re.compile(
    r"\W*(?:\w+,?\s+)?\d{1,4}[-/. ]\s?[\w.]+[-/. ,]|\W*[A-Za-z]{3,9}\.?,?\s+\d{1,2}|\d{1,2}:\d\d|\d{1,4}[-/.]\d"
)


@dataclass(frozen=True)
class Line:
    """One line.

    Attributes:
        number: in the file, counted from 1.
        cells: without the spaces around them.
    """

    number: int
    cells: list[str]


def is_value(cell: str) -> bool:
    """Whether a cell is a number or a time, in any form."""
    return bool(is_number(cell) or _DATE.match(cell))


def is_time(cell: str) -> bool:
    """Whether a cell is a time."""
    return bool(_DATE.match(cell))
