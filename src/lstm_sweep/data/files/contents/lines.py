"""One line of a text file as cells, and what a cell may be."""

from dataclasses import dataclass

from lstm_sweep.data.files.numbers.forms import is_number
from lstm_sweep.data.files.times.text import is_time


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
    return is_number(cell) or is_time(cell)
