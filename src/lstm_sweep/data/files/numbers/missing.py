"""Words that stand for an empty cell, where the user says so."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from lstm_sweep.config.spelling import typed
from lstm_sweep.data.files.cells import Cells
from lstm_sweep.data.files.names import word_set
from lstm_sweep.data.files.table import FileTable

_WORDS = word_set("nan null none na n/a #n/a #na nil . .. .... -- --- ? missing")
"""What programs write where they have no number, in small letters. It may also be a fault of what wrote the file."""


def without_missing(table: FileTable, names: Sequence[str], missing: Sequence[str]) -> tuple[FileTable, list[str]]:
    """A table whose cells of these words are empty, and a sentence about how many there are."""
    if not missing:
        return table, []
    is_missing = table.rows[list(names)].isin(list(missing))
    notes = [
        f"{int(number):,} cells of {name} that hold {', '.join(missing)} are taken as empty, as data.missing says"
        for name, number in is_missing.sum().items()
        if number
    ]
    rows = table.rows.copy()
    rows[list(names)] = rows[list(names)].mask(is_missing)
    return replace(table, rows=rows), notes


def advice_on_words(cells: Cells, bad: "pd.Series[bool]") -> str | None:
    """What to do about the first bad cell where it is a word that programs write for a missing number."""
    word = str(cells.column[bad].iloc[0]).strip() if bad.any() else ""
    if word.lower() not in _WORDS:
        return None
    setting = typed("data.missing", [word])
    return f"correct it, or leave the cell empty where nothing was traded, or set {setting} where it means that"
