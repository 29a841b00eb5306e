"""What a pass over the lines of a part gathers before it is a row group."""

from typing import Any

import numpy as np
import pyarrow as pa

from lstm_sweep.market_store.decoding import StoredLine
from lstm_sweep.market_store.layout import Kind
from lstm_sweep.market_store.tables.all import TABLE_OF, TABLES
from lstm_sweep.market_store.tables.bars import bar_batch
from lstm_sweep.market_store.tables.raw import RAW_SCHEMA
from lstm_sweep.market_store.writing import ROWS, PartFiles
from lstm_sweep.orderbook.bars import BookBar
from lstm_sweep.orderbook.messages import Event, Levels, OrderSnapshot, Snapshot

_RAW_BYTES = 1 << 25
"""Of a row group of raw lines, at most by one line more."""


class EventBuffers:
    """Events on their way to the files of one part, and their lines where `keep_raw`.

    Attributes:
        lines: how many were taken.
        first, last: when the first and the last of them were received; None where there was none.
    """

    def __init__(self, files: PartFiles, part: int, keep_raw: bool) -> None:
        self.lines = 0
        self.first: int | None = None
        self.last: int | None = None
        self._files = files
        self._part = part
        self._keep_raw = keep_raw
        self._rows: dict[Kind, list[Any]] = {table.kind: [] for table in TABLES}
        self._sizes: dict[Kind, int] = {table.kind: 0 for table in TABLES}
        self._raw: list[StoredLine] = []
        self._raw_bytes = 0

    def take(self, line: StoredLine) -> None:
        """Add a line and its events."""
        self.lines += 1
        self.first = line.received if self.first is None else self.first
        self.last = line.received
        for item, event in enumerate(line.events):
            kind = TABLE_OF[type(event)].kind
            self._rows[kind].append((line.number, item, event))
            self._sizes[kind] += _rows_of(event)
            if self._sizes[kind] >= ROWS:
                self._flush(kind)
        if self._keep_raw:
            self._raw.append(line)
            self._raw_bytes += len(line.content)
            if self._raw_bytes >= _RAW_BYTES or len(self._raw) >= ROWS:
                self._flush_raw()

    def flush(self, bars: list[BookBar]) -> None:
        """Write what is left, and bars."""
        for table in TABLES:
            self._flush(table.kind)
        self._flush_raw()
        for first in range(0, len(bars), ROWS):
            self._files.write("bars", bar_batch(self._part, bars[first : first + ROWS]))

    def _flush(self, kind: Kind) -> None:
        if rows := self._rows[kind]:
            table = next(table for table in TABLES if table.kind == kind)
            self._files.write(kind, table.batch(self._part, rows))
            self._rows[kind], self._sizes[kind] = [], 0

    def _flush_raw(self) -> None:
        if lines := self._raw:
            stamps, payloads = zip(*(_stamp_and_payload(line.content) for line in lines), strict=True)
            columns = [np.full(len(lines), self._part), [line.number for line in lines], stamps, payloads]
            arrays = [pa.array(each, type=field.type) for each, field in zip(columns, RAW_SCHEMA, strict=True)]
            self._files.write("raw", pa.RecordBatch.from_arrays(arrays, schema=RAW_SCHEMA))
            self._raw, self._raw_bytes = [], 0


def _rows_of(event: Event) -> int:
    if isinstance(event, Levels | Snapshot):
        return len(event.bids) + len(event.asks) or 1
    return len(event.orders) or 1 if isinstance(event, OrderSnapshot) else 1


def _stamp_and_payload(content: bytes) -> tuple[int | None, bytes]:
    stamp, _, payload = content.partition(b" ")
    return (int(stamp), payload) if stamp.isdigit() else (None, content)
