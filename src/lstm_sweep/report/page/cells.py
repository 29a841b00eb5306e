"""Cells of tables that hold numbers: rounded to be read, all digits under the pointer."""

from typing import Any

from lstm_sweep.formats import MISSING, fixed, is_number, percent, short_setting, spread
from lstm_sweep.report.page.blocks import Cell
from lstm_sweep.trials.label import setting_text


def number_cell(value: Any, decimals: int | None) -> Cell:
    """A number, or a dash."""
    return Cell(fixed(value, decimals), repr(value)) if is_number(value) else Cell(MISSING)


def percent_cell(fraction: Any) -> Cell:
    """A fraction in percent, without the sign of it."""
    return Cell(percent(fraction, sign="-").removesuffix(" %"), repr(fraction) if is_number(fraction) else "")


def spread_cell(row: dict[str, str], name: str, decimals: int | None, factor: float = 1.0) -> Cell:
    """A mean and its deviation over the seeds, of a row of leaderboard.csv."""
    mean, deviation = (factor * float(row.get(column) or "nan") for column in (name, f"{name}_std"))
    return Cell(spread(mean, deviation, decimals), row.get(name) or "")


def setting_cell(value: Any) -> Cell:
    """A setting; all digits under the pointer where they are not shown."""
    short, full = short_setting(value), setting_text(value)
    return Cell(short, full if short != full else "")
