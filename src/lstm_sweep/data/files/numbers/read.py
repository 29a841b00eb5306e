"""Numbers as people and programs write them in files."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from lstm_sweep.config import CsvData
from lstm_sweep.data.files.cells import Cells, refuse
from lstm_sweep.data.files.table import FileTable
from lstm_sweep.data.series import advice_on_signed
from lstm_sweep.errors import UserError


def read_numbers(table: FileTable, names: Sequence[str], config: CsvData) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Columns of a table as numbers.

    Args:
        table: of the file.
        names: of the columns that are asked for, each once.
        config: `data.decimal` and `data.thousands`.

    Returns:
        float64, nan where a cell is empty, on the index of the rows; and what was chosen, a sentence each.

    Raises:
        UserError: with the place of the first cell that is no finite number, or where numbers have two readings.
    """
    return pd.DataFrame({name: parse_numbers(Cells(table, table.rows[name])) for name in names}), ()


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


def check_prices(cells: Cells, signed: bool) -> None:
    """Refuse numbers that are no prices.

    Args:
        cells: numbers, nan where a cell is empty.
        signed: whether numbers at or below zero are taken.

    Raises:
        UserError: where a number is not above 0, or all are missing.
    """
    prices = cells.column
    if not signed:
        advice = "correct it, or leave the cell empty where nothing was traded"
        refuse(cells, prices <= 0, "a price above 0", advice + advice_on_signed(float((prices < 0).mean())))
    if prices.isna().all():
        raise UserError(
            f"{cells.table.path}: {cells.title} must hold prices, but is empty: set data.price to another column."
        )
