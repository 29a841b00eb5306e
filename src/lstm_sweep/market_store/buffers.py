"""From lines and their events to columns on their way to a file."""

import numpy as np
import pyarrow as pa

from lstm_sweep.market_store.decoding import StoredLine
from lstm_sweep.market_store.tables.all import TABLE_OF, TABLES
from lstm_sweep.market_store.tables.bars import bar_batch
from lstm_sweep.market_store.tables.raw import RAW_SCHEMA
from lstm_sweep.market_store.tables.table import Placed
from lstm_sweep.market_store.writing import ROWS, PartFiles
from lstm_sweep.orderbook.bars import BookBar
from lstm_sweep.orderbook.messages import Event
from lstm_sweep.orderbook.units import LIMIT


class EventBuffers:
    """Events on their way to the files of one part, and their lines where `keep_raw`.

    Attributes:
        part: start of the part.
        keep_raw: whether lines are kept.
        lines: how many were taken.
        first, last: when the first and the last of them were received; None where there was none.
    """

    def __init__(self, files: PartFiles, part: int, keep_raw: bool) -> None:
        self.lines = 0
        self.first: int | None = None
        self.last: int | None = None
        self._files = files
        self.part = part
        self.keep_raw = keep_raw

    def take_bars(self, bars: list[BookBar]) -> None:
        """Add bars."""
        for first in range(0, len(bars), ROWS):
            self._files.write("bars", bar_batch(self.part, bars[first : first + ROWS]))

    def take(self, held: list[StoredLine]) -> None:
        """Add lines, at least one, and their events, as columns."""
        self.lines += len(held)
        self.first = held[0].received if self.first is None else self.first
        self.last = held[-1].received
        rows: dict[str, list[Placed[Event]]] = {table.kind: [] for table in TABLES}
        for line in held:
            for item, event in enumerate(line.events):
                rows[TABLE_OF[type(event)].kind].append((line.number, item, event))
        for table in TABLES:
            if rows[table.kind]:
                self._files.write(table.kind, table.batch(self.part, rows[table.kind]))
        if self.keep_raw:
            self._files.write("raw", _raw_batch(self.part, held))


def _raw_batch(part: int, lines: list[StoredLine]) -> pa.RecordBatch:
    stamps, payloads = zip(*(_stamp_and_payload(line.content) for line in lines), strict=True)
    columns = [np.full(len(lines), part), [line.number for line in lines], stamps, payloads]
    arrays = [pa.array(each, type=field.type) for each, field in zip(columns, RAW_SCHEMA, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=RAW_SCHEMA)


def _stamp_and_payload(content: bytes) -> tuple[int | None, bytes]:
    stamp, _, payload = content.partition(b" ")
    return (int(stamp), payload) if stamp.isdigit() and int(stamp) < LIMIT else (None, content)
