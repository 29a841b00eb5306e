"""Bitstamp: changes of levels, or every order (level 3), trades, and the snapshots that REST gives.

Source: Bitstamp's 'WebSocket API v2' and 'Order book' of its REST API (group=1 for levels, group=2 for orders).
"""

from typing import Any, Final, Literal

from lstm_sweep.orderbook.feeds.feed import Feed
from lstm_sweep.orderbook.messages import Levels, Message, Order, OrderSnapshot, Snapshot, Trade
from lstm_sweep.orderbook.units import whole

_MICROSECOND: Final = 1_000
_ACTIONS: Final[dict[str, Literal["created", "changed", "deleted"]]] = {
    "order_created": "created",
    "order_changed": "changed",
    "order_deleted": "deleted",
}


class Bitstamp(Feed):
    """Level 2; `market` as 'btcusd'. Its changes have no numbers: their time orders them."""

    channel = "diff_order_book"

    def _messages(self, data: Any, received: int) -> tuple[Message, ...]:
        if "bids" in data:
            return (self._snapshot(data, received),)
        event, channel = data["event"], data.get("channel", "")
        name, _, market = channel.rpartition("_")
        if event.startswith("bts:") or market != self.market:
            return ()
        if name == "live_trades" and event == "trade":
            return (self._trade(data["data"], received),)
        return (self._change(event, data["data"], received),) if name == self.channel else ()

    def _change(self, event: str, data: Any, received: int) -> Message:
        time = whole(data["microtimestamp"])
        bids, asks = self._levels(data["bids"]), self._levels(data["asks"])
        return Levels(received, whole(time, _MICROSECOND), time, time, None, bids, asks)

    def _snapshot(self, data: Any, received: int) -> Message:
        time = whole(data["microtimestamp"])
        bids, asks = self._levels(data["bids"]), self._levels(data["asks"])
        return Snapshot(received, whole(time, _MICROSECOND), time, bids, asks)

    def _trade(self, data: Any, received: int) -> Trade:
        price, size = self.prices[data["price_str"]], self.sizes[data["amount_str"]]
        bid, ask = whole(data["buy_order_id"]), whole(data["sell_order_id"])
        time = whole(data["microtimestamp"], _MICROSECOND)
        return Trade(received, time, whole(data["id"]), price, size, _is_side(data["type"]), bid, ask)


class BitstampOrders(Bitstamp):
    """Level 3: every order."""

    channel = "live_orders"

    def _change(self, event: str, data: Any, received: int) -> Order:
        price, size = self.prices[data["price_str"]], self.sizes[data["amount_str"]]
        time = whole(data["microtimestamp"], _MICROSECOND)
        return Order(received, time, whole(data["id"]), _ACTIONS[event], _is_side(data["order_type"]), price, size)

    def _snapshot(self, data: Any, received: int) -> OrderSnapshot:
        time = whole(data["microtimestamp"], _MICROSECOND)
        orders = [
            Order(received, time, whole(number), "created", is_bid, self.prices[price], self.sizes[size])
            for is_bid, side in ((True, data["bids"]), (False, data["asks"]))
            for price, size, number in side
        ]
        return OrderSnapshot(received, time, tuple(orders))


def _is_side(number: Any) -> bool:
    """Whether 0 stands for it (buy), and not 1 (sell)."""
    if number not in (0, 1):
        raise ValueError(f"a side must be 0 (buy) or 1 (sell), but is {number!r}")
    return bool(number == 0)
