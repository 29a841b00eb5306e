"""An exchange on this machine that serves a recording."""

import asyncio
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Final

from aiohttp import WSCloseCode, WSMsgType, web

from lstm_sweep.orderbook.market import Market
from lstm_sweep.recorder.replay.faults import Fault
from lstm_sweep.recorder.replay.known import served_market
from lstm_sweep.recorder.replay.stream import ServedStep, altered, steps
from lstm_sweep.recorder.replay.truth import TrueBook

_PATIENCE: Final = 5.0
"""Seconds that the stream waits at a recorded snapshot for somebody to ask for it."""

_SETTLING: Final = 0.03
"""Seconds that it waits for whoever asked to have read the answer, or to have said all."""


class ReplayServer:
    """Serves one market: messages go on where the last connection ended, at the recording's pace or faster.

    A book that is asked for is the recorded one once its moment has come; where none is needed before the book is
    known from what was sent, it is made from that.

    Args:
        market: of the recording.
        recording: local times and what was received then; may be read several times.
        speed: how many times faster than recorded; 0: as fast as it is read.
        is_stamped: whether each text begins with the time at which it was recorded, which no exchange sends.
        faults: of the connection.

    Attributes:
        address: without its scheme, once it listens.
        has_ended: whether all of the recording was sent, or no more of it can be.
        failure: what is wrong with the recording, once that has shown.
    """

    def __init__(
        self,
        market: Market,
        recording: Iterable[tuple[int, str]],
        speed: float,
        *,
        is_stamped: bool = False,
        faults: Sequence[Fault] = (),
    ) -> None:
        self.address = ""
        self.has_ended = False
        self.failure: Exception | None = None
        self._served = served_market(market)
        self._speed = speed
        self._is_stamped = is_stamped
        self._steps: Iterator[ServedStep] = steps(recording, self._served, faults)
        self._truth = TrueBook(market, altered(recording, self._served, faults))
        self._old = sum(fault.count for fault in faults if fault.kind == "old_snapshot")
        self._oldest: str | None = None
        self._place = 0
        self._received = next(iter(recording), (0, ""))[0]
        self._began: tuple[float, int] | None = None
        self._turn = 0
        self._has_sent_changes = False
        self._waiting: list[asyncio.Future[str]] = []
        self._asked = asyncio.Event()
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=0.1)

    async def start(self) -> None:
        """Listen on a free port of this machine."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.address = f"{host}:{port}"

    async def stop(self) -> None:
        """Serve nothing more."""
        self._turn += 1
        await self._runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._stream(request)
        answer = self._served.answer(request.path, request.query)
        status, text = (200, await self._book()) if answer is None else answer
        return web.Response(status=status, text=text, content_type="application/json")

    async def _book(self) -> str:
        """A snapshot: of now where the book is known, else the recorded one once its moment has come."""
        truth = self._truth.at(self._place)
        if self._old and self._oldest is not None:
            self._old -= 1
            return self._oldest
        if truth.is_synced:
            return self._stamped(self._served.snapshot(truth), self._received)
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        self._asked.set()
        return await waiting

    async def _stream(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._turn += 1
        channels = self._served.opened(request.query)
        listening = asyncio.create_task(self._listen(socket, channels))
        try:
            await self._play(socket, channels, self._turn)
        except ConnectionError:  # the client has left
            pass
        except Exception as error:
            self.failure, self.has_ended = error, True
        listening.cancel()
        await socket.close(code=WSCloseCode.OK)
        return socket

    async def _listen(self, socket: web.WebSocketResponse, channels: set[str]) -> None:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                subscribed, answers = self._served.told(message.data)
                for text in answers:
                    await socket.send_str(self._stamped(text, self._received))
                channels |= subscribed

    async def _play(self, socket: web.WebSocketResponse, channels: set[str], turn: int) -> None:
        while not channels:
            await asyncio.sleep(0.005)
        await asyncio.sleep(_SETTLING)  # further subscriptions are on their way
        if self._served.is_in_stream and (truth := self._truth.at(self._place)).is_synced:
            await socket.send_str(self._stamped(self._served.snapshot(truth), self._received))
        self._began = None  # time stands still while nobody is there
        while self._turn == turn and not socket.closed:
            step = next(self._steps, None)
            if step is None:
                self.has_ended = True
                return
            await self._keep_pace(step)
            if step.kind == "break":
                self._place, self._received = step.place, step.received
                return
            await self._do(step, socket, channels, turn)

    async def _do(self, step: ServedStep, socket: web.WebSocketResponse, channels: set[str], turn: int) -> None:
        if step.kind == "stall":
            while self._turn == turn and not socket.closed:
                await asyncio.sleep(0.02)
        elif step.kind == "answer":
            await self._hand_out(step)
        for text in step.texts if step.kind == "send" else ():
            # What cannot be told apart any more is sent to all.
            channel = self._served.channel(text)
            if channel in channels or not channel or len(step.texts) > 1:
                self._has_sent_changes = self._has_sent_changes or self._served.is_change(text)
                await socket.send_str(self._stamped(text, step.received))
        self._place, self._received = step.place, step.received

    async def _hand_out(self, step: ServedStep) -> None:
        """Let the moment of a recorded snapshot come; who has heard of changes needs one, and is waited for."""
        text = self._stamped(step.texts[0], step.received)
        self._oldest = self._oldest or text
        if self._truth.at(self._place).is_synced or not self._has_sent_changes:
            return
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._asked.wait(), _PATIENCE)
        self._asked.clear()
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(text)
        self._waiting.clear()
        begun = time.monotonic()
        await asyncio.sleep(_SETTLING)
        if self._began is not None:
            self._began = self._began[0] + time.monotonic() - begun, self._began[1]

    async def _keep_pace(self, step: ServedStep) -> None:
        if not self._speed:
            if not step.place % 64:
                await asyncio.sleep(0)
            return
        now = time.monotonic()
        self._began = self._began or (now, step.received)
        due = self._began[0] + (step.received - self._began[1]) / 1e9 / self._speed
        if due > now:
            await asyncio.sleep(due - now)

    def _stamped(self, text: str, received: int) -> str:
        return f"{received} {text}" if self._is_stamped else text
