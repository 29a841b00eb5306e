"""Which columns of a table say when: told by their names, else by their first cells."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from lstm_sweep.config import CsvData
from lstm_sweep.data.files.cells import Cells
from lstm_sweep.data.files.columns import named
from lstm_sweep.data.files.table import FileTable
from lstm_sweep.data.files.times.clock import looks_like_clock
from lstm_sweep.data.files.times.counts import unit_by_magnitude
from lstm_sweep.data.files.times.digits import calendar_readings
from lstm_sweep.data.files.times.name_zone import says_utc
from lstm_sweep.data.files.times.text import cut, is_time
from lstm_sweep.data.files.times.words import plain
from lstm_sweep.errors import require

_WEAK = ("ts", "dt", "data", "period", "month", "monat", "year", "jahr", "index", "t")
"""Names that other columns have as well: they count where their cells look like times."""

NAMES = (
    *("opentime", "timeopen", "candledatetime", "timestamp", "datetime", "date", "time", "unixtimestamp", "unixtime"),
    *("unix", "day", "utc", "gmt", "localtime", "snappedat"),
    *("datum", "zeitstempel", "datumzeit", "zeit", "fecha", "fechahora", "hora", "datahora", "dataora", "ora"),
    *("horodatage", "heure", "jour", "dia", "giorno", "tag", "tijd", "дата", "время", "日期", "时间"),
    *("tradedate", "tradingdate", "tradingday", "quotedate", "pricedate", "observationdate", "closedate", "asofdate"),
    *("starttime", "startdate", "begin", "barstart", "timeperiodstart", "timestart", "eventtime", "tradetime"),
    *("createdat", "updatedat", "epoch", "epochtime", "unixms", "timestampms", "yearmonth"),
    *("closetime", "timeclose", "endtime", "enddate", "barend", "timeperiodend", "timeend", *_WEAK),
)
"""Names of times in small letters without signs, the most telling ones first; another is a word more.

Ends of bars come late: with `data.stamp` as it is, times are their starts.
"""

CLOCKS = (
    "time",
    "clock",
    "timeofday",
    "hour",
    "hours",
    "hr",
    "zeit",
    "uhrzeit",
    "hora",
    "heure",
    "ora",
    "tijd",
    "время",
)
"""Names of columns of times of day."""

HOURS = ("hour", "hours", "hr", "hh", "stunde")

FIELDS = {
    "year": ("year", "yr", "yyyy", "jahr", "annee", "ano", "anno"),
    "month": ("month", "mon", "mm", "monat", "mois", "mes", "mese"),
    "quarter": ("quarter", "qtr", "quartal", "trimestre"),
    "week": ("week", "isoweek", "weekofyear", "woche", "kalenderwoche", "semaine", "semana"),
    "day": ("day", "dayofmonth", "dd", "tag", "jour", "dia", "giorno"),
    "hour": HOURS,
    "minute": ("minute", "minutes", "min", "minuto"),
    "second": ("second", "seconds", "sec", "sekunde", "segundo"),
}
"""Names of columns that hold one number of a time each."""

PERIODS = ("month", "quarter", "week")
"""Which of them go with a year; where several stand in a file, the first."""

_UTC = re.compile(r"^(?:utc|gmt)|(?:utc|gmt)$")
_FIRST = 5
"""Cells that are looked at."""


def letters(name: str) -> str:
    """A name in small letters, without accents, signs and digits."""
    return re.sub(r"[\W\d_]", "", plain(name))


def clock_letters(name: str) -> str:
    """As `letters`, without the UTC or GMT at either end."""
    return _UTC.sub("", letters(name))


def find_time_columns(table: FileTable, config: CsvData) -> tuple[str, ...]:
    """The columns that say when: one, or those of a day and a clock, or of year, month, day and so on.

    Args:
        table: of the file.
        config: `data.time`: a name, a number, or a list of them; None to find them.

    Raises:
        UserError: where `data.time` names a column that does not exist, or one twice.
    """
    names = [str(name) for name in table.rows.columns]
    if config.time is not None:
        wanted = [config.time] if isinstance(config.time, str | int) else list(config.time)
        require(bool(wanted), "data.time must name a column, but is an empty list: name one, or set null to find it.")
        chosen = tuple(named("data.time", each, names, table.path) for each in wanted)
        require(
            len(set(chosen)) == len(chosen),
            f"data.time must name each column once, but is {list(wanted)}: remove the repeated one.",
        )
        return chosen
    found = usual_times(table)
    fields = _fields(names)
    has_fields = "year" in fields and bool(fields.keys() & set(PERIODS))
    if has_fields and (not found or letters(found[0]) in (*FIELDS["day"], *FIELDS["month"], *FIELDS["year"], *CLOCKS)):
        clock = () if "hour" in fields else tuple(name for name in found if letters(name) in CLOCKS)[:1]
        if not any(is_time(_first(table, name)) for name in found):
            return (*fields.values(), *clock)
    time = _time(table, found)
    clock_name = _clock(table, names, time)
    if clock_name is None:
        return (time,)
    smaller = [
        fields[field] for field in ("minute", "second") if field in fields and clock_letters(clock_name) in HOURS
    ]
    return (time, clock_name, *smaller)


def _time(table: FileTable, usual: Sequence[str]) -> str:
    """The column of times, of which some have usual names."""
    telling = [name for name in usual if letters(name) not in _WEAK or _may_be_time(table, name)]
    return str((telling or _by_content(table) or usual or list(table.rows.columns))[0])


def usual_times(table: FileTable) -> list[str]:
    """Columns with usual names of times, the most telling name first, those whose first cell is no time last."""
    found = [str(name) for name in table.rows.columns if _place(str(name)) < len(NAMES)]
    found.sort(key=_place)
    is_utc = {name for name in found if says_utc(name) and not is_day(table, name)}
    return sorted(found, key=lambda name: (not _may_be_time(table, name), name not in is_utc))


def _place(name: str) -> int:
    """Where a name stands among all names of times, UTC and GMT aside; their number where it is none."""
    places = [NAMES.index(each) for each in (letters(name), clock_letters(name)) if each in NAMES]
    return min(places, default=len(NAMES))


def other_times(table: FileTable, columns: Sequence[str]) -> list[str]:
    """Columns without empty cells that may be meant as well as those that were found, the most telling first."""
    usual = [name for name in usual_times(table) if _may_be_time(table, name)]
    found = dict.fromkeys([*usual, *_texts_of_times(table)] or _by_content(table))
    return [name for name in found if name not in columns and table.rows[name].notna().all()]


def is_clock(table: FileTable, name: str) -> bool:
    """Whether a column holds times of day: by its first cell, or by its name where that is a short number."""
    first = _first(table, name)
    return looks_like_clock(first) or (
        clock_letters(name) in CLOCKS and re.fullmatch(r"\d{1,9}(\.0*)?", first) is not None
    )


def _clock(table: FileTable, names: Sequence[str], time: str) -> str | None:
    """The column of the time of day beside a column of days, or None."""
    if not is_day(table, time):
        return None
    after = names[names.index(time) + 1 :][:1]
    for name in [each for each in names if clock_letters(each) in CLOCKS and each != time]:
        if is_clock(table, name):
            return name
    for name in after:
        if name.isdecimal() and (looks_like_clock(_first(table, name)) or _holds_clock_digits(table, name)):
            return name
    return None


def _holds_clock_digits(table: FileTable, name: str) -> bool:
    if table.rows[name].dtype.kind in "iufM":
        return False
    text = table.rows[name].astype("str")
    clocks = text.str.fullmatch(r"(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?")
    return bool(clocks.all() and text.str.startswith("0").any())


def is_day(table: FileTable, name: str) -> bool:
    """Whether the first cell of a column is a day without a clock."""
    text = _first(table, name)
    if text.removesuffix(".0").isdecimal():
        text = text.removesuffix(".0")
        return len(text) in (6, 8) and bool(calendar_readings([text]))
    return is_time(text) and not cut(text)[1]


def _fields(names: Sequence[str]) -> dict[str, str]:
    by_letters = {clock_letters(name): name for name in reversed(names)}
    found = {field: [by_letters[each] for each in known if each in by_letters] for field, known in FIELDS.items()}
    fields = {field: columns[0] for field, columns in found.items() if columns}
    unused = [field for field in PERIODS if field in fields][1:]
    return {field: name for field, name in fields.items() if field not in unused}


def field_of(name: str) -> str | None:
    """Which number of a time a column holds, by its name."""
    return next((field for field, known in FIELDS.items() if clock_letters(name) in known), None)


def _first(table: FileTable, name: str) -> str:
    cells = table.rows[name].dropna()
    return "" if cells.empty else str(cells.iloc[0]).strip()


def _may_be_time(table: FileTable, name: str) -> bool:
    return table.rows[name].dtype.kind == "M" or _looks_like(_first(table, name))


def _looks_like(text: str) -> bool:
    if re.fullmatch(r"\d+(\.\d*)?", text):
        whole = text.partition(".")[0]
        return bool(len(whole) > 5 and calendar_readings([whole])) or unit_by_magnitude(float(text)) is not None
    return is_time(text)


def _by_content(table: FileTable) -> list[str]:
    """Columns whose first cells are all days or times; else those that are all numbers of times and go one way."""
    firsts = _firsts(table).items()
    return _texts_of_times(table) or [name for name, cells in firsts if _goes_one_way(Cells(table, cells))]


def _texts_of_times(table: FileTable) -> list[str]:
    firsts = _firsts(table).items()
    return [name for name, cells in firsts if cells.dtype.kind == "M" or all(is_time(str(cell)) for cell in cells)]


def _firsts(table: FileTable) -> "dict[str, pd.Series[Any]]":
    """The first cells of each column, but for those that have none."""
    firsts = {str(name): table.rows[name].dropna().iloc[:_FIRST] for name in table.rows.columns}
    return {name: cells for name, cells in firsts.items() if len(cells)}


def _goes_one_way(cells: Cells) -> bool:
    texts = cells.column.astype("str").str.strip()
    if not all(map(_looks_like, texts)):
        return False
    step = np.diff(pd.to_numeric(texts).to_numpy(dtype=np.float64))
    return bool((step > 0).all() or (step < 0).all())
