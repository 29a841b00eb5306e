"""Calendar times that are written as digits alone: 202101130005 is five past midnight."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lstm_sweep.data.files.times.calendar import full_year, to_clock, to_days
from lstm_sweep.data.files.times.choice import FormReading

_FORMS = {
    4: ("%Y",),
    6: ("%Y%m", "%y%m%d", "%d%m%y", "%m%d%y"),
    8: ("%Y%m%d", "%d%m%Y", "%m%d%Y"),
    10: ("%Y%m%d%H",),
    12: ("%Y%m%d%H%M",),
    14: ("%Y%m%d%H%M%S",),
    17: ("%Y%m%d%H%M%S%f",),  # milliseconds
    20: ("%Y%m%d%H%M%S%f",),  # microseconds
}
"""Forms by the number of digits; one that is read like another and comes first is preferred where both are months."""

_WIDTHS = {"Y": 4, "y": 2, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}


def calendar_readings(digits: Sequence[str] | pa.Array) -> list[FormReading]:
    """What texts of digits are in all calendar forms of their length.

    Args:
        digits: texts of digits.

    Returns:
        The forms that all texts fit with a year from 1900 to 2100; none where lengths differ.
    """
    texts = digits if isinstance(digits, pa.Array | pa.ChunkedArray) else pa.array(digits, pa.large_string())
    lengths = pc.unique(pc.utf8_length(texts)).to_pylist()
    forms = _FORMS.get(lengths[0], ()) if len(lengths) == 1 else ()
    readings = [FormReading(form, _read(texts, form, lengths[0])) for form in forms]
    return [reading for reading in readings if reading.num_failed == 0]


def _read(texts: pa.Array, form: str, length: int) -> NDArray[np.datetime64]:
    fields = {name: np.zeros(len(texts), dtype=np.int64) for name in "HMSf"}
    fields |= {name: np.ones(len(texts), dtype=np.int64) for name in "md"}
    place = 0
    for name in form.replace("%", ""):
        width = _WIDTHS.get(name, length - place)
        fields[name] = pc.cast(pc.utf8_slice_codeunits(texts, place, place + width), pa.int64()).to_numpy()
        place += width
    year = fields["Y"] if "Y" in fields else full_year(fields["y"])
    days = to_days(year, fields["m"], fields["d"])
    fraction = fields["f"] * 10 ** (9 - max(length - 14, 0))
    times = days + to_clock(fields["H"], fields["M"], fields["S"], fraction)
    return np.where((year >= 1900) & (year <= 2100), times, np.datetime64("NaT", "ns"))


def digits_of(numbers: "pd.Series[float]") -> pa.Array:
    """Whole numbers from 0 as texts of digits."""
    return pa.array(numbers.to_numpy(dtype=np.int64).astype("str"), pa.large_string())
