"""Binance: depth, trade, bookTicker and the snapshot that REST gives, of spot and of dollar-margined futures.

Source: Binance's API documents, 'WebSocket Streams' and 'Order Book' (spot), 'Diff. Book Depth Streams' (USD-M
futures).
"""

from typing import Any, Final

from lstm_sweep.orderbook.feeds.feed import Feed
from lstm_sweep.orderbook.messages import Levels, Message, Snapshot, TopOfBook, Trade
from lstm_sweep.orderbook.units import whole

_MILLISECOND: Final = 1_000_000


class BinanceSpot(Feed):
    """Spot; `market` as 'BTCUSDT'. Streams come combined, each with its name before the data."""

    def _messages(self, data: Any, received: int) -> tuple[Message, ...]:
        if "lastUpdateId" in data:
            return (self._snapshot(data, received),)
        if "stream" not in data:
            if "result" in data or "id" in data:
                return ()
            raise ValueError("neither a stream, nor a snapshot, nor an answer")
        symbol, _, stream = data["stream"].partition("@")
        event = data["data"]
        if symbol != self.market.lower():
            return ()
        kind = stream.partition("@")[0]
        if kind in ("depth", "trade", "bookTicker") and event["s"] != self.market:
            raise ValueError(f"a stream of {self.market} with data of {event['s']!r}")
        if kind == "depth":
            return (self._depth(event, received),)
        if kind == "trade":
            return self._trade(event, received)
        return (self._top(event, received),) if kind == "bookTicker" else ()

    def _snapshot(self, data: Any, received: int) -> Snapshot:
        time = whole(data["E"], _MILLISECOND) if "E" in data else None
        bids, asks = self._levels(data["bids"]), self._levels(data["asks"])
        return Snapshot(received, time, whole(data["lastUpdateId"]), bids, asks)

    def _depth(self, event: Any, received: int) -> Levels:
        bids, asks = self._levels(event["b"]), self._levels(event["a"])
        time = whole(event["E"], _MILLISECOND)
        return Levels(received, time, whole(event["U"]), whole(event["u"]), self._previous(event), bids, asks)

    def _previous(self, event: Any) -> int | None:
        """Spot numbers all changes; nothing else is needed."""
        return None

    def _trade(self, event: Any, received: int) -> tuple[Message, ...]:
        price, size = self.prices[event["p"]], self.sizes[event["q"]]
        if not isinstance(event["m"], bool):
            raise ValueError(f"m must be true or false, but is {event['m']!r}")
        return (Trade(received, whole(event["T"], _MILLISECOND), whole(event["t"]), price, size, not event["m"]),)

    def _top(self, event: Any, received: int) -> TopOfBook:
        time = whole(event["T"], _MILLISECOND) if "T" in event else None
        bid, ask = self.prices[event["b"]], self.prices[event["a"]]
        return TopOfBook(received, time, whole(event["u"]), bid, self.sizes[event["B"]], ask, self.sizes[event["A"]])


class BinanceFutures(BinanceSpot):
    """Dollar-margined futures: as spot, but each change says which one it follows."""

    def _previous(self, event: Any) -> int:
        return whole(event["pu"])
