"""A real HTTP server on this machine that answers like an exchange, and fails when told to."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Answer = Callable[[str, dict[str, str]], Any]


@dataclass
class ExchangeServer:
    """What the server was asked, and which of the next requests fail, and how.

    Attributes:
        url: its address.
        requests: path and query of each request, in order.
        faults: for the next requests in order: a status to answer with, 'drop' (the connection ends in the middle of
            the answer), 'hang' (the request is taken and not answered), or None for the true answer; true answers
            follow.
        headers: sent along with faults.
        clock: seconds since 1970 that answers are dated by.
    """

    url: str
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    faults: list[int | str | None] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    clock: Callable[[], float] = time.time
    ended: threading.Event = field(default_factory=threading.Event)

    def asked(self, path: str) -> list[dict[str, str]]:
        """The queries of all requests whose path contains `path`."""
        return [query for asked, query in self.requests if path in asked]


@contextmanager
def serve(answer: Answer) -> Iterator[ExchangeServer]:
    """Serve `answer(path, query)` as JSON at a free port until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            query = dict(parse_qsl(address.query))
            exchange.requests.append((address.path, query))
            fault = exchange.faults.pop(0) if exchange.faults else None
            if fault == "hang":
                exchange.ended.wait(60)
                return
            body = json.dumps(answer(address.path, query)).encode()
            if isinstance(fault, int):
                self._send(fault, b'{"error": "try again"}', exchange.headers)
            elif fault == "drop":
                self._send(200, body, {"Content-Length": str(len(body) + 1000)})
            else:
                self._send(200, body, {})

        def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {
                "Content-Type": "application/json",
                "Content-Length": str(len(body)),
                **headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string(int(exchange.clock()))

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    exchange = ExchangeServer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield exchange
    finally:
        exchange.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


def bitstamp(candles: list[list[float]]) -> Answer:
    """Bitstamp's API v2, as its documentation shows it: by span, numbers as text, empty bars left out.

    Args:
        candles: all that the exchange has, as `[seconds, open, high, low, close, volume]`, in the order of time.
    """
    market = {
        "name": "BTC/USD",
        "market_symbol": "btcusd",
        "base_currency": "BTC",
        "base_decimals": 8,
        "counter_currency": "USD",
        "counter_decimals": 0,
        "minimum_order_value": "10",
        "trading": "Enabled",
        "instant_order_counter_decimals": 2,
        "instant_and_market_orders": "Enabled",
        "description": "Bitcoin / U.S. dollar",
        "market_type": "SPOT",
    }
    names = ("timestamp", "open", "high", "low", "close", "volume")

    def answer(path: str, query: dict[str, str]) -> Any:
        if path == "/v2/markets/":
            return [market]
        start, end, limit = int(query["start"]), int(query["end"]), int(query["limit"])
        page = [candle for candle in candles if start <= candle[0] <= end][:limit]
        ohlc = [{name: str(value) for name, value in zip(names, candle, strict=True)} for candle in page]
        return {"data": {"pair": "BTC/USD", "ohlc": ohlc}}

    return answer


def bitfinex(candles: list[list[float]]) -> Answer:
    """Bitfinex' API v2: the next bars that exist from a time on, `[milliseconds, open, close, high, low, volume]`."""
    terms = [None, None, None, "0.00006", "2000.0", None, None, None, 0.2, 0.1, None, None]

    def answer(path: str, query: dict[str, str]) -> Any:
        if "pub:list:currency" in path:
            return [["BTC", "USD"], *([[]] * 10)]
        if "conf" in path:
            return [[["BTCUSD", terms]], [], [], ["BTCUSD"]]
        page = [candle for candle in candles if candle[0] >= int(query["start"])]
        return page[: int(query["limit"])]

    return answer
