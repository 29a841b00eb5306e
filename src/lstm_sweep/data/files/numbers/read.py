"""Numbers as people and programs write them in files."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from lstm_sweep.config import CsvData
from lstm_sweep.data.files.cells import Cells, refuse
from lstm_sweep.data.files.numbers.forms import is_number
from lstm_sweep.data.files.numbers.missing import advice_on_words, without_missing
from lstm_sweep.data.files.numbers.signs import check_groups, named_signs, tell_decimal, votes
from lstm_sweep.data.files.numbers.units import check_units
from lstm_sweep.data.files.numbers.written import WrittenNumbers, write_out
from lstm_sweep.data.files.table import FileTable
from lstm_sweep.data.series import advice_on_signed
from lstm_sweep.errors import UserError

_NOTHING_TRADED = "correct it, or leave the cell empty where nothing was traded"
_SAMPLE = 1000


def read_numbers(table: FileTable, names: Sequence[str], config: CsvData) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Columns of a table as numbers.

    Args:
        table: of the file.
        names: of the columns that are asked for, each once.
        config: `data.decimal`, `data.thousands` and `data.missing`.

    Returns:
        float64, nan where a cell is empty, on the index of the rows; and what was chosen, a sentence each.

    Raises:
        UserError: with the place of the first cell that is no finite number, or where numbers have two readings.
    """
    decimal, thousands = named_signs(config)
    table, emptied = without_missing(table, names, config.missing)

    @cache
    def written(name: str) -> WrittenNumbers:
        return write_out(Cells(table, pd.Series(table.rows[name]).astype("str")))

    columns: dict[str, pd.Series[float]] = {}
    notes: list[str] = [*emptied]
    for name in names:
        plain = _plain_numbers(Cells(table, table.rows[name]), decimal)
        if plain is None:
            others = (written(other) for other in table.rows.columns if other != name and _is_text(table.rows[other]))
            plain, of_column = _written_numbers(written(name), decimal, thousands, filter(_are_numbers, others))
            notes += of_column
        columns[name] = plain.reindex(table.rows.index)
    return pd.DataFrame(columns, index=table.rows.index), tuple(notes)


def to_numbers(cells: Cells) -> "pd.Series[Any]":
    """A column as whole numbers where all are, else float64; nan where a cell is empty or no plain number."""
    column = cells.column
    if column.dtype.kind not in "iuf":  # the words True and False are no numbers, nor are times
        column = column.astype("str")
    try:
        return pd.to_numeric(column, errors="coerce")
    except OverflowError:  # pandas raises on whole numbers of more than 308 digits, whatever `errors` says
        return pd.to_numeric(column.where(column.astype("str").str.len() < 300), errors="coerce")


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


def _plain_numbers(cells: Cells, decimal: str | None) -> "pd.Series[float] | None":
    """A column that has a type, or is text as programs write numbers; None where it takes a closer look."""
    column = cells.column
    if to_numbers(Cells(cells.table, column.dropna().iloc[:_SAMPLE])).isna().any():
        return None  # of a column of text this is told much faster than by all of its cells
    numbers = to_numbers(cells).astype("float64")
    bad = column.notna() & ~np.isfinite(numbers)
    if column.dtype.kind in "iuf":
        refuse(cells, bad, "a number", _NOTHING_TRADED)
        return numbers
    if bad.any() or decimal == ",":
        return None
    column = column.astype("str")
    points = column[column.str.contains(".", regex=False, na=False)].iloc[:_SAMPLE]
    return numbers if decimal == "." or points.empty or votes(write_out(Cells(cells.table, points))) else None


def _written_numbers(
    written: WrittenNumbers, decimal: str | None, thousands: str | None, others: Iterable[WrittenNumbers]
) -> tuple["pd.Series[float]", tuple[str, ...]]:
    """The numbers of the cells that are not empty, and what was chosen, a sentence each."""
    not_one = ~written.where(lambda form: True)
    refuse(written.cells, not_one, "a number", advice_on_words(written.cells, not_one) or _NOTHING_TRADED)
    told: tuple[str, ...] = ()
    if decimal is None:
        decimal, told = tell_decimal(written, thousands, others)
    group = check_groups(written, decimal, thousands)
    notes = (*told, *check_units(written))
    # Powers of ten go into the text, so that 123.26K is the number nearest to 123260.
    frames = [
        ("-" * form.is_negative, *form.core, f"e{form.power}" if form.power else "") for form in written.forms if form
    ]
    framed = zip(written.texts, map(frames.__getitem__, written.codes), strict=True)
    texts = pd.Series(
        [f"{sign}{text[start:stop]}{power}" for text, (sign, start, stop, power) in framed],
        index=written.cells.column.index,
        dtype="str",
    )
    texts = texts.str.replace(group, "", regex=False) if group else texts
    texts = texts.str.replace(",", ".", regex=False) if decimal == "," else texts
    numbers = to_numbers(Cells(written.cells.table, texts)).astype("float64")
    refuse(written.cells, ~numbers.abs().lt(np.inf), "a number", _NOTHING_TRADED)
    return numbers, notes


def _is_text(column: "pd.Series[Any]") -> bool:
    """Whether a column may hold numbers as text, by its first cell."""
    cells = column.dropna()
    return cells.dtype.kind not in "iufbM" and len(cells) > 0 and is_number(str(cells.iloc[0]))


def _are_numbers(written: WrittenNumbers) -> bool:
    """Whether a column holds numbers alone; where 0 stands before other digits it counts months or hours."""
    return None not in written.forms and not written.cells.column.str.contains("^0[0-9]").any()
