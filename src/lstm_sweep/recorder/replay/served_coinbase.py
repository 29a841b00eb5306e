"""Coinbase as a server: a subscription by message, a snapshot first, products and time by REST."""

import json
from collections.abc import Mapping

from lstm_sweep.orderbook.order_sync import SyncedOrders
from lstm_sweep.orderbook.sync import SyncedBook
from lstm_sweep.recorder.replay.served import Answer, ServedMarket, milliseconds

_TYPES = {"level2": ("snapshot", "l2update"), "matches": ("match", "last_match"), "heartbeat": ("heartbeat",)}


class ServedCoinbase(ServedMarket):
    """Its exchange."""

    is_in_stream = True

    def opened(self, query: Mapping[str, str]) -> set[str]:
        """Nothing yet."""
        return set()

    def told(self, text: str) -> tuple[set[str], list[str]]:
        """Types of messages."""
        message = json.loads(text)
        if message["product_ids"] != [self.market.symbol]:
            return set(), ['{"type":"error","message":"Failed to subscribe","reason":"not a valid product"}']
        types = {kind for name in message["channels"] for kind in _TYPES[name.removesuffix("_batch")]}
        channels = [{"name": name, "product_ids": message["product_ids"]} for name in message["channels"]]
        return types, [json.dumps({"type": "subscriptions", "channels": channels})]

    def channel(self, payload: str) -> str:
        """The type of a message; errors are for all."""
        return payload[:40].partition('"type":"')[2].partition('"')[0].removeprefix("error")

    def is_snapshot(self, payload: str) -> bool:
        """Of this market; it is a message as all others."""
        return self.channel(payload) == "snapshot" and f'"{self.market.symbol}"' in payload[:120]

    def is_change(self, payload: str) -> bool:
        """Changes of this market."""
        return self.channel(payload) == "l2update" and f'"{self.market.symbol}"' in payload[:120]

    def answer(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """Products and time."""
        if path == "/time":
            return 200, json.dumps({"epoch": milliseconds() / 1000})
        if path == f"/products/{self.market.symbol}":
            return 200, json.dumps({"id": self.market.symbol, "quote_increment": self.market.tick})
        return 404, '{"message":"NotFound"}'

    def snapshot(self, truth: SyncedBook | SyncedOrders) -> str:
        """The first message of a connection; without a time, as the exchange sends it."""
        assert isinstance(truth, SyncedBook)
        return json.dumps(
            {"type": "snapshot", "product_id": self.market.symbol, **self.sides(truth)}, separators=(",", ":")
        )

    def with_levels(self, payload: str, count: int) -> str:
        """More changes to sell."""
        data = json.loads(payload)
        data["changes"] += [["sell", *pair] for pair in self.high_levels(payload, count)]
        return json.dumps(data, separators=(",", ":"))
