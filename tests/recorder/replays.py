"""Recordings served by a real server of this machine, and recorded again."""

import asyncio
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.reading import read_events
from lstm_sweep.market_store.verifying import verify
from lstm_sweep.orderbook.listener import BookHole
from lstm_sweep.orderbook.market import Market
from lstm_sweep.orderbook.messages import Event
from lstm_sweep.orderbook.units import NANOSECONDS
from lstm_sweep.recorder.beginning import begin_market
from lstm_sweep.recorder.market_recorder import RecordedMarket
from lstm_sweep.recorder.process import RecorderProcess
from lstm_sweep.recorder.recording import served_by
from lstm_sweep.recorder.replay.faults import Fault
from lstm_sweep.recorder.replay.recording import Recording
from lstm_sweep.recorder.replay.server import ReplayServer
from lstm_sweep.recorder.stamping import LocalStamps, RecordedStamps
from lstm_sweep.recorder.status import StatusLine


@dataclass(frozen=True)
class Recorded:
    """What came of a recording: its folder, its events, its holes as the recorder saw them."""

    folder: MarketFolder
    status: int
    holes: list[BookHole]

    @property
    def events(self) -> list[Event]:
        """All that was recorded, once nothing was found to be wrong with the store."""
        assert [finding for finding in verify(self.folder) if finding.is_wrong] == []
        return list(read_events(self.folder))


def written(folder: Path, lines: Iterable[tuple[int, str]]) -> Path:
    """Lines in a file."""
    folder.mkdir(exist_ok=True)
    path = folder / "recording.lines"
    path.write_text("".join(f"{received} {payload}\n" for received, payload in lines))
    return path


def recorded(
    folder: Path,
    market: Market,
    lines: Iterable[tuple[int, str]] | Path,
    *,
    speed: float = 0,
    local: bool = False,
    faults: Sequence[Fault] = (),
    seal: float = 3600,
    stall: float = 30,
) -> Recorded:
    """Record lines through a server, until they have ended."""
    path = lines if isinstance(lines, Path) else written(folder, lines)

    async def work() -> Recorded:
        begun = begin_market(market, folder / "store", NANOSECONDS)
        server = ReplayServer(market, Recording((path,)), speed, is_stamped=not local, faults=faults)
        await server.start()
        stamps = LocalStamps() if local else RecordedStamps()
        asked = RecordedMarket(served_by(market, server), market.symbol, stall, stamps, lambda: server.has_ended)
        async with aiohttp.ClientSession() as session:
            process = RecorderProcess(session, seal, True, StatusLine(600))
            process.add(begun, asked)
            status = await process.run()
            await server.stop()
        return Recorded(begun.folder, status, process.holes(market))

    return asyncio.run(work())


@contextmanager
def serving(
    market: Market, path: Path, speed: float = 0, *, faults: Sequence[Fault] = ()
) -> Iterator[tuple[ReplayServer, list[str]]]:
    """A server in a thread of its own, and the settings with which a recorder finds it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = ReplayServer(market, Recording((path,)), speed, faults=faults)
    try:
        asyncio.run_coroutine_threadsafe(server.start(), loop).result()
        settings = [
            *(f"exchange={market.exchange}", f"market={market.symbol}"),
            *(f"url=ws://{server.address}", f"rest_url=http://{server.address}"),
        ]
        yield server, settings
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
