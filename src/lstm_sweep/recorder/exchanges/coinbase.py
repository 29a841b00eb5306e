"""Coinbase, level 2 and trades.

Source: Coinbase Exchange's 'WebSocket Channels' (level2_batch needs no key, and begins with a snapshot) and its REST
API ('Get single product', 'Get server time').
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lstm_sweep.orderbook.units import nanoseconds
from lstm_sweep.recorder.exchanges.exchange import WebExchange


@dataclass(frozen=True)
class CoinbaseWeb(WebExchange):
    """Its exchange, not its retail interface."""

    def symbol(self, text: str) -> str:
        """As 'BTC-USD'."""
        return text.replace("/", "-").upper()

    def subscriptions(self, symbol: str) -> tuple[str, ...]:
        """Changes every 50 ms, trades, and a heartbeat every second."""
        channels = ["level2_batch", "matches", "heartbeat"]
        return (json.dumps({"type": "subscribe", "product_ids": [symbol], "channels": channels}),)

    def farewell(self, payload: str) -> str | None:
        """A subscription that the exchange refuses."""
        return f"the exchange refused ({payload[:200]})" if payload.startswith('{"type":"error"') else None

    def snapshot(self, symbol: str) -> None:
        """It is the first message of the connection."""

    def facts(self, symbol: str) -> str:
        """Of one market."""
        return f"/products/{symbol}"

    def tick(self, facts: Any, symbol: str) -> str | None:
        """Its increment of prices."""
        return str(facts["quote_increment"]) if facts.get("id") == symbol else None

    def clock(self) -> str:
        """In microseconds or milliseconds."""
        return "/time"

    def time(self, answer: Any, headers: Mapping[str, str]) -> int:
        """Seconds since 1970, with decimals."""
        return nanoseconds(str(answer["epoch"]))
