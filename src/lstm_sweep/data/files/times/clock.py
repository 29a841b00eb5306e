"""Times of day as people write them: 09:30, 9:30:00.5 PM, 09-AM, 093000."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lstm_sweep.data.files.cells import Cells, refuse
from lstm_sweep.data.files.times.calendar import DAY, to_clock
from lstm_sweep.data.files.times.rows import refuse_rows

_HALF = r"(?P<half>[ap]\.?m\.?)"
_FORMS = (
    rf"^(?P<h>\d{{1,2}}):(?P<m>\d\d)(?::(?P<s>\d\d)(?:[.,:](?P<f>\d{{1,9}}))?)?\s*{_HALF}?$",
    rf"^(?P<h>\d{{1,2}})[\s-]*{_HALF}$",
    r"^(?P<h>\d\d)(?:(?P<m>\d\d)(?:(?P<s>\d\d)(?:[.,]?(?P<f>\d{1,9}))?)?)?$",
)
"""Regular expressions (RE2) in small letters; another form is a line more."""

_DAY = np.timedelta64(DAY, "ns")
"""24:00 is midnight at the end of a day (ISO 8601)."""

_LOOKS = re.compile(
    r"\s*(\d{1,2}:\d\d(:\d\d([.,:]\d+)?)?(\s*[ap]\.?m\.?)?|\d{1,2}[\s-]?[ap]\.?m\.?)\s*([a-z]{1,5}|[+-]\d\d:?\d\d)?\s*",
    re.I,
)
_EXPECTED = "a time of day such as 23:59 or 23:59:59"
_HOURS_ADVICE = "correct it, or set data.time=none where each row is one step, as in days of 23 and 25 hours"
_ADVICE = "correct it, or name the times with data.time"


def looks_like_clock(text: str) -> bool:
    """Whether a cell is a time of day with a colon, or with AM or PM; a zone may follow."""
    return _LOOKS.fullmatch(text) is not None


def read_clocks(texts: pa.Array) -> NDArray[np.timedelta64]:
    """Times since midnight.

    Args:
        texts: distinct times of day; digits alone are HH, HHMM, HHMMSS, and what follows is a fraction.

    Returns:
        timedelta64[ns] `(text,)` from 0 to a day, NaT where a text is no time of day.
    """
    times = np.full(len(texts), np.timedelta64("NaT", "ns"))
    for form in _FORMS:
        found = pc.extract_regex(pc.utf8_lower(texts), form)
        rows = np.isnat(times) & found.is_valid().to_numpy(zero_copy_only=False)
        times[rows] = _times(found.filter(pa.array(rows)))
    return times


def _times(found: pa.StructArray) -> NDArray[np.timedelta64]:
    names = [field.name for field in found.type]
    empty = pa.array([""] * len(found), pa.string())
    parts = {name: found.field(name) if name in names else empty for name in ("h", "m", "s", "f", "half")}
    parts = {name: pc.fill_null(part, "") for name, part in parts.items()}
    hour, minute, second = (_numbers(parts[name]) for name in ("h", "m", "s"))
    fraction = _numbers(pc.utf8_rpad(parts["f"], 9, "0"))
    half = parts["half"].to_numpy(zero_copy_only=False).astype("str")
    wrong = (half != "") & ((hour < 1) | (hour > 12))
    hour = np.where(half == "", hour, hour % 12 + 12 * np.char.startswith(half, "p"))
    times = to_clock(np.where(wrong, -1, hour), minute, second, fraction)
    is_midnight = (hour == 24) & (minute == 0) & (second == 0) & (fraction == 0) & (half == "")
    return np.where(is_midnight, _DAY, times)


def _numbers(texts: pa.Array) -> NDArray[np.int64]:
    return pc.cast(pc.utf8_lpad(texts, 1, "0"), pa.int64()).to_numpy(zero_copy_only=False)


def read_clock_column(cells: Cells, is_hours: bool) -> tuple[NDArray[np.timedelta64], tuple[str, ...]]:
    """The time of day in a column of its own.

    Args:
        cells: times like 23:59, 23:59:59 or 11:59 PM, digits (93000 is half past nine), or whole hours.
        is_hours: whether the column is named for hours, from 0 to 23.

    Returns:
        timedelta64[ns] `(row,)`, and what was chosen.

    Raises:
        UserError: with the line of the first cell that is no time of day.
    """
    text = cells.column.astype("str").str.strip().str.replace(r"^(\d+)\.0*$", r"\1", regex=True)
    is_digits = text.str.fullmatch(r"\d{1,9}")
    width = 0
    notes: tuple[str, ...] = ()
    if is_digits.all() and text.str.len().max() <= 2 and _are_ends(cells, text, is_hours):
        said = f"{cells.title} counts hours from 1 to 24, read at their start: write 00:00 to 23:00 to mean other times"
        return (text.astype("int64").to_numpy() - 1) * np.timedelta64(_DAY // 24), (said,)
    if is_hours and is_digits.any():
        bad = ~is_digits | ~text.str.fullmatch(r"0*([01]?\d|2[0-3])")
        refuse(cells, bad, "an hour from 0 to 23, or from 1 to 24", _HOURS_ADVICE)
        width = 2
    elif is_digits.all():
        width, notes = _width(cells, text)
    codes, uniques = pd.factorize(text.str.slice(-width).str.zfill(width) if width else text)
    clocks = read_clocks(pa.array(uniques, pa.string()))[codes]
    refuse_rows(cells, np.isnat(clocks), _EXPECTED, _ADVICE)
    return clocks, (*notes, *midnight(cells, clocks))


def midnight(cells: Cells, clocks: NDArray[np.timedelta64]) -> tuple[str, ...]:
    """What 24:00 is taken for, where it is there."""
    if not (clocks == _DAY).any():
        return ()
    return (f"{cells.title} holds 24:00, read as midnight of the next day: write 00:00 to mean the day before",)


def _are_ends(cells: Cells, text: "pd.Series[str]", is_hours: bool) -> bool:
    """Whether whole hours go from 1 to 24, as those of electricity do: each is known by its end."""
    hours = text.astype("int64")
    low, high = int(hours.min()), int(hours.max())
    return high == 24 and low >= 1 and (is_hours or bool(hours.duplicated().any()))


def _width(cells: Cells, text: "pd.Series[str]") -> tuple[int, tuple[str, ...]]:
    """To how many digits clocks are filled up that may have lost their zeros; a choice is said."""
    longest = int(text.str.len().max())
    if longest in (3, 4) and _are_seconds(np.asarray(text, dtype=np.int64)):
        said = f"{cells.title} has lost its zeros: {text.iloc[-1]!r} is read as 00:{text.iloc[-1].zfill(4)[:2]}:"
        return 6, (f"{said}{text.iloc[-1].zfill(4)[2:]}, as not all cells are hours and minutes",)
    if longest == 1 and cells.column.dtype.kind == "i" or not text.str.len().eq(longest).all() or longest % 2:
        longest += longest % 2
    elif longest in (4, 6, 8):
        return longest, ()
    if longest <= 2 and text.astype("int64").max() <= 23:
        return 2, (f"{cells.title} holds whole hours, from {text.iloc[0]} on: write them like 09:00 to mean minutes",)
    width = 9 if longest > 6 else max(longest, 4)
    first = text.iloc[0].zfill(width)
    clock = ":".join(first[place : place + 2] for place in range(0, min(width, 6), 2))
    other = "; write it like 00:09:30 to mean minutes and seconds" if width == 4 else ""
    return width, (f"{cells.title} has lost its zeros: {text.iloc[0]!r} is read as {clock}{other}",)


def _are_seconds(digits: NDArray[np.int64]) -> bool:
    """Whether up to four digits are minutes and seconds, as not all of them can be hours and minutes of one day."""
    is_wrong = (digits // 100 > 24) | (digits % 100 > 59) | ((digits > 2400) & (digits < 2500))
    is_both_midnights = bool((digits == 0).any() and (digits == 2400).any())
    return bool((is_wrong.any() or is_both_midnights) and (digits // 100 < 60).all() and (digits % 100 < 60).all())
