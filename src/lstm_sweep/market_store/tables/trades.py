"""Trades as columns."""

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any, ClassVar

import pyarrow as pa

from lstm_sweep.market_store.tables.table import PLACE, EventTable, Placed, integers, lists, optional
from lstm_sweep.orderbook.messages import Trade


class TradeTable(EventTable[Trade]):
    """A row each; prices in ticks, sizes in 1e-8, times in nanoseconds since 1970."""

    kind = "trades"
    schema: ClassVar[pa.Schema] = pa.schema(
        [
            *PLACE,
            *((name, pa.int64()) for name in ("time", "id", "price", "size")),
            ("is_buy", pa.bool_()),
            *((name, pa.int64()) for name in ("bid_order", "ask_order")),
        ]
    )
    differences = ("line", "received", "time", "id")
    repeated = ("part", "item", "size")

    def columns(self, rows: Sequence[Placed[Trade]]) -> list[Any]:
        """As `EventTable.columns`."""
        count, trades = len(rows), [trade for _, _, trade in rows]
        return [
            integers((line for line, _, _ in rows), count),
            integers((item for _, item, _ in rows), count),
            *(integers(map(attrgetter(name), trades), count) for name in ("received", "time", "id", "price", "size")),
            [each.is_buy for each in trades],
            optional([each.bid_order for each in trades]),
            optional([each.ask_order for each in trades]),
        ]

    def events(self, batch: pa.RecordBatch) -> Iterator[Placed[Trade]]:
        """As `EventTable.events`."""
        lines, items, *columns = lists(batch, *self.schema.names[1:])
        return zip(lines, items, map(Trade, *columns), strict=True)
