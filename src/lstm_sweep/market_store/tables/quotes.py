"""Best prices as the exchange said them, as columns."""

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any, ClassVar

import pyarrow as pa

from lstm_sweep.market_store.tables.table import PLACE, EventTable, Placed, integers, lists, optional
from lstm_sweep.orderbook.messages import TopOfBook

_NUMBERS = ("last", "bid", "bid_size", "ask", "ask_size")


class QuoteTable(EventTable[TopOfBook]):
    """A row each; prices in ticks, sizes in 1e-8, times in nanoseconds since 1970."""

    kind = "quotes"
    schema: ClassVar[pa.Schema] = pa.schema([*PLACE, ("time", pa.int64()), *((name, pa.int64()) for name in _NUMBERS)])
    differences = ("line", "received", "time", "last")

    def columns(self, rows: Sequence[Placed[TopOfBook]]) -> list[Any]:
        """As `EventTable.columns`."""
        count, quotes = len(rows), [quote for _, _, quote in rows]
        return [
            integers((line for line, _, _ in rows), count),
            integers((item for _, item, _ in rows), count),
            integers((each.received for each in quotes), count),
            optional([each.time for each in quotes]),
            *(integers(map(attrgetter(name), quotes), count) for name in _NUMBERS),
        ]

    def events(self, batch: pa.RecordBatch) -> Iterator[Placed[TopOfBook]]:
        """As `EventTable.events`."""
        lines, items, *columns = lists(batch, *self.schema.names[1:])
        return zip(lines, items, map(TopOfBook, *columns), strict=True)
