"""Cells of tables that hold numbers: rounded to be read, all digits under the pointer."""

from typing import Any

from lstm_sweep.formats import MISSING, fixed, is_number, percent, short_setting, spread
from lstm_sweep.report.page.blocks import Cell
from lstm_sweep.trials.label import setting_text

LONGEST_SETTING = 20
"""Characters of a setting that a column of the style sheet has room for."""


def number_cell(value: Any, decimals: int | None) -> Cell:
    """A number, or a dash."""
    return Cell(fixed(value, decimals), repr(value)) if is_number(value) else Cell(MISSING)


def percent_cell(fraction: Any) -> Cell:
    """A fraction in percent, without the sign of it."""
    if not is_number(fraction):
        return Cell(MISSING)
    return Cell(percent(fraction, sign="-").removesuffix(" %"), repr(fraction), value=f"{100 * fraction:.10g}")


def spread_cell(row: dict[str, str], name: str, decimals: int | None, factor: float = 1.0) -> Cell:
    """A mean and its deviation over the seeds, of a row of leaderboard.csv."""
    mean, deviation = (factor * float(row.get(column) or "nan") for column in (name, f"{name}_std"))
    full = row.get(name) or ""
    return Cell(spread(mean, deviation, decimals), full, value=f"{mean:.10g}" if full and factor != 1.0 else "")


def setting_cell(value: Any) -> Cell:
    """A setting; all of it under the pointer where it is not shown."""
    short, full = short_setting(value), setting_text(value)
    return Cell(short, full if short != full or len(full) > LONGEST_SETTING else "")
