"""What says where something is not known and where reading may begin, as columns: losses and checkpoints."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import pyarrow as pa

from lstm_sweep.market_store.tables.table import PLACE, EventTable, Placed, integers, lists
from lstm_sweep.orderbook.messages import BookCheckpoint, Lost


class MarkTable(EventTable[Lost | BookCheckpoint]):
    """A row each: the reason of a loss, or the state of a checkpoint as JSON."""

    kind = "marks"
    schema: ClassVar[pa.Schema] = pa.schema([*PLACE, ("lost", pa.string()), ("checkpoint", pa.string())])

    def columns(self, rows: Sequence[Placed[Lost | BookCheckpoint]]) -> list[Any]:
        """As `EventTable.columns`."""
        count, marks = len(rows), [mark for _, _, mark in rows]
        return [
            integers((line for line, _, _ in rows), count),
            integers((item for _, item, _ in rows), count),
            integers((each.received for each in marks), count),
            [each.reason if isinstance(each, Lost) else None for each in marks],
            [
                json.dumps(each.state, separators=(",", ":")) if isinstance(each, BookCheckpoint) else None
                for each in marks
            ],
        ]

    def events(self, batch: pa.RecordBatch) -> Iterator[Placed[Lost | BookCheckpoint]]:
        """As `EventTable.events`."""
        for line, item, received, lost, state in zip(*lists(batch, *self.schema.names[1:]), strict=True):
            yield line, item, Lost(received, lost) if state is None else BookCheckpoint(received, json.loads(state))
