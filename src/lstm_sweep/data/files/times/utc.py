"""From times as written to UTC: by the zone that they name, that `data.time_zone` names, or as they stand."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lstm_sweep.config.spelling import typed
from lstm_sweep.data.files.cells import Cells
from lstm_sweep.data.files.times.name_zone import NamedZone, named_zone
from lstm_sweep.data.files.times.rows import refuse_rows
from lstm_sweep.data.files.times.wall import Times, to_utc_of_zone
from lstm_sweep.data.files.times.written import WrittenTimes
from lstm_sweep.data.files.times.zones import ZONES, fixed_offset
from lstm_sweep.errors import UserError

_HOUR = np.timedelta64(1, "h")
_MOST_CHANGES = 100
"""Of a clock; a file whose times go back more often is out of order."""


def to_utc(
    cells: Cells, written: WrittenTimes, zone: str | None, names: Sequence[str] = ()
) -> tuple[pd.DatetimeIndex, tuple[str, ...]]:
    """Times as UTC.

    Args:
        cells: the column, for messages.
        written: what it holds.
        zone: `data.time_zone`.
        names: of all columns that times stand in; one may say the zone.

    Returns:
        datetime64[ns] without a zone, and what was chosen, a sentence each.

    Raises:
        UserError: with the line of the first time whose zone cannot be told, or that its zone does not have.
    """
    rows = len(written.wall)
    offset = np.full(rows, np.timedelta64("NaT", "ns")) if written.offset is None else written.offset
    is_named = ~np.isnat(offset)
    utc = np.where(is_named, written.wall - np.where(is_named, offset, np.timedelta64(0, "ns")), written.wall)
    if is_named.all():
        notes = (f"{cells.title} names its zone: data.time_zone is not used",) * (zone is not None)
        return pd.DatetimeIndex(utc), notes
    if is_named.any() and zone is None and written.zones is None:
        _refuse_mixed(cells, ~is_named)
    named = named_zone(names or (str(cells.column.name),)) if zone is None and written.zones is None else None
    left = ~is_named
    part = Cells(cells.table, cells.column[left])
    words = None if written.zones is None else written.zones[left]
    utc[left], notes = _without_offset(part, written.wall[left], words, named or zone, written.has_clock)
    return pd.DatetimeIndex(utc), notes


def _without_offset(
    cells: Cells, wall: Times, words: NDArray[Any] | None, zone: NamedZone | str | None, has_clock: bool
) -> tuple[Times, tuple[str, ...]]:
    if words is not None and zone is None:
        _refuse_words(cells, wall, words)
    if not has_clock:
        return wall, (f"{cells.title} holds days without a clock: they start at 00:00 UTC, whatever data.time_zone is",)
    if isinstance(zone, NamedZone):
        return _of_name(cells, wall, zone)
    if zone is not None:
        utc, notes = _of_zone(cells, wall, zone, words)
        return utc, (f"{cells.title} is read as wall time of {zone}{_inverted(zone)}", *notes)
    _refuse_change_of_clock(cells, wall)
    other = typed("data.time_zone", ZONES[0])
    return wall, (f"{cells.title} names no zone: taken as UTC; {other}, or another zone, reads it as wall time there",)


def _of_name(cells: Cells, wall: Times, named: NamedZone) -> tuple[Times, tuple[str, ...]]:
    """Wall times of the zone that a name says; one that says an abbreviation is refused."""
    if named.zone is None:
        choices = " or ".join(typed("data.time_zone", zone) for zone in named.likely)
        raise UserError(
            f"{cells.table.place(cells.column.index[0])}: {named.name} must be in a zone that is known, but its name "
            f"says {named.word}: set {choices}, or an offset, as in {typed('data.time_zone', '+01:00')}."
        )
    utc, notes = _of_zone(cells, wall, named.zone, None)
    return utc, (f"{named.name} is read as wall time of {named.word}, as its name says", *notes)


def _of_zone(cells: Cells, wall: Times, zone: str, words: NDArray[Any] | None) -> tuple[Times, tuple[str, ...]]:
    offset = fixed_offset(zone)
    if offset is None:
        return to_utc_of_zone(cells, wall, zone, words)
    if words is not None:
        fits = (words == "") | (words == words[0])
        refuse_rows(cells, ~fits, f"a time of {zone}, as those above", "name a zone such as Europe/Berlin instead")
    return wall - offset, ()


def _inverted(zone: str) -> str:
    """What the signs of Etc/GMT+1 mean, which is not what they say elsewhere."""
    if not zone.startswith("Etc/GMT") or zone[7:8] not in ("+", "-"):
        return ""
    return f", which is {zone[8:]} hours {'west' if zone[7] == '+' else 'east'} of UTC"


def _refuse_mixed(cells: Cells, left: NDArray[np.bool_]) -> None:
    """Refuse times of which some name an offset and others none."""
    named, other = int((~left).argmax()), int(left.argmax())
    place = cells.table.place(cells.column.index[other])
    raise UserError(
        f"{place}: {cells.title} must name a zone in all rows or in none, but is "
        f"{str(cells.column.iloc[other])[:40]!r} here and {str(cells.column.iloc[named])[:40]!r} elsewhere: set "
        f"{typed('data.time_zone', 'UTC')}, or another zone, for the rows that name none."
    )


def _refuse_words(cells: Cells, wall: Times, words: NDArray[Any]) -> None:
    has_word = words != ""
    row = int(has_word.argmax())
    zones = [
        zone
        for zone in ZONES
        if pd.Timestamp(wall[row]).tz_localize(zone, ambiguous=True, nonexistent="shift_forward").tzname() == words[row]
    ]
    choices = " or ".join(typed("data.time_zone", zone) for zone in zones[:3] or ZONES[:1])
    refuse_rows(
        cells,
        has_word,
        f"a time in a zone that is known, as Z or +01:00 is and {str(words[row])[:5]!r} is not",
        f"set the zone, as in {choices}",
    )


def _refuse_change_of_clock(cells: Cells, wall: Times) -> None:
    """Refuse times that go back as clocks do in autumn: without a zone, they would be there twice or out of order."""
    step = np.diff(wall)
    direction = 1 if int((step > np.timedelta64(0)).sum()) * 2 >= int((step != np.timedelta64(0)).sum()) else -1
    back = np.flatnonzero(step * direction < np.timedelta64(0))
    change = back if back.size else np.flatnonzero(step == np.timedelta64(0))
    if not 0 < change.size <= _MOST_CHANGES or (np.abs(step[change]) >= _HOUR).any():
        return
    rows = change + 1 if direction == 1 else change
    zones = [zone for zone in ZONES if _show_twice(wall[rows], zone)]
    if not zones:
        return
    place = cells.table.place(cells.column.index[change[0] + 1])
    before, after = (pd.Timestamp(wall[change[0] + each]) for each in (0, 1))
    raise UserError(
        f"{place}: {cells.title} must say how clocks changed on {after.date()}, when they went back in {zones[0]}, but "
        f"is {after.time()} after {before.time()} and names no zone: set "
        f"{' or '.join(typed('data.time_zone', zone) for zone in zones[:3])}, or the zone that it is of, UTC too."
    )


def _show_twice(wall: Times, zone: str) -> bool:
    index = pd.DatetimeIndex(wall)
    summer = index.tz_localize(zone, ambiguous=np.ones(len(wall), dtype=np.bool_), nonexistent="NaT")
    winter = index.tz_localize(zone, ambiguous=np.zeros(len(wall), dtype=np.bool_), nonexistent="NaT")
    return bool((summer != winter).all() and not summer.isna().any())
