"""Binance as a server: combined streams by address, depth, exchangeInfo and time by REST."""

import json
from collections.abc import Mapping

from lstm_sweep.orderbook.order_sync import SyncedOrders
from lstm_sweep.orderbook.sync import SyncedBook
from lstm_sweep.recorder.replay.served import Answer, ServedMarket, milliseconds

_UNKNOWN = (400, '{"code":-1121,"msg":"Invalid symbol."}')


class ServedBinance(ServedMarket):
    """Spot and futures."""

    def opened(self, query: Mapping[str, str]) -> set[str]:
        """Streams by name; the speed of depth is the recording's."""
        return {"@".join(name.split("@")[:2]) for name in query.get("streams", "").split("/")}

    def channel(self, payload: str) -> str:
        """The stream's name, without its speed."""
        return "@".join(payload[:80].partition('"stream":"')[2].partition('"')[0].split("@")[:2])

    def is_snapshot(self, payload: str) -> bool:
        """REST's alone."""
        return payload.startswith('{"lastUpdateId"')

    def is_change(self, payload: str) -> bool:
        """Depth."""
        return "@depth" in payload[:60]

    def answer(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """Of spot below /api/v3, of futures below /fapi/v1."""
        root = "/api/v3" if self.market.exchange == "binance" else "/fapi/v1"
        if path == f"{root}/time":
            return 200, json.dumps({"serverTime": milliseconds()})
        if query.get("symbol", self.market.symbol) != self.market.symbol:
            return _UNKNOWN
        if path == f"{root}/exchangeInfo":
            filters = [{"filterType": "PRICE_FILTER", "tickSize": f"{self.market.tick}00"}]
            if "." not in self.market.tick:
                filters[0]["tickSize"] = f"{self.market.tick}.00"
            return 200, json.dumps({"symbols": [{"symbol": self.market.symbol, "filters": filters}]})
        return None if path == f"{root}/depth" and "symbol" in query else (404, "")

    def snapshot(self, truth: SyncedBook | SyncedOrders) -> str:
        """By number of the last change."""
        assert isinstance(truth, SyncedBook)
        return json.dumps({"lastUpdateId": truth.last, **self.sides(truth)}, separators=(",", ":"))

    def with_levels(self, payload: str, count: int) -> str:
        """More asks."""
        data = json.loads(payload)
        data["data"]["a"] += self.high_levels(payload, count)
        return json.dumps(data, separators=(",", ":"))
