"""One series out of a table that holds several instruments: below each other, interleaved or side by side."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from lstm_sweep.config.spelling import typed
from lstm_sweep.data.files.contents.lines import is_value
from lstm_sweep.data.files.contents.names import column_names
from lstm_sweep.data.files.names import word_set, words
from lstm_sweep.data.files.table import FileTable
from lstm_sweep.errors import UserError

_NAMING = word_set("symbol ticker tickers instrument pair asset coin market product security isin figi cusip currency")
"""Words of columns that name instruments, whatever their cells look like."""

_ABOUT_NAMES = frozenset({"id", "name", "code", "base", "quote", "type"})

_HARMLESS = word_set(
    "buy sell b s bid ask maker taker limit market m l true false t f yes no y n up down open closed am "
    "pm monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun january "
    "february march april may june july august september october november december jan feb mar apr jun "
    "jul aug sep oct nov dec"
)
"""Words of columns that tell rows of one series apart: sides of trades, truths, days and months."""

_PERIOD = re.compile(r"(?:Q[1-4]|H[12]|[WM]?\d{1,2})?[-/ ]?(?:19|20)\d\d[-/ ]?(?:Q[1-4]|H[12]|[WM]?\d{1,2})?")
"""A week, month, quarter or year: 2019-32, 2020Q1."""

_MOST_SHOWN = 6

_MOST_STACKED = 20
"""Values of a column that may tell instruments apart without a name that says so."""


def choose(table: FileTable, where: Mapping[str, Any]) -> FileTable:
    """The rows whose cells, and the columns whose further headers, are as `data.where` says.

    Args:
        table: of the files.
        where: value by name of a column, or by the first cell of a line of the header; None chooses every row.

    Raises:
        UserError: where there is no such column, or no such value in it.
    """
    for key, value in where.items():
        column = next((name for name in table.rows.columns if str(name).lower() == str(key).lower()), None)
        level = next((cells for cells in table.levels if cells[0].lower() == str(key).lower()), None)
        if column is not None:
            table = table if value is None else _with_cells(table, column, value)
        elif level is not None:
            table = _with_header(table, level, str(value))
        else:
            existing = [str(name) for name in table.rows.columns]
            raise UserError(
                f"data.where must name columns of {table.path}, but {str(key)!r} is none: "
                f"choose from {_listed(existing)}."
            )
    return table


def _with_cells(table: FileTable, column: str, value: Any) -> FileTable:
    cells = table.rows[column].astype("str").str.strip()
    wanted = [str(each) for each in (value if isinstance(value, list) else [value])]
    chosen = cells.isin(wanted)
    if not chosen.any():
        raise UserError(
            f"data.where must name a value of {column} in {table.path}, but {', '.join(map(repr, wanted))} is none: "
            f"choose from {_listed(cells.dropna().unique())}."
        )
    note = f"{int(chosen.sum()):,} of {len(cells):,} rows chosen by {column} = {', '.join(wanted)}"
    return replace(table, rows=table.rows[chosen], notes=(*table.notes, note))


def _with_header(table: FileTable, level: Sequence[str], value: str) -> FileTable:
    places = [place for place, cell in enumerate(level) if place == 0 or not cell or cell == value]
    if value not in level[1:]:
        raise UserError(
            f"data.where must name a value of {level[0]} in {table.path}, but {value!r} is none: "
            f"choose from {_listed(dict.fromkeys(filter(None, level[1:])))}."
        )
    others = [cells for cells in table.levels if cells is not level]
    names = [str(table.rows.columns[0])] + [
        " ".join(filter(None, (cells[at] for cells in others))) for at in places[1:]
    ]
    rows = table.rows.iloc[:, places].set_axis(column_names(names), axis=1)
    note = f"{len(places) - 1:,} of {len(level) - 1:,} columns chosen by {level[0]} = {value}"
    return replace(table, rows=rows, notes=(*table.notes, note), levels=())


def refuse_several(table: FileTable, used: Iterable[str], where: Mapping[str, Any]) -> None:
    """Refuse a table whose rows are of several instruments.

    Args:
        table: of the files, chosen by `where`.
        used: columns of times and numbers, which name no instrument.
        where: what `data.where` said: a column named there has been decided on.

    Raises:
        UserError: naming the column and its values.
    """
    decided = {str(key).lower() for key in where}
    for name in (str(each) for each in table.rows.columns if each not in set(used)):
        if name.lower() in decided:
            continue
        values = _instruments(name, table.rows[name])
        if values:
            raise UserError(_several(table, name, values))


def refuse_stacked(table: FileTable, times: pd.DatetimeIndex, used: Iterable[str], where: Mapping[str, Any]) -> None:
    """Refuse rows of equal times that a column of few values tells apart, though no name says that it does.

    Args:
        table: of the files, chosen by `where`.
        times: of its rows.
        used: columns of times and numbers.
        where: what `data.where` said.

    Raises:
        UserError: naming the column and its values.
    """
    if times.is_unique:
        return
    decided = {*map(str, used), *map(str, where)}
    for name in (str(each) for each in table.rows.columns if str(each) not in decided):
        cells = table.rows[name]
        values = list(cells.dropna().unique())
        if 2 <= len(values) <= _MOST_STACKED and not pd.MultiIndex.from_arrays([times, cells]).has_duplicates:
            raise UserError(_several(table, name, values))


def _several(table: FileTable, name: str, values: Sequence[Any]) -> str:
    first = values[0].item() if hasattr(values[0], "item") else values[0]
    one, every = typed("data.where", {name: first}), typed("data.where", {name: None})
    return (
        f"{table.path} must hold one series, but its column {name} has {len(values):,} values ({_listed(values)}): "
        f"choose one, as in {one}, or, where all rows are of one series, set {every}."
    )


def _instruments(name: str, column: "pd.Series[Any]") -> list[str]:
    """The instruments that a column names, or none where it names no more than one."""
    is_naming = bool(_NAMING & set(words(name))) and set(words(name)) <= _NAMING | _ABOUT_NAMES
    if not is_naming and column.head(200).dropna().astype("str").map(is_value).any():
        return []
    cells = column.dropna().astype("str").str.strip()
    values = list(cells.unique())
    if len(values) < 2 or all(value.lower() in _HARMLESS or _PERIOD.fullmatch(value) for value in values):
        return []
    # What differs in nearly every row is a remark, not a name.
    is_remark = len(cells) < len(column) / 2 or len(values) > len(cells) / 2
    return [] if is_remark and not is_naming else values


def _listed(values: Iterable[Any]) -> str:
    found = [str(value)[:40] for value in values]
    more = f" and {len(found) - _MOST_SHOWN} more" if len(found) > _MOST_SHOWN else ""
    return ", ".join(found[:_MOST_SHOWN]) + more
