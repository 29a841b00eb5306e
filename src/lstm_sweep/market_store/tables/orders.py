"""Events and snapshots of level 3 as columns."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from lstm_sweep.market_store.tables.table import PLACE, EventTable, Placed, integers, lists, optional, runs
from lstm_sweep.orderbook.messages import Order, OrderSnapshot


class OrderTable(EventTable[Order | OrderSnapshot]):
    """A row for each event, and for each order of a snapshot (action 'snapshot'; without an id where it is empty).

    Prices in ticks, sizes in 1e-8, times in nanoseconds since 1970.
    """

    kind = "orders"
    schema: ClassVar[pa.Schema] = pa.schema(
        [
            *PLACE,
            *((name, pa.int64()) for name in ("time", "id")),
            ("action", pa.string()),
            ("is_bid", pa.bool_()),
            *((name, pa.int64()) for name in ("price", "size")),
        ]
    )
    differences = ("line", "received", "time")
    repeated = ("part", "item", "action", "size")

    def columns(self, rows: Sequence[Placed[Order | OrderSnapshot]]) -> list[Any]:
        """As `EventTable.columns`."""
        count = len(rows)
        held = [_orders(message) for _, _, message in rows]
        lengths = integers(map(len, held), count)
        repeated = np.repeat(np.arange(count), lengths)
        orders = list(chain.from_iterable(held))
        return [
            integers((line for line, _, _ in rows), count)[repeated],
            integers((item for _, item, _ in rows), count)[repeated],
            integers((message.received for _, _, message in rows), count)[repeated],
            integers((message.time for _, _, message in rows), count)[repeated],
            optional([order.id if order else None for order in orders]),
            np.array([_action(message) for _, _, message in rows], dtype=object)[repeated],
            [order.is_bid if order else None for order in orders],
            optional([order.price if order else None for order in orders]),
            optional([order.size if order else None for order in orders]),
        ]

    def events(self, batch: pa.RecordBatch) -> Iterator[Placed[Order | OrderSnapshot]]:
        """As `EventTable.events`."""
        lines, items, *columns = lists(batch, *self.schema.names[1:])
        actions = columns[3]
        ends = runs(batch).tolist()
        if len(ends) == len(actions) + 1 and "snapshot" not in actions:
            yield from zip(lines, items, map(Order, *columns), strict=True)
            return
        for start, stop in zip(ends[:-1], ends[1:], strict=True):
            received, time, number, action, *rest = (column[start] for column in columns)
            event: Order | OrderSnapshot
            if action == "snapshot":
                wanted = [columns[place][start:stop] for place in (2, 4, 5, 6)] if number is not None else [[]] * 4
                resting = (Order(received, time, each[0], "created", *each[1:]) for each in zip(*wanted, strict=True))
                event = OrderSnapshot(received, time, tuple(resting))
            else:
                event = Order(received, time, number, action, *rest)
            yield lines[start], items[start], event


def _orders(message: Order | OrderSnapshot) -> Sequence[Order | None]:
    """The orders that a message has rows for; one row without an order stands for an empty snapshot."""
    if isinstance(message, Order):
        return (message,)
    for order in message.orders:
        if (order.received, order.time, order.action) != (message.received, message.time, "created"):
            raise ValueError(f"an order of a snapshot must be created at its time, but is {order}")
    return message.orders or (None,)


def _action(message: Order | OrderSnapshot) -> str:
    return message.action if isinstance(message, Order) else "snapshot"
