"""The one table that a file of JSON holds, as exchanges, other addresses and programs write it."""

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from lstm_sweep.config.spelling import typed
from lstm_sweep.data.files.contents.json_leaves import JsonTable
from lstm_sweep.data.files.contents.json_tables import find_tables
from lstm_sweep.data.files.contents.json_text import Numeral, parse_json
from lstm_sweep.data.files.contents.names import column_names, printable
from lstm_sweep.data.files.table import FilePart, FileTable
from lstm_sweep.errors import UserError, require

_MESSAGE = re.compile(r"(?i)(err|error|msg|message|note|information|detail|description|reason|retmsg)[ _]?\w*")


def read_json(text: str, name: str, inside: str | None) -> FileTable:
    """The longest table of a JSON text.

    Args:
        text: of the file.
        name: of the file, for messages.
        inside: keys that lead to what is to be read, joined by points ('result.XXBTZUSD'), or None.

    Raises:
        UserError: where the text is no JSON, says that an error happened, holds no table, or holds several alike.
    """
    tree, lines = parse_json(text, name)
    found = find_tables(tree if inside is None else _below(tree, inside, name))
    table = _choose(found, tree, name, inside)
    require(table.fault is None, f"{name}, {table.fault}: correct it.")
    columns = zip(column_names(table.columns), table.columns.values(), strict=True)
    rows = pd.DataFrame({column: _cells(cells) for column, cells in columns})
    lines = lines if inside is None and not table.where else None
    rows.index = pd.Index(lines[table.skipped :]) if lines else pd.RangeIndex(len(rows)) + 1 + table.skipped
    rows = rows.dropna(how="all")
    first = int(rows.index[0]) if len(rows) else 1
    part = FilePart(name if inside is None else f"{name}:{inside}", first, first, "line" if lines else "row")
    return FileTable(part.path, rows, table.has_header, (part,), _notes(table, found, name, inside))


def _choose(found: list[JsonTable], tree: Any, name: str, inside: str | None) -> JsonTable:
    tables = [table for table in found if len(table.columns) > 1] or list(filter(_holds_numbers, found))
    best = max(tables, key=lambda table: table.height, default=None)
    if best is None or best.height <= 1:
        for message in _messages(tree):
            raise UserError(
                f"{name} must hold a table, but is the reply that {message[:200]!r}: "
                "ask its address for what it has, and save the reply."
            )
    if best is None:
        raise UserError(
            f"{name} must hold a table (rows, objects of equal kind or columns), but holds none: export it as CSV."
        )
    alike = [best, *(table for table in tables if table is not best and _is_alike(table, best))]
    if len(alike) > 1:
        ways = [_way(table, inside) for table in alike[:3]]
        more = f" and {len(alike) - 3} more" if len(alike) > 3 else ""
        example = typed("data.path", f"{name}:{ways[0]}")
        raise UserError(
            f"{name} must hold one table, but holds {', '.join(ways)}{more} alike: name one, as in {example}."
        )
    return best


def _holds_numbers(table: JsonTable) -> bool:
    return any(re.search(r"\d", str(cell)) for cells in table.columns.values() for cell in cells[:10])


def _is_alike(table: JsonTable, best: JsonTable) -> bool:
    return table.height == best.height > 1 or (table.height > 1 and list(table.columns) == list(best.columns))


def _way(table: JsonTable, inside: str | None) -> str:
    return printable(".".join([*([inside] if inside else []), *table.where]))


def _notes(table: JsonTable, found: list[JsonTable], name: str, inside: str | None) -> tuple[str, ...]:
    others = [each for each in found if each is not table and len(each.columns) > 1 and each.height > 1]
    ways = [typed("data.path", f"{name}:{_way(other, inside)}") for other in others[:3]]
    nested = f"columns that are lists left out: {', '.join(column_names(table.nested))}"
    left_out = (
        f"the longest table, {_way(table, inside) or 'the outermost'}, was taken: {' or '.join(ways)} reads another"
    )
    return (*([nested] if table.nested else []), *([left_out] if ways else []))


def _below(tree: Any, inside: str, name: str) -> Any:
    if not inside:
        return tree
    children = dict(enumerate(tree)) if isinstance(tree, list) else tree if isinstance(tree, dict) else {}
    for key in sorted(map(str, children), key=len, reverse=True):
        if inside == key or inside.startswith(f"{key}."):
            return _below(children[int(key) if isinstance(tree, list) else key], inside[len(key) + 1 :], name)
    raise UserError(
        f"data.path must name what {name} holds, but {inside[:60]!r} is not in it: "
        f"choose from {', '.join(column_names(list(children)[:12])) or 'nothing, for it holds no more'}."
    )


def _messages(tree: Any, is_message: bool = False) -> Iterator[str]:
    """What a reply says went wrong, in the order in which it stands there."""
    if isinstance(tree, str) and is_message and re.search("[A-Za-z]", tree):
        yield printable(tree)
    elif isinstance(tree, list):
        for child in tree[:100]:
            yield from _messages(child, is_message)
    elif isinstance(tree, dict):
        for key, child in tree.items():
            yield from _messages(child, _MESSAGE.fullmatch(key) is not None)


def _cells(cells: list[Any]) -> "pd.Series[Any]":
    """Numbers where all are, else text; nan where one is null or blank."""
    column = pd.Series(cells, dtype="object")
    if all(cell is None or isinstance(cell, Numeral) for cell in cells):
        numbers = pd.to_numeric(column.astype("str"), errors="coerce")
        # Whole numbers that a float cannot hold, such as nanoseconds beside a null, stay as they are written.
        if numbers.dtype.kind == "i" or (numbers.dtype.kind == "f" and not (numbers.abs() >= 2**53).any()):
            return numbers
    if pd.api.types.infer_dtype(column, skipna=True) not in ("string", "empty"):
        column = column.map(lambda cell: str(cell).lower() if isinstance(cell, bool) else cell)
    text = column.astype("str")
    return text.where(text.str.strip() != "")
