"""Records one market for as long as it is told to: connects, asks for books, and connects anew."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp

from lstm_sweep.recorder.asking import ExchangeRefusedError, NotAnsweredError, ask
from lstm_sweep.recorder.clock import ahead_of
from lstm_sweep.recorder.connection import ConnectionLostError, ExchangeConnection
from lstm_sweep.recorder.counts import IN_STEP, MarketCounts
from lstm_sweep.recorder.exchanges.exchange import WebExchange
from lstm_sweep.recorder.pauses import LONGEST, GrowingPauses
from lstm_sweep.recorder.stamping import Stamps
from lstm_sweep.recorder.tape import MarketTape

_CONNECTED = "connected"

_CLOCK_EVERY = 3600.0
"""Seconds between two looks at the exchange's clock."""


@dataclass(frozen=True)
class RecordedMarket:
    """A market, and how it is reached.

    Attributes:
        exchange: whom to ask.
        symbol: of the market.
        stall: seconds without a message after which the connection is taken for dead.
        stamps: tell when something came.
        ends: whether nothing more will come once the connection has ended, as at the end of a recording.
        pauses: before what failed is tried again.
    """

    exchange: WebExchange
    symbol: str
    stall: float
    stamps: Stamps
    ends: Callable[[], bool] = lambda: False
    pauses: Callable[[], GrowingPauses] = GrowingPauses


class MarketRecorder:
    """Keeps a tape running.

    Args:
        session: of this process.
        asked: which market.
        tape: takes what comes.
        counts: of what came.
    """

    def __init__(
        self, session: aiohttp.ClientSession, asked: RecordedMarket, tape: MarketTape, counts: MarketCounts
    ) -> None:
        self._session = session
        self._asked = asked
        self._tape = tape
        self._counts = counts
        self._is_open = False
        self._changes = 0
        self._had_book = False
        self._held: list[tuple[int, str]] | None = None
        self._asking: asyncio.Task[None] | None = None
        self._opened_at = 0.0

    async def run(self) -> None:
        """Record until cancelled, or until a recording that is replayed has ended."""
        clock = asyncio.create_task(self._look_at_clock())
        try:
            await self._keep_connected()
        finally:
            clock.cancel()
            await self._stop_asking()

    async def _keep_connected(self) -> None:
        asked, pauses = self._asked, self._asked.pauses()
        while True:
            begun = time.monotonic()
            connection = ExchangeConnection(
                self._session, asked.exchange, asked.symbol, asked.stall, self._hear, self._opened
            )
            try:
                await connection.hear()
            except ConnectionLostError as error:
                if await self._lose(str(error)):
                    return
                if self._is_open and time.monotonic() - begun >= LONGEST:
                    pauses.reset()
                self._is_open = False
                pause = pauses.next()
                self._counts.state = f"{error}: connecting anew in {pause:.0f} s"
                await asyncio.sleep(pause)

    def _opened(self) -> None:
        self._is_open = True
        self._opened_at = time.monotonic()
        self._changes = self._tape.changes
        self._had_book = False
        self._counts.state = _CONNECTED

    async def _lose(self, reason: str) -> bool:
        """Note that the connection has ended; returns whether nothing more will come."""
        await self._stop_asking()
        if self._asked.ends():
            self._counts.state = "ended"
            return True
        if self._is_open:
            self._tape.lose(reason, self._asked.stamps.now())
        return False

    def _hear(self, text: str) -> None:
        received, payload = self._asked.stamps.stamp(text)
        self._counts.messages += 1
        if self._held is not None:
            self._held.append((received, payload))
        else:
            self._take(received, payload)

    def _take(self, received: int, payload: str) -> None:
        tape, counts = self._tape, self._counts
        tape.take(received, payload)
        if tape.is_synced:
            counts.state, counts.knew_book = IN_STEP, True
            self._had_book = True
            return
        if counts.state in (IN_STEP, _CONNECTED):
            counts.state = "the book is not known yet"
        if self._asked.exchange.snapshot(self._asked.symbol) is None:
            self._refuse_to_wait()
        elif tape.wants_snapshot and self._asking is None and tape.changes > self._changes:
            self._asking = asyncio.create_task(self._ask_for_book())

    def _refuse_to_wait(self) -> None:
        """Where a connection begins with the book, only a new one brings another."""
        if self._had_book:
            raise ConnectionLostError("the book was lost, and a new one comes with a new connection")
        if time.monotonic() - self._opened_at > self._asked.stall:
            raise ConnectionLostError(f"no book came for {self._asked.stall:g} seconds")

    async def _ask_for_book(self) -> None:
        """Ask until the book is known: a snapshot may turn out to be too old."""
        pauses, tape, stamps = self._asked.pauses(), self._tape, self._asked.stamps
        address = f"{self._asked.exchange.rest_url}{self._asked.exchange.snapshot(self._asked.symbol)}"
        try:
            while not tape.is_synced:
                least = 0.0
                if tape.wants_snapshot:
                    self._held = [] if stamps.are_recorded else None
                    try:
                        answer = await ask(self._session, address)
                    except (NotAnsweredError, ExchangeRefusedError) as error:
                        self._counts.state = f"no book: {error}"
                        least = error.wait
                    else:
                        self._take_answer(answer.text)
                    self._let_go()
                await asyncio.sleep(0 if tape.is_synced else max(pauses.next(), least))
        finally:
            self._let_go()
            self._asking = None

    def _take_answer(self, text: str) -> None:
        received, payload = self._asked.stamps.stamp(text)
        self._counts.messages += 1
        if self._held is None:
            self._take(received, payload)
        else:
            self._held.append((received, payload))
            self._held.sort(key=lambda line: line[0])

    def _let_go(self) -> None:
        """Take over what was held back while a book was asked for."""
        held, self._held = self._held, None
        for received, payload in held or ():
            self._take(received, payload)

    async def _stop_asking(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)
            self._asking = None

    async def _look_at_clock(self) -> None:
        """Note every hour how far the local clock is ahead of the exchange's."""
        while not self._asked.stamps.are_recorded:
            try:
                received, offset = await ahead_of(self._session, self._asked.exchange)
            except NotAnsweredError:
                await asyncio.sleep(LONGEST)
            else:
                self._tape.note_clock(received, offset)
                await asyncio.sleep(_CLOCK_EVERY)
