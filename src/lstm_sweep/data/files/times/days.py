"""Days as people write them: three numbers, or two and the name of a month, with any signs between."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lstm_sweep.data.files.times.calendar import full_year, to_days
from lstm_sweep.data.files.times.choice import FormReading
from lstm_sweep.data.files.times.digits import calendar_readings
from lstm_sweep.data.files.times.periods import period_reading
from lstm_sweep.data.files.times.words import FILLERS, MONTHS, WEEKDAYS, plain

_PIECES = re.compile(r"\d+|[^\W\d_]+")
_BETWEEN = re.compile(r"[\s\-/.,_'’º]*")
_ORDERS = ("Ymd", "dmY", "mdY", "Ym", "mY")
"""In which year, month and day may stand."""

_DIGITS = (6, 8)
"""Numbers of digits of a day without signs."""


@dataclass(frozen=True)
class DayPieces:
    """The parts of one day, in the order in which they stand.

    Attributes:
        numbers: two or three; a month's name is its number.
        widths: digits of each, 0 for a month's name.
    """

    numbers: tuple[int, ...]
    widths: tuple[int, ...]


def day_pieces(text: str) -> DayPieces | None:
    """The parts of a day, or None where a text is none: 'Wed, 13th of January 2021' is 13, 1 and 2021."""
    if not all(_BETWEEN.fullmatch(between) for between in _PIECES.split(text)):
        return None
    pieces = [piece for piece in _PIECES.findall(text) if plain(piece) not in FILLERS]
    if len(pieces) == 4 and plain(pieces[0]) in WEEKDAYS:
        pieces = pieces[1:]
    if len(pieces) not in (2, 3):
        return None
    numbers = [int(piece) if piece.isdecimal() else MONTHS.get(plain(piece), 0) for piece in pieces]
    widths = tuple(len(piece) if piece.isdecimal() else 0 for piece in pieces)
    if widths.count(0) > 1 or any(width == number == 0 for width, number in zip(widths, numbers, strict=True)):
        return None
    return DayPieces(tuple(numbers), widths) if max(widths) in (2, 4) else None


def day_readings(texts: Sequence[str]) -> list[FormReading]:
    """What days are in all orders that any of them fits, each on its own; `choice.choose` tells which is meant.

    Args:
        texts: distinct days.

    Returns:
        Readings of one time a text; at least one.
    """
    if all(text.isdecimal() and len(text) in _DIGITS for text in texts):
        return calendar_readings(texts) or [_nothing(len(texts))]
    if periods := period_reading(texts):
        return [periods]
    pieces = [day_pieces(f"{text[:4]}-{text[4:6]}-{text[6:]}" if _is_basic(text) else text) for text in texts]
    readings = [_read(pieces, order, texts) for order in _ORDERS]
    return [reading for reading in readings if reading.num_failed < len(texts)] or [_nothing(len(texts))]


def has_short_years(texts: Sequence[str]) -> bool:
    """Whether any day has a year of two digits."""
    return any(pieces is not None and 4 not in pieces.widths for pieces in map(day_pieces, texts))


def _is_basic(text: str) -> bool:
    return text.isdecimal() and len(text) == 8


def _nothing(length: int) -> FormReading:
    return FormReading("", np.full(length, np.datetime64("NaT", "ns")))


def _read(pieces: Sequence[DayPieces | None], order: str, texts: Sequence[str]) -> FormReading:
    fields = {name: np.zeros(len(pieces), dtype=np.int64) for name in "Ymd"}
    if "d" not in order:
        fields["d"][:] = 1
    fitting = [row for row, each in enumerate(pieces) if each is not None and _fits(each, order)]
    for row in fitting:
        for name, number in zip(order, pieces[row].numbers, strict=True):  # type: ignore[union-attr]
            fields[name][row] = number
        if 4 not in pieces[row].widths:  # type: ignore[union-attr]
            fields["Y"][row] = full_year(fields["Y"][row : row + 1])[0]
    form = _form(texts[fitting[0]], order) if fitting else ""
    return FormReading(form, to_days(fields["Y"], fields["m"], fields["d"]))


def _fits(pieces: DayPieces, order: str) -> bool:
    """Whether widths suit an order: the month's name at its place, a year of four digits, or of two beside a day."""
    if len(pieces.widths) != len(order):
        return False
    year, month = (pieces.widths[order.index(name)] for name in "Ym")
    others = [width for name, width in zip(order, pieces.widths, strict=True) if name != "Y"]
    has_name = 0 in pieces.widths
    year_is_short = year == 2 and len(order) == 3 and not (has_name and order == "Ymd")
    return (year == 4 or year_is_short) and (month == 0 or not has_name) and max(others) <= 2


def _form(text: str, order: str) -> str:
    """The form of one text, as strptime takes it."""
    left = iter(order)

    def directive(found: re.Match[str]) -> str:
        piece = found[0]
        if not piece.isdecimal() and plain(piece) not in MONTHS:
            return "%a" if plain(piece) in WEEKDAYS else piece
        name = next(left)
        return "%b" if not piece.isdecimal() else "%y" if name == "Y" and len(piece) == 2 else f"%{name}"

    return _PIECES.sub(directive, text)
