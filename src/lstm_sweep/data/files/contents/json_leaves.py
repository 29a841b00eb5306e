"""What in a tree of JSON may be a table: rows below each other, objects of equal kind, lists of one column.

There is no list of brands: exchanges, pandas and other programs write tables in few ways, and each way is a rule here.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from operator import itemgetter
from typing import Any

Path = tuple[str, ...]
_ROW_KEY = re.compile(r"-?\d+(\.\d+)?|\d{4}.*|\d{1,2}[-/.]\d{1,2}[-/.]\d.*")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")


@dataclass(frozen=True)
class JsonTable:
    """A table in a tree.

    Attributes:
        where: the keys that lead to it.
        columns: cells by name, all of one length: text, True, False or None.
        has_header: whether the names stand in the file; else they are numbers from 0.
        skipped: rows before the first one: a header among the rows.
        nested: names of columns that hold lists, left out.
        fault: why it is no table after all, or None.
    """

    where: Path
    columns: dict[str, list[Any]]
    has_header: bool = True
    skipped: int = 0
    nested: tuple[str, ...] = ()
    fault: str | None = None

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(next(iter(self.columns.values()), []))


@dataclass(frozen=True)
class JsonColumn:
    """A list of scalars: a column, beside others of its length."""

    where: Path
    cells: list[Any]
    height: int


@dataclass(frozen=True)
class JsonPairs:
    """One column by the keys of its rows: `{"2024-01-01": 5}` or `[[1704067200000, 5]]`."""

    where: Path
    keys: list[Any]
    cells: list[Any]
    height: int


Leaf = JsonTable | JsonColumn | JsonPairs


def find_leaves(node: Any, where: Path = ()) -> Iterator[Leaf]:
    """All tables and single columns of a tree, those within the rows of longer ones left aside.

    Args:
        node: of `parse_json`.
        where: the keys that lead to it.
    """
    if not _nests(node) or not node:
        return
    children = node if isinstance(node, list) else list(node.values())
    own = _of_list(node, where) if isinstance(node, list) else _of_object(node, where)
    if own is not None and not _any_nests(chain.from_iterable(map(_cells, filter(_nests, children)))):
        yield own
        return
    keys = map(str, range(len(children))) if isinstance(node, list) else node
    inner = [leaf for key, child in zip(keys, children, strict=True) for leaf in find_leaves(child, (*where, key))]
    if own is not None and all(leaf.height <= own.height for leaf in inner):
        yield own
    else:
        yield from _with_names(node, where, inner)


def _kinds(cells: Iterable[Any]) -> set[type]:
    return set(map(type, cells))


def _any_nests(cells: Iterable[Any]) -> bool:
    return not {list, dict}.isdisjoint(map(type, cells))


def _nests(cell: Any) -> bool:
    return isinstance(cell, list | dict)


def _cells(row: Any) -> Iterable[Any]:
    return row.values() if isinstance(row, dict) else row


def _of_list(node: list[Any], where: Path) -> Leaf | None:
    kinds = _kinds(node)
    if kinds == {list}:
        return _rows(node, where)
    if kinds == {dict}:
        return _records(node, where)
    return None if _any_nests(node) else JsonColumn(where, node, len(node))


def _of_object(node: dict[str, Any], where: Path) -> Leaf | None:
    if not all(map(_ROW_KEY.fullmatch, node)):
        return None
    rows = list(node.values())
    kinds = _kinds(rows)
    if kinds == {dict}:
        is_turned = len(rows[0]) > len(rows) and all(map(_ROW_KEY.fullmatch, rows[0]))
        table = None if is_turned else _records(rows, where)
        return None if table is None else with_keys(list(node), table)
    if kinds == {list}:
        return _rows([[key, *row] for key, row in node.items()], where)
    return None if _any_nests(rows) else JsonPairs(where, list(node), rows, len(rows))


def _rows(rows: list[list[Any]], where: Path) -> Leaf | None:
    width = len(rows[0])
    flat = [str(place) for place, cell in enumerate(rows[0]) if not _nests(cell)]
    if not flat or len(rows) < 2 > width:
        return None
    if set(map(len, rows)) != {width}:
        ragged = next(row for row, cells in enumerate(rows) if len(cells) != width)
        found = f"row {ragged + 1}: a row must have {width} cells like the first, but has {len(rows[ragged])}"
        return JsonTable(where, {name: [None] * len(rows) for name in flat}, False, fault=found)
    columns = {str(place): list(map(itemgetter(place), rows)) for place in range(width)}
    nested = tuple(name for name, cells in columns.items() if _any_nests(cells))
    columns = {name: cells for name, cells in columns.items() if name not in nested}
    if _is_header(rows):
        columns = {str(cells[0]): cells[1:] for cells in columns.values()}
        return JsonTable(where, columns, True, skipped=1, nested=nested)
    if width == 2 and len(columns) == 2:
        return JsonPairs(where, columns["0"], columns["1"], len(rows))
    return JsonTable(where, columns, False, nested=nested) if columns else None


def _is_header(rows: list[list[Any]]) -> bool:
    first, second = rows[0], rows[min(1, len(rows) - 1)]
    words = all(isinstance(cell, str) and cell and not _ROW_KEY.fullmatch(cell) for cell in first)
    return words and len(set(first)) == len(first) and any(_NUMBER.fullmatch(str(cell)) for cell in second)


def _records(rows: list[dict[str, Any]], where: Path) -> JsonTable | None:
    flat = [dict(_flat(row)) for row in rows] if _any_nests(chain.from_iterable(map(_cells, rows))) else rows
    names = dict.fromkeys(chain.from_iterable(flat))
    columns = {name: [row.get(name) for row in flat] for name in names}
    nested = tuple(name for name, cells in columns.items() if _any_nests(cells))
    columns = {name: cells for name, cells in columns.items() if name not in nested}
    return JsonTable(where, columns, nested=nested) if columns else None


def _flat(row: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, cell in row.items():
        if isinstance(cell, dict):
            yield from _flat(cell, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", cell


def with_keys(keys: list[Any], table: JsonTable) -> JsonTable:
    """A table with the keys of its rows as its first column, unless they only count them."""
    if keys == list(map(str, range(len(keys)))):
        return table
    name = "key" if re.fullmatch(r"-?\d{1,7}", str(keys[0])) else "time"
    name = f"{name} (key)" if name in table.columns else name
    return replace(table, columns={name: keys, **table.columns})


def _with_names(node: Any, where: Path, leaves: list[Leaf]) -> Iterator[Leaf]:
    """Leaves of an object, rows named by the list of names beside them, as in `{"columns": [...], "data": [[...]]}`."""
    names = _names_beside(node)
    for leaf in leaves:
        rows = leaf
        if isinstance(rows, JsonPairs):
            rows = JsonTable(rows.where, {"0": rows.keys, "1": rows.cells}, False)
        is_below = isinstance(rows, JsonTable) and rows.where[:-1] == where and not rows.has_header
        if isinstance(rows, JsonTable) and is_below and len(rows.columns) == len(names):
            index = node.get("index")
            rows = replace(rows, columns=dict(zip(names, rows.columns.values(), strict=True)), has_header=True)
            yield with_keys(index, rows) if isinstance(index, list) and len(index) == rows.height else rows
        else:
            yield leaf


def _names_beside(node: Any) -> list[str]:
    for key, child in node.items() if isinstance(node, dict) else ():
        if isinstance(child, list) and re.search(r"(?i)col|head|field|name|meta", key):
            found = [cell.get("name") if isinstance(cell, dict) else cell for cell in child]
            names = [name for name in found if isinstance(name, str)]
            if len(set(names)) == len(child):
                return names
    return []
