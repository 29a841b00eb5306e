"""Times that are numbers: calendars in digits first, then counts."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lstm_sweep.config.spelling import typed
from lstm_sweep.data.files.cells import Cells, refuse
from lstm_sweep.data.files.times.arrow import arrow_texts
from lstm_sweep.data.files.times.choice import FormReading, choose
from lstm_sweep.data.files.times.columns import FIELDS, letters
from lstm_sweep.data.files.times.counts import UNITS, read_counts, tell_units, unit_by_magnitude
from lstm_sweep.data.files.times.digits import calendar_readings, digits_of
from lstm_sweep.data.files.times.rows import refuse_rows
from lstm_sweep.data.files.times.written import WrittenTimes

_NAMED_UNITS = ("ticks", "filetime")
"""Units whose names columns bear."""
_SMALLEST_NAMED = 1e17  # of filetime in 1917; smaller ones count something else


def read_number_times(cells: Cells, numbers: "pd.Series[float]", unit: str | None) -> WrittenTimes:
    """Times of a column of numbers.

    A calendar wins over a count that lands elsewhere, if all cells are calendar times from 1900 to 2100.

    Args:
        cells: the column as it stands in the file.
        numbers: what it holds.
        unit: of counts, or None to tell calendar and unit from the column.

    Raises:
        UserError: with the line of the first number that is no time, or where digits have two readings.
    """
    refuse_rows(
        cells,
        ~np.isfinite(numbers.to_numpy(dtype=np.float64)),
        "a number like the other times",
        "correct it or remove the line",
    )
    if unit is not None:
        return _utc(read_counts(cells, numbers, unit), ())
    if (named := letters(str(cells.column.name))) in _NAMED_UNITS and float(numbers.min()) > _SMALLEST_NAMED:
        said = f"{cells.title} counts {UNITS[named].spelled}, as its name says: data.time_unit names another unit"
        return _utc(read_counts(cells, numbers, named), (said,))
    digits = _digits(cells, numbers)
    readings = [] if digits is None else calendar_readings(digits)
    if readings and readings[0].form == "%Y" and letters(str(cells.column.name)) not in FIELDS["year"]:
        refuse(cells, numbers >= 0, "a date", f"{typed('data.time_format', '%Y')} reads it as a year")
    if not readings:
        return _utc(*tell_units(cells, numbers))
    chosen, notes = (readings[0], _months(cells, readings)) if readings[0].form == "%Y%m" else choose(cells, readings)
    notes = (*notes, *_said(cells, numbers, chosen))
    return WrittenTimes(chosen.times, has_clock="%H" in chosen.form, notes=notes)


def _utc(times: "np.ndarray[tuple[int], np.dtype[np.datetime64]]", notes: tuple[str, ...]) -> WrittenTimes:
    return WrittenTimes(times, np.zeros(len(times), dtype="timedelta64[ns]"), notes=notes)


def _digits(cells: Cells, numbers: "pd.Series[float]") -> pa.Array | None:
    """The cells as texts of digits, or None where one is something else."""
    if cells.column.dtype.kind in "iuf":
        is_whole = bool(((numbers >= 0) & (numbers % 1 == 0) & (numbers < 9e18)).all())
        return digits_of(numbers) if is_whole else None
    text = arrow_texts(cells.column)
    text = pc.replace_substring_regex(text, r"\.0*$", "")
    return text if pc.all(pc.match_substring_regex(text, r"^\d+$")).as_py() else None


def _months(cells: Cells, readings: list[FormReading]) -> tuple[str, ...]:
    """What else digits could be that are read as year and month."""
    return tuple(
        f"{_what(cells, readings[0])}: {typed('data.time_format', other.form)} reads {_spelled(other.times[0])}"
        for other in readings[1:]
    )


def _said(cells: Cells, numbers: "pd.Series[float]", chosen: FormReading) -> tuple[str, ...]:
    """What a calendar in digits would be as a count, and which century was taken."""
    notes = []
    unit = unit_by_magnitude(float(numbers.iloc[0]))
    if unit is not None and float(numbers.abs().max()) * UNITS[unit].nanoseconds <= 9.2e18:
        count = _spelled(read_counts(cells, numbers.iloc[:1], unit)[0])
        notes.append(f"{_what(cells, chosen)}: {typed('data.time_unit', unit)} reads {count}")
    if "%y" in chosen.form:
        notes.append(f"{_what(cells, chosen)}: write years of four digits to mean others than 1969 to 2068")
    return tuple(notes)


def _what(cells: Cells, chosen: FormReading) -> str:
    return f"{cells.title} {str(cells.column.iloc[0]).strip()} is read as {_spelled(chosen.times[0])}"


def _spelled(time: np.datetime64) -> str:
    return str(pd.Timestamp(time)).removesuffix(" 00:00:00")
