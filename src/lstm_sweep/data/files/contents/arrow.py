"""Tables with types: Parquet, Feather and Arrow."""

import re
from typing import Any

import numpy as np
import pandas as pd

from lstm_sweep.data.files.contents.names import column_names, printable
from lstm_sweep.data.files.contents.unpack import check_size
from lstm_sweep.data.files.table import FilePart, FileTable
from lstm_sweep.errors import UserError, require

_FIRST = {"Parquet": re.compile(rb"PAR1[^ -~]"), "Feather": re.compile(rb"ARROW1\0|\xff{4}")}
_BYTES_PER_CELL = 8


def arrow_kind(data: bytes) -> str | None:
    """'Parquet', 'Feather', or None, told by the first bytes."""
    return next((kind for kind, first in _FIRST.items() if first.match(data)), None)


def read_arrow(data: bytes, name: str) -> FileTable:
    """The columns of a Parquet, Feather or Arrow file as numbers, times, text and truth values.

    Categories are text, as are decimals, clocks, and whole numbers beside empty cells, for pandas would round them. The
    index that pandas writes comes first, named 'index' where it has no name. Columns of anything else are left out.

    Args:
        data: of the file.
        name: of the file, for messages.

    Raises:
        UserError: where it is damaged, too large, or holds no column that can be read.
    """
    import pyarrow

    try:
        table = _arrow_table(data, name)
        table.validate(full=True)
        order = _index_first(table)
        kept = {field.name: _plain(table.column(place)) for place, field in enumerate(table.schema)}
    except (pyarrow.ArrowException, OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        reason = printable(str(error).partition("\n")[0][:100].rstrip("."))
        raise UserError(
            f"data.path must be a whole file, but {name} is a damaged {arrow_kind(data)} file ({reason}): "
            "download or write it again."
        ) from None
    left_out = column_names(column for column, cells in kept.items() if cells is None)
    columns = {column: cells for column, cells in kept.items() if cells is not None}
    order = [column for column in order if column in columns]
    require(
        bool(columns), f"{name} must hold columns of numbers, times or text, but holds none: check how it was written."
    )
    require(
        table.num_rows > 0, f"{name} must hold a time and a number in each row, but is empty: check how it was written."
    )
    names = column_names("index" if column.startswith("__index_level_") else column for column in order)
    rows = pd.DataFrame({name: columns[column] for name, column in zip(names, order, strict=True)})
    rows.index = pd.RangeIndex(1, len(rows) + 1)
    notes = (f"columns that are no numbers, times or text left out: {', '.join(left_out)}",) if left_out else ()
    return FileTable(name, rows.dropna(how="all"), True, (FilePart(name, 1, 1, "row"),), notes)


def _arrow_table(data: bytes, name: str) -> Any:
    import pyarrow
    from pyarrow import feather, ipc, parquet

    buffer = pyarrow.BufferReader(data)
    if arrow_kind(data) == "Parquet":
        file = parquet.ParquetFile(buffer)
        check_size(file.metadata.num_rows * file.metadata.num_columns * _BYTES_PER_CELL, name)
        table = file.read()
    elif data.startswith(b"\xff"):
        table = ipc.open_stream(buffer).read_all()
    else:
        table = feather.read_table(buffer)
    if len(set(table.column_names)) < table.num_columns:
        table = table.rename_columns(column_names(table.column_names))
    return table


def _index_first(table: Any) -> list[str]:
    described = (table.schema.pandas_metadata or {}).get("index_columns", [])
    index = [each for each in described if isinstance(each, str)]
    return sorted(table.column_names, key=lambda name: name not in index)


def _plain(column: Any) -> "pd.Series[Any] | None":
    """A column of Arrow as one of pandas, or None where it is no plain one."""
    import pyarrow
    from pyarrow import types

    kind = column.type
    if types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if types.is_binary(kind) or types.is_large_binary(kind):
        try:
            column = column.cast(pyarrow.string())
        except pyarrow.ArrowInvalid:
            return None
        kind = column.type
    if types.is_date(kind):
        column = column.cast(pyarrow.timestamp("ms"))
    elif types.is_decimal(kind) or types.is_time(kind) or (types.is_integer(kind) and column.null_count > 0):
        column = column.cast(pyarrow.string())
    elif types.is_null(kind):
        return pd.Series(np.nan, index=range(len(column)))
    elif types.is_nested(kind) or types.is_duration(kind) or types.is_interval(kind):
        return None
    if types.is_string(column.type) or types.is_large_string(column.type) or types.is_string_view(column.type):
        text = column.to_pandas().astype("str")
        return text.where(text.str.strip() != "")
    plain = types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind) or types.is_temporal(kind)
    return column.to_pandas() if plain else None
