"""What the tables of events have in common."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lstm_sweep.market_store.layout import Kind

EventT = TypeVar("EventT")

Placed: TypeAlias = tuple[int, int, EventT]
"""Number of the line in its part, place of the event in its line, and the event."""

Place: TypeAlias = tuple[int, int]

PLACE = (("part", pa.int64()), ("line", pa.int64()), ("item", pa.int16()), ("received", pa.int64()))
"""First columns of each table of events: start of its part, number of the line there, place in the line, local time."""


class EventTable(ABC, Generic[EventT]):
    """Events of one kind as columns, without loss.

    Attributes:
        kind: names the folder.
        schema: of the files.
        differences: columns that are stored as differences to the row before (DELTA_BINARY_PACKED).
        repeated: columns of few values, which are stored with a dictionary; all others are stored as they are. Both
            were measured, on real feeds.
    """

    kind: ClassVar[Kind]
    schema: ClassVar[pa.Schema]
    differences: ClassVar[tuple[str, ...]] = ()
    repeated: ClassVar[tuple[str, ...]] = ("part", "item")

    @abstractmethod
    def columns(self, rows: Sequence[Placed[EventT]]) -> list[Any]:
        """The columns after the start of the part, of events in order."""

    @abstractmethod
    def events(self, batch: pa.RecordBatch) -> Iterator[Placed[EventT]]:
        """The events of whole rows: a batch begins and ends with an event."""

    def batch(self, part: int, rows: Sequence[Placed[EventT]]) -> pa.RecordBatch:
        """Events of one part as columns."""
        columns = self.columns(rows)
        parts = np.full(len(columns[0]), part, dtype=np.int64)
        types = [field.type for field in self.schema]
        arrays = [pa.array(column, type=kind) for column, kind in zip((parts, *columns), types, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)


def integers(values: Iterable[int], count: int) -> NDArray[np.int64]:
    """So many whole numbers.

    Raises:
        OverflowError: where one is beyond 64 bits.
    """
    return np.fromiter(values, dtype=np.int64, count=count)


def optional(values: Sequence[int | None]) -> pa.Array:
    """Whole numbers, some of which are not there."""
    return pa.array(values, type=pa.int64())


def lists(batch: pa.RecordBatch, *names: str) -> list[list[Any]]:
    """Columns as lists of Python's values."""
    return [batch.column(name).to_pylist() for name in names]


def runs(batch: pa.RecordBatch) -> NDArray[np.intp]:
    """Where each event begins in a table of several rows an event, and where the last one ends."""
    line, item = (batch.column(name).to_numpy() for name in ("line", "item"))
    begins = np.flatnonzero((line[1:] != line[:-1]) | (item[1:] != item[:-1])) + 1
    return np.concatenate([[0], begins, [len(line)]])
