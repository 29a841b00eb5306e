"""Which sign stands before the decimals of a column, and which groups its thousands."""

from collections.abc import Iterable

from lstm_sweep.config import CsvData
from lstm_sweep.config.spelling import typed
from lstm_sweep.data.files.cells import refuse
from lstm_sweep.data.files.numbers.forms import SIGNS
from lstm_sweep.data.files.numbers.written import WrittenNumbers, first
from lstm_sweep.errors import UserError, require

_NAMES = {".": "point", ",": "comma", "_": "underscore", "'": "apostrophe", " ": "space"}
_OTHER = {".": ",", ",": "."}


def named_signs(config: CsvData) -> tuple[str | None, str | None]:
    """The signs of decimals and of thousands as settings name them; each may tell the other.

    Raises:
        UserError: where `data.decimal` or `data.thousands` is no such sign, or both are one.
    """
    decimal = config.decimal
    thousands = None if config.thousands is None else str(config.thousands).translate(SIGNS)
    require(
        decimal is None or decimal in _OTHER,
        f"data.decimal must be a point or a comma, but is {str(decimal)[:60]!r}: "
        f"set {typed('data.decimal', '.')} or {typed('data.decimal', ',')}.",
    )
    require(
        thousands is None or thousands in _NAMES,
        f"data.thousands must be a point, comma, space, apostrophe or underscore, but is "
        f"{str(config.thousands)[:60]!r}: set one, as in {typed('data.thousands', ',')}, or leave it out.",
    )
    require(
        decimal is None or decimal != thousands,
        f"data.decimal and data.thousands must be two signs, but both are {decimal!r}: remove one of them.",
    )
    return decimal or _OTHER.get(thousands or ""), thousands


def tell_decimal(
    written: WrittenNumbers, thousands: str | None, others: Iterable[WrittenNumbers]
) -> tuple[str, tuple[str, ...]]:
    """The decimal sign of a column, from all of its cells, else from the other columns of the file.

    A number has one reading where both signs stand in it, or one of them twice, before another number of digits than
    three, or behind more than three digits or a zero. Of 1.501, 999 and the like none has: then a number such as 1501
    says that nothing is grouped, and numbers of other columns say what they would of their own. Where nothing says
    anything and all have a point, it is that of decimals.

    Args:
        written: the column, numbers alone.
        thousands: the sign that a setting names, if it is neither point nor comma.
        others: the other columns, looked at where the column leaves it open.

    Returns:
        '.' or ','; and what was taken where the column does not force it.

    Raises:
        UserError: where cells contradict each other, or nothing tells one of two readings.
    """
    forced = votes(written)
    found = forced or {sign: index for sign in _OTHER if (index := _first_open(written, sign)) is not None}
    if len(found) == 2:
        raise UserError(_contradiction(written, *found.values()))
    if forced or thousands or not found:
        return next(iter(found), "."), ()
    ((sign, index),) = found.items()
    plain = written.first(lambda form: form.tells_groups)
    reasons = {} if plain is None else {sign: f"{written.shown(plain)} in {written.line(plain)} has no such sign"}
    reasons |= (elsewhere := _reasons(others))
    without = written.first(lambda form: not form.open_sign)
    if len(reasons) == 2 or (not reasons and (without is not None or sign == ",")):
        raise UserError(_two_readings(written, index, sign, without))
    decimal, reason = next(iter(reasons.items()), (sign, ""))
    is_forced = bool(elsewhere) or (plain is not None and not written.core(plain).isdigit())
    return decimal, (_note(written, index, sign, decimal == sign, reason, is_forced),)


def check_groups(written: WrittenNumbers, decimal: str, thousands: str | None) -> str:
    """The sign that groups the thousands of a column, or ''.

    Args:
        written: the column, numbers alone.
        decimal: the sign of its decimals.
        thousands: the sign that settings name.

    Raises:
        UserError: where a cell is not written with these signs, or there are two that group.
    """
    bad = written.where(lambda form: decimal not in form.groups)
    advice = f"correct it, or set {typed('data.decimal', _OTHER[decimal])} where all are written like it"
    refuse(written.cells, bad, f"a number with a decimal {_NAMES[decimal]}", advice)
    grouped = {
        sign: index
        for sign in _NAMES
        if (index := written.first(lambda form, sign=sign: form.groups[decimal] == sign)) is not None  # type: ignore[misc]
    }
    if thousands is not None:
        bad = written.where(lambda form: form.groups[decimal] not in ("", thousands))
        advice = "correct it, or leave data.thousands out where all are written like it"
        refuse(written.cells, bad, f"a number with thousands grouped by a {_NAMES[thousands]}", advice)
    if len(grouped) > 1:
        raise UserError(_contradiction(written, *sorted(grouped.values())[:2]))
    return next(iter(grouped), "")


def _first_open(written: WrittenNumbers, sign: str) -> int | None:
    return written.first(lambda form: form.open_sign == sign)


def votes(written: WrittenNumbers) -> dict[str, int]:
    """The first number that can be read with one decimal sign alone, by that sign."""
    found: dict[str, int] = {}
    for decimal in _OTHER:
        is_open = written.where(lambda form, decimal=decimal: form.open_sign == decimal)  # type: ignore[misc]
        begins_with_zero = is_open & False
        begins_with_zero[is_open] = written.cells.column[is_open].str.contains(rf"^[^0-9]*0[{decimal}]")
        alone = written.where(lambda form, decimal=decimal: set(form.groups) == {decimal})  # type: ignore[misc]
        if (index := first(alone | begins_with_zero)) is not None:
            found[decimal] = index
    return found


def _reasons(others: Iterable[WrittenNumbers]) -> dict[str, str]:
    """What other columns say for each decimal sign."""
    return {
        decimal: f"{other.cells.title} has {other.shown(index)} in {other.line(index)}"
        for other in others
        for decimal, index in votes(other).items()
    }


def _readings(written: WrittenNumbers, index: int, sign: str) -> tuple[str, str]:
    core = written.core(index)
    return core.replace(sign, ""), core.replace(sign, ".")


def _contradiction(written: WrittenNumbers, index: int, other: int) -> str:
    return (
        f"{written.place(index)}: {written.cells.title} must hold numbers of one form, but {written.shown(index)} and "
        f"{written.shown(other)} in {written.line(other)} have other signs for decimals or thousands: write them alike."
    )


def _two_readings(written: WrittenNumbers, index: int, sign: str, without: int | None) -> str:
    grouped, decimal = _readings(written, index, sign)
    beside = "" if without is None else f" (beside {written.shown(without)} in {written.line(without)})"
    return (
        f"{written.place(index)}: {written.cells.title} must hold numbers of one reading, but {written.shown(index)}"
        f"{beside} may be {grouped} or {decimal}: "
        f"set {typed('data.thousands', sign)} for {grouped}, or {typed('data.decimal', sign)} for {decimal}."
    )


def _note(written: WrittenNumbers, index: int, sign: str, is_decimal: bool, reason: str, is_forced: bool) -> str:
    grouped, decimal = _readings(written, index, sign)
    taken, other = (decimal, grouped) if is_decimal else (grouped, decimal)
    setting = typed("data.thousands" if is_decimal else "data.decimal", sign)
    why = f", as {reason}" if reason else ""
    # No setting can read this column otherwise and the one that forces it as it is written.
    alternative = f"not as {other}" if is_forced else f"{setting} reads {other}"
    return f"{written.cells.title}: {written.shown(index)} read as {taken}{why} ({alternative})"
