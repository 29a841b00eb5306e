"""The tables in a tree of JSON, single columns put together to tables."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from lstm_sweep.data.files.contents.json_leaves import JsonColumn, JsonPairs, JsonTable, Path, find_leaves, with_keys

_NO_NAME = re.compile(r"(?i)\d*|data|results?|values?|rows|items|series|response|payload|history")
"""Keys that say nothing about what is below them."""


def find_tables(tree: Any) -> list[JsonTable]:
    """All tables of a tree, those within the rows of longer ones left aside.

    Args:
        tree: of `parse_json`.
    """
    leaves = list(find_leaves(tree))
    columns = sorted((leaf for leaf in leaves if isinstance(leaf, JsonColumn)), key=lambda leaf: leaf.height)
    pairs = sorted((leaf for leaf in leaves if isinstance(leaf, JsonPairs)), key=lambda leaf: leaf.where[:-1])
    return [
        *(leaf for leaf in leaves if isinstance(leaf, JsonTable)),
        *(table for _, group in groupby(pairs, lambda leaf: leaf.where[:-1]) for table in _join(list(group))),
        *(table for _, group in groupby(columns, lambda leaf: leaf.height) for table in _side_by_side(list(group))),
    ]


def _join(pairs: list[JsonPairs]) -> list[JsonTable]:
    """Columns by the keys of their rows; a table of two columns each where keys repeat and differ."""
    keys = pairs[0].keys
    if len(pairs) == 1 and (not pairs[0].where or _NO_NAME.fullmatch(pairs[0].where[-1])):
        return [JsonTable(pairs[0].where, {"0": keys, "1": pairs[0].cells}, False)]
    if any(pair.keys != keys for pair in pairs):
        if any(len(set(pair.keys)) < len(pair.keys) for pair in pairs):
            return [table for pair in pairs for table in _join([pair])]
        keys = list(dict.fromkeys(key for pair in pairs for key in pair.keys))
        found = [dict(zip(pair.keys, pair.cells, strict=True)) for pair in pairs]
        pairs = [
            replace(pair, cells=[cells.get(key) for key in keys]) for pair, cells in zip(pairs, found, strict=True)
        ]
    table = JsonTable(pairs[0].where[: -1 if len(pairs) > 1 else None], {pair.where[-1]: pair.cells for pair in pairs})
    return [with_keys(keys, table)]


def _side_by_side(columns: Sequence[JsonColumn]) -> list[JsonTable]:
    """Lists of one length as a table; as several where names repeat."""
    names = [column.where[-1] if column.where else "0" for column in columns]
    common = _common([column.where[:-1] for column in columns])
    if len(set(names)) == len(names):
        return [JsonTable(common, dict(zip(names, (column.cells for column in columns), strict=True)))]
    groups: dict[str, list[JsonColumn]] = {}
    for column in columns:
        groups.setdefault(column.where[len(common)], []).append(column)
    return [table for group in groups.values() for table in _side_by_side(group)]


def _common(paths: Sequence[Path]) -> Path:
    same = 0
    while all(len(path) > same and path[same] == paths[0][same] for path in paths):
        same += 1
    return paths[0][:same]
