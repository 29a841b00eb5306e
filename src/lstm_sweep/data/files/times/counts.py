"""Times as counts: seconds since 1970 in any unit, and what other programs count."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lstm_sweep.config.spelling import typed
from lstm_sweep.data.files.cells import Cells, refuse
from lstm_sweep.data.files.times.calendar import DAY
from lstm_sweep.data.files.times.hints import hint


@dataclass(frozen=True)
class TimeUnit:
    """What a count counts.

    Attributes:
        spelled: for people.
        nanoseconds: of one.
        at_1970: the count at 1970-01-01 00:00 UTC.
    """

    spelled: str
    nanoseconds: int
    at_1970: float = 0

    @property
    def step(self) -> int:
        """Nanoseconds to which a count with a fraction is rounded: days are exact to a millisecond as float64."""
        return 1_000_000 if self.nanoseconds == DAY else 1_000


UNITS = {
    "s": TimeUnit("seconds", 10**9),
    "ms": TimeUnit("milliseconds", 10**6),
    "us": TimeUnit("microseconds", 10**3),
    "ns": TimeUnit("nanoseconds", 1),
    "excel": TimeUnit("days since 1899-12-30", DAY, 25_569),
    "min": TimeUnit("minutes", 60 * 10**9),
    "h": TimeUnit("hours", 3_600 * 10**9),
    "D": TimeUnit("days", DAY),
    "ticks": TimeUnit("0.1 microseconds since the year 1 (.NET)", 100, 621_355_968_000_000_000),
    "filetime": TimeUnit("0.1 microseconds since 1601 (Windows)", 100, 116_444_736_000_000_000),
    "webkit": TimeUnit("microseconds since 1601 (WebKit)", 10**3, 11_644_473_600_000_000),
    "matlab": TimeUnit("days since the year 0 (MATLAB)", DAY, 719_529),
    "julian": TimeUnit("Julian days", DAY, 2_440_587.5),
    "cocoa": TimeUnit("seconds since 2001 (Apple)", 10**9, -978_307_200),
    "excel1904": TimeUnit("days since 1904-01-01", DAY, 24_107),
}
"""All that `data.time_unit` may be; another is a line more."""

_BY_MAGNITUDE = ("s", "ms", "us", "ns")
_EARLIEST = 1e8  # seconds: March 1973; smaller numbers are counts of something else
_BOUNDARIES = (1e11, 1e14, 1e17)  # the first is the year 5138 in seconds and 1973 in milliseconds, and so on
_LATEST = 9.2e18  # nanoseconds from 1970: 2261 and 1678
_LIKELY = (pd.Timestamp("2000-01-01"), pd.Timestamp("2040-01-01"))
_LIKELY_FROM = {"excel": pd.Timestamp("1954-10-03"), "cocoa": pd.Timestamp("2002-01-01")}  # smaller ones number rows


def read_counts(cells: Cells, numbers: "pd.Series[float]", unit: str) -> NDArray[np.datetime64]:
    """Counts of a known unit as times, datetime64[ns] `(row,)`, UTC.

    Args:
        cells: the column as it stands in the file.
        numbers: what it holds, all finite; whole ones are read exactly.
        unit: of `UNITS`.

    Raises:
        UserError: with the line of the first count beyond the years 1678 to 2261.
    """
    too_large = ~_fits(numbers, UNITS[unit])
    advice = "correct it, or data.time_unit"
    if too_large.any() and (other := likely_units(float(numbers[too_large].iloc[0]))):
        advice = f"{typed('data.time_unit', other[0])} reads {other[1]}"
    refuse(cells, too_large, f"a time in {UNITS[unit].spelled} before 2262", advice)
    return _times(numbers, UNITS[unit])


def unit_by_magnitude(number: float) -> str | None:
    """The unit of a count since 1970 that lands between 1973 and 5138, or None where it is too small."""
    return None if number < _EARLIEST else _BY_MAGNITUDE[int(np.digitize(number, _BOUNDARIES))]


def tell_units(cells: Cells, numbers: "pd.Series[float]") -> tuple[NDArray[np.datetime64], tuple[str, ...]]:
    """Counts since 1970 as times, the unit told by magnitude, for each file of the table.

    Returns:
        datetime64[ns] `(row,)`, and a sentence about the unit.

    Raises:
        UserError: where a number is too small for a count since 1970, or one file holds two units.
    """
    small = numbers < _EARLIEST
    if small.any():
        row = int(small.to_numpy().argmax())
        advice = hint(str(cells.column.iloc[row]).strip(), likely_units(float(numbers.iloc[row])))
        refuse(cells, small, "a date or a number since 1970", advice)
    units = np.digitize(numbers.to_numpy(dtype=np.float64), _BOUNDARIES)
    starts = [part.first for part in cells.table.parts]
    part = np.searchsorted(starts, numbers.index.to_numpy(), side="right")
    _, first, inverse = np.unique(part, return_index=True, return_inverse=True)
    differs = pd.Series(units != units[first][inverse], index=numbers.index)
    row = int(differs.to_numpy().argmax())
    here, there = (UNITS[_BY_MAGNITUDE[units[place]]].spelled for place in (first[inverse[row]], row))
    refuse(cells, differs, f"in {here} like the times before, not {there}", "keep to one unit in a file")
    times = np.empty(len(numbers), dtype="datetime64[ns]")
    for unit in np.unique(units):
        of_unit = units == unit
        times[of_unit] = read_counts(cells, numbers[of_unit], _BY_MAGNITUDE[unit])
    return times, _said(cells, numbers, [_BY_MAGNITUDE[unit] for unit in units[np.sort(first)]], times)


def likely_units(number: float) -> tuple[str, str] | None:
    """The first unit in which a number is a time from 2000 (in Excel, 1954) to 2040, and that time."""
    for name, unit in UNITS.items():
        if _fits(pd.Series([number]), unit).all():
            time = pd.Timestamp(_times(pd.Series([number]), unit)[0])
            if _LIKELY_FROM.get(name, _LIKELY[0]) <= time < _LIKELY[1]:
                return name, str(time).removesuffix(" 00:00:00")
    return None


def _said(
    cells: Cells, numbers: "pd.Series[float]", units: list[str], times: NDArray[np.datetime64]
) -> tuple[str, ...]:
    spelled = list(dict.fromkeys(UNITS[unit].spelled for unit in units))
    if len(spelled) > 1:
        return (f"{cells.title} counts {' in some files and '.join(spelled)} in others: each read in its own",)
    other = likely_units(float(numbers.iloc[0]))
    if pd.Timestamp(times.max()) >= _LIKELY[0] or other is None or other[0] == units[0]:
        return (f"{cells.title} counts {spelled[0]} since 1970, by its size: data.time_unit names another unit",)
    setting = typed("data.time_unit", other[0])
    return (f"{cells.title} is taken for {spelled[0]} since 1970: {setting} reads its first as {other[1]}",)


def _fits(numbers: "pd.Series[float]", unit: TimeUnit) -> "pd.Series[bool]":
    return (numbers.astype("float64") - unit.at_1970).abs() * unit.nanoseconds <= _LATEST


def _times(numbers: "pd.Series[float]", unit: TimeUnit) -> NDArray[np.datetime64]:
    if numbers.dtype.kind in "iu" and unit.at_1970 % 1 == 0:
        since = numbers.to_numpy(dtype=np.int64) - int(unit.at_1970)
        return (since * unit.nanoseconds).astype("datetime64[ns]")
    steps = np.rint((numbers.to_numpy(dtype=np.float64) - unit.at_1970) * (unit.nanoseconds / unit.step))
    return (steps.astype(np.int64) * unit.step).astype("datetime64[ns]")
