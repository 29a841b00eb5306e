"""What a clock on a wall shows, as UTC: where the hour that autumn repeats is told from the order of the rows."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lstm_sweep.data.files.cells import Cells
from lstm_sweep.data.files.times.rows import refuse_rows

Times = NDArray[np.datetime64]


@dataclass(frozen=True)
class _Wall:
    """Rows of one zone: their wall times, and UTC by the clock of summer and by that of winter."""

    cells: Cells
    zone: str
    wall: Times
    summer: Times
    winter: Times

    @property
    def is_twice(self) -> NDArray[np.bool_]:
        """Whether a wall time is shown twice."""
        return self.summer != self.winter


def to_utc_of_zone(
    cells: Cells, wall: Times, zone: str, words: NDArray[Any] | None = None
) -> tuple[Times, tuple[str, ...]]:
    """Wall times of a zone as UTC.

    Args:
        cells: the column, for messages; a row a wall time.
        wall: datetime64[ns] `(row,)`.
        zone: of the time zone database.
        words: abbreviations such as EST and EDT `(row,)`, '' where there is none, or None.

    Returns:
        datetime64[ns] `(row,)`, and what was chosen.

    Raises:
        UserError: with the line of the first time that the clock does not show, or shows twice so that neither the
            order of the rows nor their spacing tells which is meant, or that has an abbreviation of another zone.
    """
    summer, winter = (_localized(wall, zone, is_summer) for is_summer in (True, False))
    refuse_rows(
        cells,
        np.isnat(summer),
        f"a time that clocks show in {zone}, which skip it in spring",
        "correct it, or data.time_zone",
    )
    rows = _Wall(cells, zone, wall, summer, winter)
    is_summer = np.ones(len(wall), dtype=np.bool_)
    told = np.zeros(len(wall), dtype=np.bool_)
    if words is not None:
        is_summer, told = _by_words(rows, words), words != ""
    open_rows = rows.is_twice & ~told
    notes: tuple[str, ...] = ()
    if open_rows.any():
        by_order, notes = _by_order(rows)
        is_summer = np.where(open_rows, by_order, is_summer)
    return np.where(is_summer, summer, winter), notes


def _localized(wall: Times, zone: str, is_summer: bool) -> Times:
    index = pd.DatetimeIndex(wall)
    local = index.tz_localize(zone, ambiguous=np.full(len(wall), is_summer), nonexistent="NaT")
    return local.tz_convert("UTC").tz_localize(None).to_numpy(dtype="datetime64[ns]")


def _by_words(rows: _Wall, words: NDArray[Any]) -> NDArray[np.bool_]:
    is_summer = words == _names(rows, rows.summer)
    fits = (words == "") | is_summer | (words == _names(rows, rows.winter))
    expected = f"a time with the abbreviation that {rows.zone} has then"
    refuse_rows(rows.cells, ~fits, expected, "correct it, or data.time_zone")
    return is_summer


def _names(rows: _Wall, times: Times) -> NDArray[Any]:
    """Abbreviations of the zone at each time; one look-up for each offset from UTC."""
    names = np.full(len(times), "", dtype=object)
    for offset in np.unique(rows.wall - times):
        same = rows.wall - times == offset
        first = pd.Timestamp(times[same.argmax()]).tz_localize("UTC").tz_convert(ZoneInfo(rows.zone))
        names[same] = str(first.tzname())
    return names


def _by_order(rows: _Wall) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """Whether each row is of summer's clock, told by where the times go back."""
    twice = rows.is_twice
    step = np.diff(rows.wall).astype(np.int64)
    across = step[~(twice[1:] & twice[:-1])]
    is_reversed = bool((across if across.size else step).sum() < 0)
    if (across > 0).any() and (across < 0).any():
        _refuse_twice(rows, int(twice.argmax()))
    order = np.arange(len(twice))[:: -1 if is_reversed else 1]
    is_summer = np.ones(len(twice), dtype=np.bool_)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], twice[order].astype(np.int8), [0]))))
    has_repeats = bool((across == 0).any())
    notes = []
    for start, end in edges.reshape(-1, 2):
        block = order[start:end]
        back = np.diff(rows.wall[block]).astype(np.int64)
        change = np.flatnonzero(back < 0)
        if change.size == 0 and not has_repeats:
            change = np.flatnonzero(back == 0)
        if change.size == 1:
            is_summer[block[change[0] + 1 :]] = False
            continue
        is_of_summer = _by_spacing(rows, order, start, end) if change.size == 0 else None
        if is_of_summer is None:
            _refuse_twice(rows, int(block[0]))
        is_summer[block] = is_of_summer
        notes.append(_said(rows, int(block[0]), bool(is_of_summer)))
    return is_summer, tuple(notes)


def _by_spacing(rows: _Wall, order: NDArray[np.intp], start: int, end: int) -> bool | None:
    """Whether rows that show the hour once are of summer's clock: None unless one alone keeps the usual spacing."""
    usual = np.median(np.abs(np.diff(rows.wall).astype(np.int64)))
    if (start == 0 and end == len(order)) or usual == 0:
        return None
    keeps = []
    for times in (rows.summer, rows.winter):
        gaps = [times[order[start]] - rows.summer[order[start - 1]]] if start > 0 else []
        gaps += [rows.summer[order[end]] - times[order[end - 1]]] if end < len(order) else []
        keeps.append(all(gap.astype(np.int64) == usual for gap in gaps))
    return keeps[0] if keeps[0] != keeps[1] else None


def _refuse_twice(rows: _Wall, row: int) -> None:
    offset = _offset(rows, row, True)
    refuse_rows(
        rows.cells,
        np.arange(len(rows.wall)) == row,
        f"a time that clocks in {rows.zone} show once, not twice as in autumn",
        f"put the rows in the order of time, or write the offset behind it, as in {_wall(rows, row)}{offset}",
    )


def _said(rows: _Wall, row: int, is_summer: bool) -> str:
    one, other = _offset(rows, row, is_summer), _offset(rows, row, not is_summer)
    return (
        f"{rows.cells.title} {_wall(rows, row)} comes twice in {rows.zone}, and is taken for {one}, which keeps the "
        f"spacing: write {_wall(rows, row)}{other} to mean the other"
    )


def _wall(rows: _Wall, row: int) -> str:
    return str(pd.Timestamp(rows.wall[row]))


def _offset(rows: _Wall, row: int, is_summer: bool) -> str:
    minutes = int((rows.wall[row] - (rows.summer if is_summer else rows.winter)[row]) / np.timedelta64(1, "m"))
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
