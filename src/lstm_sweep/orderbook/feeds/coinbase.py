"""Coinbase: level 2 and trades, in the form of its exchange (`level2`, `matches`).

Source: Coinbase Exchange's 'WebSocket Channels'. The snapshot comes first on the same connection; changes of level 2
have no numbers, their time orders them.
"""

from typing import Any, Final

from lstm_sweep.orderbook.feeds.feed import Feed
from lstm_sweep.orderbook.messages import LevelPairs, Levels, Message, Snapshot, Trade
from lstm_sweep.orderbook.units import nanoseconds_of_iso, whole

_SIDES: Final = {"buy": True, "sell": False}


class Coinbase(Feed):
    """`market` as 'BTC-USD'."""

    def _messages(self, data: Any, received: int) -> tuple[Message, ...]:
        kind = data["type"]
        if data.get("product_id") != self.market:
            return ()
        if kind == "snapshot":
            time = nanoseconds_of_iso(data["time"]) if "time" in data else None
            bids, asks = self._levels(data["bids"]), self._levels(data["asks"])
            return (Snapshot(received, time, time or 0, bids, asks),)
        if kind == "l2update":
            time = nanoseconds_of_iso(data["time"])
            bids, asks = self._side(data["changes"], True), self._side(data["changes"], False)
            return (Levels(received, time, time, time, None, bids, asks),)
        return (self._trade(data, received),) if kind == "match" else ()

    def _side(self, changes: Any, is_bid: bool) -> LevelPairs:
        return self._levels((price, size) for side, price, size in changes if _SIDES[side] == is_bid)

    def _trade(self, data: Any, received: int) -> Trade:
        price, size, time = self.prices[data["price"]], self.sizes[data["size"]], nanoseconds_of_iso(data["time"])
        # The side is that of the order that rested.
        return Trade(received, time, whole(data["trade_id"]), price, size, is_buy=not _SIDES[data["side"]])
