"""What stands around the digits of a column: currencies, percents, powers of ten, dashes."""

from lstm_sweep.data.files.cells import refuse
from lstm_sweep.data.files.numbers.written import WrittenNumbers
from lstm_sweep.errors import UserError

_PERCENT = "%"


def check_units(written: WrittenNumbers) -> tuple[str, ...]:
    """What was taken of the signs around the digits, a sentence each.

    Args:
        written: a column, numbers alone.

    Raises:
        UserError: where some numbers are in percent and others not, or there are two currencies.
    """
    return (*_percent(written), *_currency(written), *_scales(written), *_dashes(written))


def _percent(written: WrittenNumbers) -> list[str]:
    index = written.first(lambda form: form.unit == _PERCENT)
    if index is None:
        return []
    expected = f"a number in percent, like {written.shown(index)} in {written.line(index)}"
    refuse(written.cells, written.where(lambda form: form.unit != _PERCENT), expected, "write all of them alike")
    return [f"{written.cells.title}: numbers in percent ({written.shown(index)} read as {_plain(written, index)})"]


def _plain(written: WrittenNumbers, index: int) -> str:
    return written.text(index).replace(_PERCENT, "").strip()


def _currency(written: WrittenNumbers) -> list[str]:
    units = {form.unit for form in written.forms if form} - {"", _PERCENT}
    if not units:
        return []
    one, *others = sorted(index for unit in units if (index := _first_in(written, unit)) is not None)
    if others:
        expected, found = written.shown(one), written.shown(others[0])
        raise UserError(
            f"{written.place(others[0])}: {written.cells.title} must be in one currency, but {found} is not in that of "
            f"{expected} in {written.line(one)}: convert them, or write one sign for both."
        )
    bare = _first_in(written, "")
    if bare is None:
        return []
    shown = f"{written.shown(bare)} in {written.line(bare)}"
    return [f"{written.cells.title}: {shown} taken to be in {units.pop()} like {written.shown(one)}"]


def _first_in(written: WrittenNumbers, unit: str) -> int | None:
    return written.first(lambda form: form.unit == unit)


def _scales(written: WrittenNumbers) -> list[str]:
    scales = {form.scale: form.power for form in written.forms if form and form.scale}
    read = ", ".join(
        f"{scale!r} read as {10**power:,}" for scale, power in sorted(scales.items(), key=lambda each: each[1])
    )
    return [f"{written.cells.title}: {read}"] if read else []


def _dashes(written: WrittenNumbers) -> list[str]:
    dashes = written.dashes
    if dashes.empty:
        return []
    first, more = int(dashes.index[0]), len(dashes) - 1
    others = f", and {more:,} more" if more else ""
    return [
        f"{written.cells.title}: {dashes.iloc[0].strip()!r} in {written.line(first)}{others} taken for an empty cell"
    ]
