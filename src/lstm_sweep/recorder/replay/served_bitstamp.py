"""Bitstamp as a server: subscriptions by message, order_book and trading-pairs-info by REST."""

import json
from collections.abc import Mapping

from lstm_sweep.orderbook.order_sync import SyncedOrders
from lstm_sweep.orderbook.sync import SyncedBook
from lstm_sweep.recorder.replay.served import Answer, ServedMarket


class ServedBitstamp(ServedMarket):
    """Levels 2 and 3."""

    def opened(self, query: Mapping[str, str]) -> set[str]:
        """Nothing yet."""
        return set()

    def told(self, text: str) -> tuple[set[str], list[str]]:
        """Subscriptions and heartbeats."""
        message = json.loads(text)
        if message["event"] == "bts:subscribe":
            channel = message["data"]["channel"]
            return {channel}, [json.dumps({"event": "bts:subscription_succeeded", "channel": channel, "data": {}})]
        beat = {"event": "bts:heartbeat", "channel": "", "data": {"status": "success"}}
        return set(), [json.dumps(beat)] if message["event"] == "bts:heartbeat" else []

    def channel(self, payload: str) -> str:
        """Named in each message."""
        _, is_named, name = payload.rpartition('"channel"')
        return name.partition('"')[2].partition('"')[0] if is_named else ""

    def is_snapshot(self, payload: str) -> bool:
        """REST's alone."""
        return '"event"' not in payload and '"bids"' in payload

    def is_change(self, payload: str) -> bool:
        """Changes of levels, or of orders."""
        return self.channel(payload) in [f"{name}_{self.market.symbol}" for name in ("diff_order_book", "live_orders")]

    def answer(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """All below /api/v2."""
        symbol = self.market.symbol
        if path == "/api/v2/trading-pairs-info/":
            decimals = self.market.feed().ticks.decimals
            return 200, json.dumps([{"url_symbol": symbol, "counter_decimals": decimals}])
        if path == f"/api/v2/order_book/{symbol}/":
            group = "2" if self.market.exchange == "bitstamp_orders" else "1"
            return None if query.get("group", "1") == group else (400, "")
        return (200, "{}") if path.startswith("/api/v2/ticker/") else (404, '{"error": "not found"}')

    def snapshot(self, truth: SyncedBook | SyncedOrders) -> str:
        """By the time of the last change, in microseconds."""
        if isinstance(truth, SyncedOrders):
            truth.settle()
            last = max((order.time for order in truth.orders.orders.values()), default=0) // 1000
        else:
            last = truth.last
        return json.dumps({"timestamp": str(last // 10**6), "microtimestamp": str(last), **self.sides(truth)})

    def with_levels(self, payload: str, count: int) -> str:
        """More asks; level 3 says one order a message, and stays."""
        data = json.loads(payload)
        if "asks" in data["data"]:
            data["data"]["asks"] += self.high_levels(payload, count)
        return json.dumps(data)
