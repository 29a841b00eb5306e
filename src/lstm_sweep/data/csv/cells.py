"""One column of a CSV file with its line numbers, and the sentence that a bad cell ends in."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lstm_sweep.errors import UserError


@dataclass(frozen=True)
class Cells:
    """One column of a file.

    Attributes:
        path: of the file, for messages.
        column: text or numbers, nan where a cell is empty; the index is the line in the file, counted from 1.
    """

    path: str
    column: "pd.Series[Any]"


def refuse(cells: Cells, bad: "pd.Series[bool]", expected: str, advice: str) -> None:
    """Raise on the first bad cell, by line, value, what was expected and what to do.

    Args:
        cells: the column.
        bad: true where a cell is bad, on the index of the column.
        expected: completes 'must be ...'.
        advice: what to do.

    Raises:
        UserError: where any cell is bad.
    """
    if not bad.any():
        return
    line = bad.index[int(bad.to_numpy(dtype=bool).argmax())]
    value = cells.column.loc[line]
    found = "empty" if pd.isna(value) else repr(value.item() if isinstance(value, np.generic) else value)[:60]
    raise UserError(f"{cells.path}, line {line}: {_title(cells)} must be {expected}, but is {found}: {advice}.")


def _title(cells: Cells) -> str:
    name = str(cells.column.name)
    return f"column {name}" if name.isdecimal() else name


def to_numbers(cells: Cells) -> "pd.Series[Any]":
    """A column as whole numbers where all are, else float64; nan where a cell is empty or no number."""
    column = cells.column
    if column.dtype.kind in "bO":  # the words True and False are no numbers
        column = column.astype("str")
    try:
        return pd.to_numeric(column, errors="coerce")
    except OverflowError:  # pandas raises on whole numbers of more than 308 digits, whatever `errors` says
        return pd.to_numeric(column.where(column.astype("str").str.len() < 300), errors="coerce")


def parse_numbers(cells: Cells) -> "pd.Series[float]":
    """A column as float64, nan where a cell is empty.

    Raises:
        UserError: where a cell is text (the words NaN, null and True too), or not finite.
    """
    numbers = to_numbers(cells).astype("float64")
    bad = cells.column.notna() & ~np.isfinite(numbers)
    refuse(cells, bad, "a number", "correct it, or leave the cell empty where nothing was traded")
    return numbers


def parse_prices(cells: Cells) -> "pd.Series[float]":
    """A column as prices, nan where a cell is empty.

    Raises:
        UserError: where a cell is no finite number above 0, or all are empty.
    """
    numbers = parse_numbers(cells)
    refuse(cells, numbers <= 0, "a price above 0", "correct it, or leave the cell empty where nothing was traded")
    if numbers.isna().all():
        raise UserError(
            f"{cells.path}: {_title(cells)} must hold prices, but is empty: set data.price to another column."
        )
    return numbers
