"""What to do where numbers are no times as they stand: the setting that reads them, or that rows are steps."""

import re

from lstm_sweep.config.spelling import typed

_FORMS = (
    (re.compile(r"(?:1[6-9]|2[0-2])\d\d\.(?:0[1-9]|1[0-2])"), "%Y.%m", "a year and a month"),
    (re.compile(r"(?:1[6-9]|2[0-2])\d\d(?:[0-2]\d\d|3[0-5]\d|36[0-6])"), "%Y%j", "a year and its day"),
)
"""Numbers, the form that reads them and what it says; another is a line more."""

_YEAR_WITH_FRACTION = re.compile(r"(?:1[6-9]|2[0-2])\d\d\.\d+")
_STEPS = "set data.time=none where rows are steps"


def hint(cell: str, unit: tuple[str, str] | None) -> str:
    """What to do with a number that is too small for a count since 1970.

    Args:
        cell: as it stands in the file.
        unit: that may be meant and what it reads, or None.

    Returns:
        Advice that ends a sentence.
    """
    for pattern, form, says in _FORMS:
        if pattern.fullmatch(cell):
            return f"{typed('data.time_format', form)} reads it as {says}, or name the column of times with data.time"
    if _YEAR_WITH_FRACTION.fullmatch(cell):
        return f"write dates in place of years with a fraction, name another column with data.time, or {_STEPS}"
    other = f"name the column of times with data.time, or {_STEPS}"
    if unit is None:
        return f"{other}, or data.time_unit=s where they are seconds since 1970"
    return f"{typed('data.time_unit', unit[0])} reads {unit[1]}, or {other}"
