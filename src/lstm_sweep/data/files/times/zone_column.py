"""Zones that stand in a column of their own beside the times."""

from dataclasses import replace

import numpy as np
import pandas as pd

from lstm_sweep.data.files.table import FileTable
from lstm_sweep.data.files.times.columns import letters
from lstm_sweep.data.files.times.written import WrittenTimes
from lstm_sweep.data.files.times.zones import read_offsets

_NAMES = ("zone", "timezone", "tz", "utcoffset", "gmtoffset", "zeitzone")
"""Names of such columns in small letters without signs; another is a word more."""

_ABBREVIATION = r"[A-Z]{2,5}"


def with_zone_column(table: FileTable, written: WrittenTimes) -> WrittenTimes:
    """Times with the zones of a column of their own, where they name none themselves.

    Args:
        table: of the file.
        written: its times.

    Returns:
        The times with an offset or an abbreviation for each row, and a note. Where the column holds something else,
        such as Europe/Berlin, it is not read, and that is noted.
    """
    name = next((str(name) for name in table.rows.columns if letters(str(name)) in _NAMES), None)
    if name is None or not written.has_clock or written.offset is not None or written.zones is not None:
        return written
    codes, distinct = pd.factorize(table.rows[name].fillna("").astype("str").str.strip())
    offsets, words = read_offsets([str(text) for text in distinct])
    is_abbreviation = pd.Series(words, dtype="str").str.fullmatch(_ABBREVIATION).to_numpy(dtype=bool)
    if not (~np.isnat(offsets) | is_abbreviation).all():
        note = f"{name} holds {str(distinct[0])[:40]!r}, which is not read: data.time_zone names the zone of the times"
        return replace(written, notes=(*written.notes, note))
    note = f"times are in the zone that {name} names in each row"
    return replace(
        written,
        offset=None if np.isnat(offsets).all() else offsets[codes],
        zones=words[codes] if is_abbreviation.any() else None,
        notes=(*written.notes, note),
    )
