"""What all answers have in common: headers that keep a browser safe, an entry in the metrics, and never a traceback."""

import logging
import time
from typing import Any, final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lstm_sweep.serving.failures import broken
from lstm_sweep.serving.metrics.requests import RequestMetrics

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
"""Unless an answer brings its own."""


@final
class Frame:
    """Around all other layers."""

    def __init__(self, app: ASGIApp, metrics: RequestMetrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, has_begun = time.perf_counter(), False

        async def framed(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                _add_headers(message)
                self._count(scope, message, time.perf_counter() - began)
            await send(message)

        try:
            await self._app(scope, receive, framed)
        except Exception:
            if has_begun:
                raise
            logging.getLogger("uvicorn.error").exception("%s %r failed", scope["method"], scope["path"])
            await broken()(scope, receive, framed)

    def _count(self, scope: Scope, message: Any, seconds: float) -> None:
        self._metrics.count(scope["method"], scope["path"], message["status"], seconds)


def _add_headers(message: Message) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
