"""Bitstamp, level 2 or level 3.

Source: Bitstamp's 'WebSocket API v2' (subscriptions, heartbeat, forced reconnection) and its REST API ('Order book',
'Trading pairs info').
"""

import json
from dataclasses import dataclass
from typing import Any

from lstm_sweep.recorder.exchanges.exchange import WebExchange


@dataclass(frozen=True)
class BitstampWeb(WebExchange):
    """Both levels.

    Attributes:
        channel: of changes: 'diff_order_book', or 'live_orders' for level 3.
        group: of a snapshot: 1 by price, 2 by order.
    """

    channel: str = "diff_order_book"
    group: int = 1

    def symbol(self, text: str) -> str:
        """As 'btcusd'."""
        return text.replace("/", "").lower()

    def subscriptions(self, symbol: str) -> tuple[str, ...]:
        """Changes of the book, and trades."""
        return tuple(
            json.dumps({"event": "bts:subscribe", "data": {"channel": f"{name}_{symbol}"}})
            for name in (self.channel, "live_trades")
        )

    def keep_alive(self) -> str:
        """The heartbeat that the exchange asks clients for."""
        return '{"event": "bts:heartbeat"}'

    def farewell(self, payload: str) -> str | None:
        """The exchange gives some seconds before it moves a client to another server."""
        if "bts:request_reconnect" in payload[:200]:
            return "the exchange asked to connect anew"
        return f"the exchange refused ({payload[:200]})" if '"bts:error"' in payload[:200] else None

    def snapshot(self, symbol: str) -> str:
        """The whole book."""
        return f"/api/v2/order_book/{symbol}/?group={self.group}"

    def facts(self, symbol: str) -> str:
        """Of all markets."""
        return "/api/v2/trading-pairs-info/"

    def tick(self, facts: Any, symbol: str) -> str | None:
        """One in the last decimal of its prices."""
        for market in facts:
            if market["url_symbol"] == symbol:
                decimals = int(market["counter_decimals"])
                return f"0.{'1'.zfill(decimals)}" if decimals else "1"
        return None

    def clock(self) -> str:
        """Any answer has the header with the time; there is none about time itself."""
        return "/api/v2/ticker/btcusd/"
