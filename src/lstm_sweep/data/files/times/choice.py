"""Which of the forms that a column may be written in is meant: told from all of its cells, never from one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lstm_sweep.config.spelling import typed
from lstm_sweep.data.files.cells import Cells
from lstm_sweep.data.files.times.rows import refuse_rows, refuse_years
from lstm_sweep.errors import UserError

EXPECTED = "a date such as 2024-12-31 or 2024-12-31 23:59"
ADVICE = "correct it, name the times with data.time, or their form, as in " + typed("data.time_format", "%d/%m/%Y")


_UNUSUAL = re.compile(r"%m\.\s?%d")  # with dots, people write the day first
_FEWEST = 10  # rows whose order tells something


@dataclass(frozen=True)
class FormReading:
    """A column read in one form.

    Attributes:
        form: as `data.time_format` takes it.
        times: datetime64[ns] `(row,)`, NaT where a cell is not of the form.
    """

    form: str
    times: NDArray[np.datetime64]

    @property
    def num_failed(self) -> int:
        """Cells that are not of the form."""
        return int(np.isnat(self.times).sum())

    @property
    def is_in_order(self) -> bool:
        """Whether the rows are in the order of time, oldest or newest first."""
        step = np.diff(self.times)
        return bool((step >= np.timedelta64(0)).all() or (step <= np.timedelta64(0)).all())


def choose(cells: Cells, readings: Sequence[FormReading]) -> tuple[FormReading, tuple[str, ...]]:
    """The one reading that fits all cells; of two, the usual one, or the one in which alone the rows are in order.

    Args:
        cells: the column as it stands in the file.
        readings: in all forms that may be meant; one at least.

    Returns:
        The reading, and what was chosen.

    Raises:
        UserError: with the line of the first cell that does not fit the form that fits most, or with both readings
            of the first cell that two forms read differently.
    """
    best = min(readings, key=lambda reading: reading.num_failed)
    refuse_years(cells, np.isnat(best.times))
    refuse_rows(cells, np.isnat(best.times), _expected(cells, best, readings), ADVICE)
    fitting = [best, *(each for each in readings if each.num_failed == 0 and (each.times != best.times).any())]
    if len(fitting) == 1:
        _refuse_mixed(cells, best, readings)
    usual = [each for each in fitting if not _UNUSUAL.search(each.form)]
    if len(usual) == 1 < len(fitting):
        return usual[0], tuple(
            _said(cells, usual[0], each, "day first, as dots mean") for each in fitting if each is not usual[0]
        )
    in_order = [each for each in fitting if each.is_in_order] if len(best.times) >= _FEWEST else []
    chosen = in_order[0] if len(in_order) == 1 else best
    others = [each for each in fitting if each is not chosen]
    if others and chosen not in in_order:
        _refuse_both(cells, chosen, others[0])
    if others and len(in_order) > 1:
        _refuse_both(cells, *in_order[:2])
    return chosen, tuple(_said(cells, chosen, other, "as rows are then in order") for other in others)


def _expected(cells: Cells, best: FormReading, readings: Sequence[FormReading]) -> str:
    """What the first cell that is not of the best form should be: where it is a date of another form, as the others."""
    is_bad = np.isnat(best.times)
    row = int(is_bad.argmax())
    if is_bad.all() or all(np.isnat(each.times[row]) for each in readings):
        return EXPECTED
    return f"a date such as {str(cells.column.iloc[int(is_bad.argmin())])[:40]}, as most are"


def _differing(cells: Cells, one: FormReading, other: FormReading) -> tuple[int, str, list[str], list[str]]:
    """The first row whose readings differ, its cell, both readings and both settings."""
    row = int((one.times != other.times).argmax())
    times = [str(pd.Timestamp(each.times[row])).removesuffix(" 00:00:00") for each in (one, other)]
    return row, str(cells.column.iloc[row])[:60], times, [typed("data.time_format", each.form) for each in (one, other)]


def _refuse_both(cells: Cells, one: FormReading, other: FormReading) -> None:
    row, text, times, settings = _differing(cells, one, other)
    raise UserError(
        f"{cells.table.place(cells.column.index[row])}: {cells.title} must hold dates of one meaning, but {text!r} "
        f"may be {times[0]} or {times[1]}: set {settings[0]} for the first, or {settings[1]} for the second."
    )


def _refuse_mixed(cells: Cells, best: FormReading, readings: Sequence[FormReading]) -> None:
    """Refuse a column that fits one order, but whose rows are in order only where some of them are of another.

    Excel leaves such a column behind where it takes days up to 12 for months.
    """
    if len(best.times) < _FEWEST or best.is_in_order:
        return
    for other in readings:
        swapped = FormReading(other.form, np.where(np.isnat(other.times), best.times, other.times))
        if (swapped.times != best.times).any() and swapped.is_in_order:
            row, text, times, settings = _differing(cells, best, swapped)
            raise UserError(
                f"{cells.table.place(cells.column.index[row])}: {cells.title} must hold dates of one order, but its "
                f"rows are in order only if {text!r} is {times[1]} as {other.form} reads it and others are of "
                f"{best.form}: write all dates in one order, or set {settings[0]} to read {times[0]} and so on."
            )


def _said(cells: Cells, chosen: FormReading, other: FormReading, reason: str) -> str:
    _, text, times, settings = _differing(cells, chosen, other)
    return f"{cells.title} {text!r} is read as {times[0]}, {reason}: {settings[1]} reads it as {times[1]}"
