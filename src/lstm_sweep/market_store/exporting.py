"""Rows of a store as files that other programs open: CSV, Parquet, TFRecord."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import chain
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from lstm_sweep.errors import UserError, require
from lstm_sweep.market_store.layout import Kind, MarketFolder
from lstm_sweep.market_store.reading import read_rows
from lstm_sweep.market_store.tfrecord import TFRecordWriter
from lstm_sweep.market_store.whole_files import put_whole
from lstm_sweep.orderbook.units import SIZES, Ticks

_PLACES: Final = ("part", "line", "item")
_TIMES: Final = ("received", "time", "start", "end")
_PRICES: Final = ("price", "bid", "ask")
_SIZES: Final = ("size", "bid_size", "ask_size")


def export(folder: MarketFolder, kind: Kind, into: Path, start: int | None = None, end: int | None = None) -> list[str]:
    """Write what was received in a span, row by row, in little memory; the file is there once it is whole.

    Args:
        folder: of the market.
        kind: of rows.
        into: file, whose ending says the format: .csv, .parquet or .tfrecord.
        start: nanoseconds since 1970 of the first time that is wanted; None: from the first.
        end: of the first that is not; None: all.

    Returns:
        What is to be said of the file, in sentences.

    Raises:
        UserError: where the ending is another one, nothing is there, or the file cannot be written.
    """
    return write_rows(read_rows(folder, kind, start, end), folder, kind, into)


def write_rows(batches: Iterator[pa.RecordBatch], folder: MarketFolder, kind: Kind, into: Path) -> list[str]:
    """As `export`, of rows in the columns of sealed files."""
    require(
        into.suffix in _WRITERS,
        f"into must end in one of {', '.join(_WRITERS)}, but is {str(into)!r}: write into=x.parquet, for example.",
    )
    first = next(batches, None)
    if first is None:
        raise UserError(
            f"{folder.path} must hold {kind} in the span that is asked for, but holds none: choose another since and "
            "until, or another kind."
        )
    prepared, rows = _PREPARED[into.suffix], 0
    try:
        with put_whole(into) as unfinished:
            head = prepared(first, folder.market.feed().ticks)
            with _WRITERS[into.suffix](unfinished, head.schema) as writer:
                for batch in chain([first], batches):
                    writer.write_batch(prepared(batch, folder.market.feed().ticks))
                    rows += batch.num_rows
    except OSError as error:
        raise UserError(
            f"{into} must be a file that can be written, but cannot be ({error.strerror or error}): choose another one."
        ) from None
    notes = [f"{rows:,} rows of {kind} in {into}"]
    if into.suffix == ".tfrecord":
        exact = (
            "numbers of 32 bits: mid has seven digits" if kind == "bars" else f"prices in ticks of {folder.market.tick}"
        )
        notes.append(f"{exact}, sizes in 1e-8, times in nanoseconds since 1970: into=x.parquet has real units")
    return notes


def in_real_units(batch: pa.RecordBatch, ticks: Ticks) -> pa.RecordBatch:
    """Prices and sizes as numbers, rounded once, times as timestamps; without the places of rows in the store."""
    arrays, names = list[Any](), list[str]()
    for name in (name for name in batch.schema.names if name not in _PLACES):
        column = batch.column(name)
        if name in _TIMES:
            column = column.cast(pa.timestamp("ns", "UTC"))
        elif name in _PRICES or name in _SIZES:
            column = _valued(column, ticks if name in _PRICES else SIZES)
        arrays.append(column)
        names.append(name)
    return pa.RecordBatch.from_arrays(arrays, names)


def _valued(column: pa.Array, ticks: Ticks) -> pa.Array:
    """Counts of steps as numbers, as `Ticks.value` says them."""
    steps = pc.multiply(column, ticks.unit).cast(pa.float64(), safe=False)
    return pc.divide(steps, float(10**ticks.decimals))


def _as_text(batch: pa.RecordBatch, ticks: Ticks) -> pa.RecordBatch:
    """As `in_real_units`, with times as ISO text."""
    real = in_real_units(batch, ticks)
    columns = [
        pc.strftime(column, format="%Y-%m-%dT%H:%M:%SZ") if pa.types.is_timestamp(column.type) else column
        for column in real.columns
    ]
    return pa.RecordBatch.from_arrays(columns, real.schema.names)


def _as_integers(batch: pa.RecordBatch, ticks: Ticks) -> pa.RecordBatch:
    """The columns of the store as they are, without the places of rows."""
    return batch.select([name for name in batch.schema.names if name not in _PLACES])


def _parquet(path: Path, schema: pa.Schema) -> Any:
    return pq.ParquetWriter(path, schema, compression="zstd")


_WRITERS: Final[dict[str, Callable[[Path, pa.Schema], AbstractContextManager[Any]]]] = {
    ".csv": pyarrow.csv.CSVWriter,
    ".parquet": _parquet,
    ".tfrecord": TFRecordWriter,
}

_PREPARED: Final[dict[str, Callable[[pa.RecordBatch, Ticks], pa.RecordBatch]]] = {
    ".csv": _as_text,
    ".parquet": in_real_units,
    ".tfrecord": _as_integers,
}
