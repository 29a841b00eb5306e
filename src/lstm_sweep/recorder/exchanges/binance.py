"""Binance, spot and dollar-margined futures.

Source: Binance's API documents, 'WebSocket Streams' (the server pings every 20 seconds, a connection lasts for 24
hours), 'Market Data endpoints', and for futures 'Important WebSocket Change Notice': since April 2026 depth, trades and
best prices are below /public.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lstm_sweep.recorder.exchanges.exchange import WebExchange


@dataclass(frozen=True)
class BinanceWeb(WebExchange):
    """Both of them: they differ by paths.

    Attributes:
        path: what all REST requests begin with.
        levels: that a snapshot has at most on each side.
        has_one: whether the facts of a single market may be asked for.
    """

    path: str = "/api/v3"
    levels: int = 5000
    has_one: bool = True

    def symbol(self, text: str) -> str:
        """As 'BTCUSDT'."""
        return text.replace("/", "").upper()

    def stream(self, symbol: str) -> str:
        """All three streams of a market, combined."""
        return "/stream?streams=" + "/".join(
            f"{symbol.lower()}@{name}" for name in ("depth@100ms", "trade", "bookTicker")
        )

    def farewell(self, payload: str) -> str | None:
        """The exchange says so before it shuts a server down."""
        return "the exchange shuts this server down" if '"serverShutdown"' in payload[:200] else None

    def snapshot(self, symbol: str) -> str:
        """The deepest book that is given."""
        return f"{self.path}/depth?symbol={symbol}&limit={self.levels}"

    def facts(self, symbol: str) -> str:
        """Of one market where that may be asked, else of all."""
        return f"{self.path}/exchangeInfo" + (f"?symbol={symbol}" if self.has_one else "")

    def tick(self, facts: Any, symbol: str) -> str | None:
        """From its filter of prices, without zeros at the end."""
        for market in facts.get("symbols", []):
            if market["symbol"] == symbol:
                sizes = {each["filterType"]: each.get("tickSize") for each in market["filters"]}
                return f"{Decimal(sizes['PRICE_FILTER']).normalize():f}"
        return None

    def clock(self) -> str:
        """In milliseconds."""
        return f"{self.path}/time"

    def time(self, answer: Any, headers: Mapping[str, str]) -> int:
        """Milliseconds since 1970."""
        return int(answer["serverTime"]) * 1_000_000
