"""One process that records several markets at once, until it is told to end."""

import asyncio
import errno
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import aiohttp

from lstm_sweep.errors import printable
from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.orderbook.listener import BookHole
from lstm_sweep.orderbook.market import Market
from lstm_sweep.orderbook.units import NANOSECONDS
from lstm_sweep.recorder.beginning import BegunMarket
from lstm_sweep.recorder.counts import MarketCounts
from lstm_sweep.recorder.market_recorder import MarketRecorder, RecordedMarket
from lstm_sweep.recorder.sealing import PartSealer
from lstm_sweep.recorder.status import StatusLine
from lstm_sweep.recorder.tape import MarketTape
from lstm_sweep.recorder.writer import PartWriter


@dataclass
class _Work:
    """All that belongs to one market while it is recorded."""

    begun: BegunMarket
    asked: RecordedMarket
    counts: MarketCounts
    writer: PartWriter
    tape: MarketTape


class RecorderProcess:
    """Records until it is told to end, or until recordings that are replayed have ended.

    Args:
        session: for all requests.
        seal: seconds of a part.
        keep_raw: whether lines stay once they are sealed.
        status: what is said meanwhile.
    """

    def __init__(self, session: aiohttp.ClientSession, seal: float, keep_raw: bool, status: StatusLine) -> None:
        self._session = session
        self._seal = round(seal * NANOSECONDS)
        self._status = status
        self._loop = asyncio.get_running_loop()
        self._ending = asyncio.Event()
        self._failure: Exception | None = None
        self._is_written = False
        self._works: list[_Work] = []
        self._sealer = PartSealer(keep_raw, self._fail_to_seal)

    def add(self, begun: BegunMarket, asked: RecordedMarket) -> None:
        """Record a market, too; parts that were left open are sealed first."""
        market = begun.folder.market
        counts = MarketCounts(f"{market.exchange} {market.symbol}")
        writer = PartWriter(begun.folder, self._closing(begun.folder), self._fail)
        tape = MarketTape(begun.folder, writer, self._seal, counts.see)
        self._works.append(_Work(begun, asked, counts, writer, tape))
        if begun.folder.open_parts():
            self._sealer.seal(begun.folder)

    def holes(self, market: Market) -> list[BookHole]:
        """Those of a market until now."""
        return next(work.tape.holes for work in self._works if work.begun.folder.market == market)

    async def run(self) -> int:
        """Record.

        Returns:
            0 once it was told to end or all has ended, 1 where nothing more could be written.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            self._loop.add_signal_handler(number, self._end)
        recorders = [
            asyncio.create_task(MarketRecorder(self._session, work.asked, work.tape, work.counts).run())
            for work in self._works
        ]
        all_ended, told = asyncio.create_task(_all(recorders)), asyncio.create_task(self._told())
        showing = asyncio.create_task(self._show())
        try:
            done, _ = await asyncio.wait([all_ended, told], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (*recorders, all_ended, told, showing):
                task.cancel()
            await asyncio.gather(*recorders, all_ended, told, showing, return_exceptions=True)
            await asyncio.to_thread(self._finish)
            for work in self._works:
                work.begun.lock.release()
        return self._summary()

    def _finish(self) -> None:
        """Write and seal what is left."""
        for work in self._works:
            work.tape.end("the recorder was told to end" if self._failure is None else "the disk was full")
        for work in self._works:
            work.writer.stop()
        self._is_written = True
        self._sealer.stop()

    def _summary(self) -> int:
        self._count()
        for work in self._works:
            self._status.say(work.counts.summary())
        if self._failure is None:
            return 0
        what = "the disk is full" if _is_full(self._failure) else f"writing failed ({printable(str(self._failure))})"
        places = ", ".join(sorted({str(work.begun.folder.path) for work in self._works}))
        self._status.fail(
            f"{what}: recording has ended, and what had been sealed or synced in {places} is kept: make room, and the "
            "same command goes on."
        )
        return 1

    def _end(self) -> None:
        """End; told again while parts are being sealed, at once: a process of its own goes on with them."""
        if self._is_written:
            self._status.say("what was recorded is still being sealed; the next start looks after it")
            os._exit(0)
        self._ending.set()

    async def _told(self) -> None:
        await self._ending.wait()

    async def _show(self) -> None:
        while True:
            await asyncio.sleep(self._status.every)
            self._count()
            self._status.show([work.counts for work in self._works])

    def _count(self) -> None:
        for work in self._works:
            tape, counts = work.tape, work.counts
            counts.holes, counts.size = len(tape.holes), work.writer.size
            counts.unread, counts.last_unread = tape.unread, tape.last_unread

    def _closing(self, folder: MarketFolder) -> Callable[[int], None]:
        return lambda start: self._sealer.seal(folder, start)

    def _fail(self, error: Exception) -> None:
        """Nothing more can be written: all ends."""
        self._failure = self._failure or error
        self._loop.call_soon_threadsafe(self._ending.set)

    def _fail_to_seal(self, error: Exception) -> None:
        if _is_full(error):
            self._fail(error)
        else:
            self._status.say(
                f"a part could not be sealed ({printable(str(error))}): it stays open, and the next start seals it"
            )


async def _all(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Return once all have ended, or raise what one of them raises."""
    await asyncio.gather(*tasks)


def _is_full(error: Exception) -> bool:
    """Whether it says that nothing more fits: on the disk, of a quota, into a file."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
