"""Times that are text: a cell is cut into day, clock and zone, and any form of one goes with any of the others."""

import re
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lstm_sweep.data.files.cells import Cells
from lstm_sweep.data.files.times.arrow import arrow_texts
from lstm_sweep.data.files.times.calendar import to_nanoseconds
from lstm_sweep.data.files.times.choice import FormReading, choose
from lstm_sweep.data.files.times.clock import midnight, read_clocks
from lstm_sweep.data.files.times.days import day_readings
from lstm_sweep.data.files.times.shape import have_one_shape
from lstm_sweep.data.files.times.written import WrittenTimes
from lstm_sweep.data.files.times.zones import read_offsets

Offsets = NDArray[np.timedelta64] | None
Zones = NDArray[Any] | None

_LONGEST = 60  # letters of a time
_BARE = re.compile(r"[-+]?\d[\d,]*\.?\d*([eE][-+]?\d+)?|[-+]?\.\d+")
_HALF = r"[aApP]\.?[mM]\.?"
_CLOCK = rf"\d{{1,2}}(?::\d\d){{1,2}}(?:[.,:]\d{{1,9}})?(?:\s*{_HALF})?|\d{{1,2}}[\s-]?{_HALF}"
_ZONE = r"(?:[A-Za-z]{1,5}|(?:[A-Z]{2,3})?[+-]\d{1,2}(?::?\d\d)?(?:\s[A-Z]{2,5})?)(?:\s*[\[(].*[\])])?"
_CELL = rf"^(?P<day>.*?)(?:(?:[TtD_,:\s]+(?P<clock>{_CLOCK})\s*(?P<zone>{_ZONE})?)|\s*(?P<utc>UTC|GMT|Z))?$"
_BASIC = (
    r"^(?P<day>\d{6}|\d{8}|\d{4}[-/.]\d\d?[-/.]\d\d?)(?:T|\s+)"
    rf"(?P<clock>\d{{2,9}}(?:[.,]\d{{1,9}})?)\s*(?P<zone>{_ZONE})?$"
)
_OF_ONE_CELL = (re.compile(_CELL), re.compile(_BASIC))
_WHITE = "[\u00a0\u2007\u2009\u202f\t ]+"
_OTHER_ORDERS = (
    (r"^(\w+ \w+ +\d+) (\d\d?:\d\d:\d\d) ?([A-Z]*) (\d{4})$", r"\1 \4 \2 \3"),  # ctime: Wed Jan 13 00:05:00 2021
    (rf"^({_CLOCK}),? +(\d.*)$", r"\2 \1"),  # 00:05 13.01.2021
    (r"[\s]*(?:Uhr|uhr|hrs)$", ""),  # 13.01.2021 00:05 Uhr
    (rf"^(\d\S* {_CLOCK}) [-–] \d\S* (?:{_CLOCK})$", r"\1"),  # 13.01.2021 00:00 - 13.01.2021 01:00
)
"""Forms whose parts stand in another order, and how they are put right; another is a line more."""


def read_text(cells: Cells, form: str | None = None) -> WrittenTimes:
    """Times of a column of text.

    Args:
        cells: days with or without a clock and a zone, no cell empty.
        form: of the days, as strptime takes it; None to tell it from the column.

    Raises:
        UserError: with the line of the first cell that is no time, or where days have two readings.
    """
    text = arrow_texts(cells.column)
    day, clock, zone = _cut_alike(text) if have_one_shape(text) else _cut(_put_right(text))
    readings, codes = _days(day, form)
    since, has_clock = _clocks(clock)
    of_midnight = midnight(cells, since)
    # A cell whose clock is none must be refused as one that is no day is: by its line.
    whole = [FormReading(reading.form, reading.times[codes] + since) for reading in readings]
    chosen, notes = choose(cells, whole)
    offset, zones = _zones(zone)
    said = (*notes, *_century(cells, chosen), *of_midnight, *_interval(cells, text))
    return WrittenTimes(chosen.times, offset, zones, has_clock, said)


def cut(text: str) -> tuple[str, str, str]:
    """Day, clock and zone of one cell, '' for what is not there; as `_cut`, which is slow to begin."""
    found = _OF_ONE_CELL[0].match(text)
    parts = ("", "", "") if found is None else (found["day"], found["clock"] or "", found["zone"] or found["utc"] or "")
    basic = None if parts[1] else _OF_ONE_CELL[1].match(text)
    return parts if basic is None else (basic["day"], basic["clock"], basic["zone"] or "")


def _put_one_right(text: str) -> str:
    for pattern, put_right in ((_WHITE, " "), ("−", "-"), *_OTHER_ORDERS):
        text = re.sub(pattern, put_right, text)
    return text


def _put_right(text: pa.Array) -> pa.Array:
    text = pc.replace_substring(pc.replace_substring_regex(text, _WHITE, " "), "−", "-")
    for pattern, put_right in _OTHER_ORDERS:
        text = pc.replace_substring_regex(text, pattern, put_right)
    return text


def _cut_alike(text: pa.Array) -> tuple[pa.Array, pa.Array, pa.Array]:
    """As `_cut`, where one cell tells where to cut all of them: ten times as fast."""
    whole = str(text[0])
    if whole != _put_one_right(whole):
        return _cut(_put_right(text))
    day, clock, zone = cut(whole)
    start = whole.index(clock, len(day))
    places = ((0, len(day)), (start, start + len(clock)), (len(whole) - len(zone), len(whole)))
    first, second, third = (pc.utf8_slice_codeunits(text, *place) for place in places)
    return first, second, third


def _cut(text: pa.Array) -> tuple[pa.Array, pa.Array, pa.Array]:
    found = pc.extract_regex(text, _CELL)
    day, clock, zone = (pc.fill_null(found.field(name), "") for name in ("day", "clock", "zone"))
    zone = pc.if_else(pc.equal(zone, ""), pc.fill_null(found.field("utc"), ""), zone)
    basic = pc.extract_regex(text, _BASIC)
    is_basic = pc.and_(pc.equal(clock, ""), basic.is_valid())
    if not pc.any(is_basic).as_py():
        return pc.fill_null(day, text), clock, zone
    of_basic = [pc.fill_null(basic.field(name), "") for name in ("day", "clock", "zone")]
    day, clock, zone = (pc.if_else(is_basic, *pair) for pair in zip(of_basic, (day, clock, zone), strict=True))
    return day, clock, zone


def _factorize(texts: pa.Array) -> tuple[NDArray[np.int64], pa.Array]:
    coded = texts.dictionary_encode()
    return coded.indices.to_numpy(zero_copy_only=False), coded.dictionary


def _days(texts: pa.Array, form: str | None) -> tuple[list[FormReading], NDArray[np.int64]]:
    codes, distinct = _factorize(texts)
    if form is None:
        return day_readings(distinct.to_pylist()), codes
    text = distinct.to_pandas().astype("str")
    text = text.where(text.str.contains(r"\d"))  # pandas takes the words now and today for times
    days = pd.to_datetime(text, format=form, errors="coerce")
    return [FormReading(form, to_nanoseconds(days))], codes


def _clocks(texts: pa.Array) -> tuple[NDArray[np.timedelta64], bool]:
    codes, distinct = _factorize(texts)
    is_empty = pc.equal(distinct, "").to_numpy(zero_copy_only=False)
    clocks = np.where(is_empty, np.timedelta64(0, "ns"), read_clocks(distinct))
    return clocks[codes], not is_empty.all()


def _zones(texts: pa.Array) -> tuple[Offsets, Zones]:
    codes, distinct = _factorize(texts)
    offsets, words = read_offsets(distinct.to_pylist())
    return (None if np.isnat(offsets).all() else offsets[codes]), (None if not any(words) else words[codes])


def _century(cells: Cells, chosen: FormReading) -> tuple[str, ...]:
    if "%y" not in chosen.form:
        return ()
    year = str(chosen.times[0])[:4]
    return (
        f"{cells.title} has years of two digits, taken for 1969 to 2068: the first is of {year}; "
        "write years of four digits to mean others",
    )


def _interval(cells: Cells, text: pa.Array) -> tuple[str, ...]:
    if not re.search(_OTHER_ORDERS[-1][0], str(text[0])):
        return ()
    return (f"{cells.title} holds intervals, read at their start: data.stamp=end takes them for over by then",)


def cut_clocks(cells: Cells) -> tuple["pd.Series[str]", tuple[Offsets, Zones] | None]:
    """Clocks of a column of their own without the zones that stand behind them, and these; None where none has one."""
    text = cells.column.astype("str").str.strip()
    _, clock, zone = _cut(arrow_texts("2000-01-01 " + text))
    if not pc.any(pc.not_equal(zone, "")).as_py():
        return text, None
    return pd.Series(clock.to_pandas().to_numpy(), index=text.index, name=text.name, dtype="str"), _zones(zone)


def is_time(text: str) -> bool:
    """Whether one cell looks like a day, with or without a clock and a zone, in any known form; no bare number does.

    Args:
        text: of the cell.
    """
    text = text.strip()
    if len(text) > _LONGEST or not re.search(r"\d", text) or _BARE.fullmatch(text):
        return False
    day = cut(_put_one_right(text))[0]
    return any(reading.num_failed == 0 for reading in day_readings([day]))
