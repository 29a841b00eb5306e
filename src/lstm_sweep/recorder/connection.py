"""One connection to an exchange: from the handshake to whatever ends it."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp

from lstm_sweep.errors import printable
from lstm_sweep.recorder.exchanges.exchange import WebExchange

_LARGEST = 256 << 20
"""Bytes of one message: a book of Coinbase is tens of megabytes."""


class ConnectionLostError(Exception):
    """The connection ended; the text says why."""


class ExchangeConnection:
    """Hears one market.

    Args:
        session: of this process.
        exchange: which is asked.
        symbol: of the market.
        stall: seconds without a message after which the connection is taken for dead.
        on_text: told each message as it comes; what it raises ends the connection.
        on_open: told once that it has been subscribed.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        exchange: WebExchange,
        symbol: str,
        stall: float,
        on_text: Callable[[str], None],
        on_open: Callable[[], None],
    ) -> None:
        self._session = session
        self._exchange = exchange
        self._symbol = symbol
        self._stall = stall
        self._on_text = on_text
        self._on_open = on_open
        self._heard = 0.0

    async def hear(self) -> None:
        """Connect, subscribe, and hand every message on, until the connection ends.

        Raises:
            ConnectionLostError: always, in the end.
        """
        address = self._exchange.url + self._exchange.stream(self._symbol)
        try:
            async with self._session.ws_connect(
                address, heartbeat=self._exchange.ping_every, max_msg_size=_LARGEST
            ) as socket:
                for text in self._exchange.subscriptions(self._symbol):
                    await socket.send_str(text)
                self._on_open()
                self._heard = time.monotonic()
                await self._until_first(self._receive(socket), self._watch(), self._keep_alive(socket))
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise ConnectionLostError(f"{type(error).__name__} {printable(str(error))}".strip()) from error
        raise ConnectionLostError("the connection was closed")

    async def _until_first(self, *works: Coroutine[Any, Any, None]) -> None:
        """Do all of it until one ends, or raises."""
        tasks = [asyncio.ensure_future(work) for work in works]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _receive(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            if message.type is aiohttp.WSMsgType.ERROR:
                raise ConnectionLostError(f"the connection broke ({socket.exception()})")
            text = message.data if message.type is aiohttp.WSMsgType.TEXT else message.data.decode(errors="replace")
            self._heard = time.monotonic()
            self._on_text(text)
            if reason := self._exchange.farewell(text):
                raise ConnectionLostError(reason)
        code = socket.close_code
        raise ConnectionLostError("the connection was closed" + (f" (code {code})" if code else ""))

    async def _watch(self) -> None:
        while (quiet := time.monotonic() - self._heard) < self._stall:
            await asyncio.sleep(min(self._stall - quiet, 1.0) + 0.001)
        raise ConnectionLostError(f"no message came for {self._stall:g} seconds")

    async def _keep_alive(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        text = self._exchange.keep_alive()
        while True:
            await asyncio.sleep(self._exchange.ping_every or 3600)
            if text is not None:
                await socket.send_str(text)
