"""Base bars as columns."""

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lstm_sweep.orderbook.bars import BookBar
from lstm_sweep.orderbook.catalogue import VARIABLES

NAMES: Final = tuple(each.name for each in VARIABLES)

BAR_SCHEMA: Final = pa.schema(
    [
        *((name, pa.int64()) for name in ("part", "start", "end")),
        ("is_whole", pa.bool_()),
        *((name, pa.float64()) for name in NAMES),
    ]
)
"""Start of the part in which it closed, times in nanoseconds since 1970, and the variables (NaN where not known)."""


def bar_batch(part: int, bars: Sequence[BookBar]) -> pa.RecordBatch:
    """Bars as columns."""
    heads = [np.full(len(bars), part), [bar.start for bar in bars], [bar.end for bar in bars]]
    values = ([bar.values[name] for bar in bars] for name in NAMES)
    columns = [*heads, [bar.is_whole for bar in bars], *values]
    arrays = [pa.array(column, type=field.type) for column, field in zip(columns, BAR_SCHEMA, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=BAR_SCHEMA)


def bars_of(batch: pa.RecordBatch) -> Iterator[BookBar]:
    """Bars of columns, to the bit."""
    starts, ends, whole, *values = (batch.column(name).to_pylist() for name in ("start", "end", "is_whole", *NAMES))
    for start, end, is_whole, *each in zip(starts, ends, whole, *values, strict=True):
        yield BookBar(start, end, dict(zip(NAMES, each, strict=True)), is_whole)


def filled(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The same bars with NaN where files of an earlier version have no such variable."""
    columns = [column.fill_null(math.nan) if column.null_count else column for column in batch.columns]
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)


def same_bars(
    part: int, bars: Sequence[BookBar], batches: Iterable[pa.RecordBatch], missing: Collection[str] = ()
) -> bool:
    """Whether bars are those of a part's columns, to the bit (one NaN is as good as another).

    Args:
        part: start of the part.
        bars: as they should be.
        batches: what is there, as columns of `BAR_SCHEMA`.
        missing: columns that are not there, and not compared.
    """
    sealed, found = pa.Table.from_batches(batches, BAR_SCHEMA), bar_batch(part, bars)
    return sealed.num_rows == found.num_rows and all(
        bool(_same_bits(sealed[name].to_numpy(), found.column(name).to_numpy(zero_copy_only=False)).all())
        for name in BAR_SCHEMA.names
        if name not in missing
    )


def _same_bits(some: NDArray[Any], others: NDArray[Any]) -> NDArray[np.bool_]:
    if some.dtype != np.float64:
        return some == others
    return (some.view(np.int64) == others.view(np.int64)) | (np.isnan(some) & np.isnan(others))
