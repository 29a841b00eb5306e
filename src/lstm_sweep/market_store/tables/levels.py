"""Changes and snapshots of level 2 as columns: a row for each level."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from lstm_sweep.market_store.tables.table import PLACE, EventTable, Placed, integers, lists, optional, runs
from lstm_sweep.orderbook.messages import LevelPairs, Levels, Snapshot


class LevelTable(EventTable[Levels | Snapshot]):
    """A row for each level, bids first; one without side, price and size where a message has no levels.

    A snapshot has no `first`. Prices in ticks, sizes in 1e-8, times in nanoseconds since 1970.
    """

    kind = "book"
    schema: ClassVar[pa.Schema] = pa.schema(
        [
            *PLACE,
            *((name, pa.int64()) for name in ("time", "first", "last", "previous")),
            *(("is_snapshot", pa.bool_()), ("is_bid", pa.bool_())),
            *((name, pa.int64()) for name in ("price", "size")),
        ]
    )
    differences = ("time",)
    repeated = ("part", "item", "size")

    def columns(self, rows: Sequence[Placed[Levels | Snapshot]]) -> list[Any]:
        """As `EventTable.columns`."""
        count, messages = len(rows), [message for _, _, message in rows]
        bids, asks = (integers((len(getattr(each, side)) for each in messages), count) for side in ("bids", "asks"))
        held = bids + asks
        is_empty = np.repeat(held == 0, np.maximum(held, 1))
        repeated = np.repeat(np.arange(count), np.maximum(held, 1))
        first = [each.first if isinstance(each, Levels) else None for each in messages]
        previous = [each.previous if isinstance(each, Levels) else None for each in messages]
        return [
            integers((line for line, _, _ in rows), count)[repeated],
            integers((item for _, item, _ in rows), count)[repeated],
            integers((each.received for each in messages), count)[repeated],
            optional([each.time for each in messages]).take(repeated),
            optional(first).take(repeated),
            integers((each.last for each in messages), count)[repeated],
            optional(previous).take(repeated),
            np.array([isinstance(each, Snapshot) for each in messages])[repeated],
            *_levels(messages, bids, asks, is_empty),
        ]

    def events(self, batch: pa.RecordBatch) -> Iterator[Placed[Levels | Snapshot]]:
        """As `EventTable.events`."""
        ends = runs(batch)
        heads = zip(*lists(batch.take(ends[:-1]), *self.schema.names[1:9]), strict=True)
        is_bid, prices, sizes = lists(batch, "is_bid", "price", "size")
        # Bids come first: so many of them as there are.
        bids_until = np.concatenate([[0], np.cumsum(batch.column("is_bid").fill_null(False).to_numpy(False))])[ends]
        bids = np.diff(bids_until).tolist()
        starts, stops = ends[:-1].tolist(), ends[1:].tolist()
        for head, start, stop, number in zip(heads, starts, stops, bids, strict=True):
            pairs: LevelPairs = tuple(zip(prices[start:stop], sizes[start:stop], strict=True))
            if is_bid[start] is None:
                pairs = ()
            line, item, received, time, first, last, previous, is_snapshot = head
            both = pairs[:number], pairs[number:]
            if is_snapshot:
                yield line, item, Snapshot(received, time, last, *both)
            else:
                yield line, item, Levels(received, time, first, last, previous, *both)


def _levels(messages: Sequence[Levels | Snapshot], bids: Any, asks: Any, is_empty: Any) -> list[Any]:
    """Side, price and size of each level; null where a message has none."""
    sides = chain.from_iterable((each.bids, each.asks) for each in messages)
    numbers = chain.from_iterable(chain.from_iterable(sides))
    pairs = integers(numbers, 2 * int(bids.sum() + asks.sum())).reshape(-1, 2)
    columns = [np.tile([True, False], len(messages)).repeat(np.column_stack([bids, asks]).ravel()), *pairs.T]
    filled = []
    for column in columns:
        whole = np.zeros(len(is_empty), dtype=column.dtype)
        whole[~is_empty] = column
        filled.append(pa.array(whole, mask=is_empty))
    return filled
