"""What a recorder does beside taking lines: pauses, clocks, several markets, a slow disk, the state that it shows."""

import asyncio
import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.manifest import manifests_of
from lstm_sweep.market_store.reading import read_events
from lstm_sweep.orderbook.market import Market
from lstm_sweep.orderbook.messages import Lost
from lstm_sweep.orderbook.units import NANOSECONDS
from lstm_sweep.recorder.asking import ExchangeRefusedError, NotAnsweredError, ask
from lstm_sweep.recorder.beginning import begin_market
from lstm_sweep.recorder.clock import ahead_of
from lstm_sweep.recorder.counts import MarketCounts, together
from lstm_sweep.recorder.exchanges.known import WEB_EXCHANGES
from lstm_sweep.recorder.market_recorder import RecordedMarket
from lstm_sweep.recorder.pauses import LONGEST, GrowingPauses
from lstm_sweep.recorder.process import RecorderProcess
from lstm_sweep.recorder.recording import served_by
from lstm_sweep.recorder.replay.recording import Recording
from lstm_sweep.recorder.replay.server import ReplayServer
from lstm_sweep.recorder.stamping import LocalStamps
from lstm_sweep.recorder.status import StatusLine
from tests.commands import PYTHONPATH, wait_for
from tests.orderbook.invented import invented
from tests.orderbook.recordings import cryptofeed_lines
from tests.recorder.replays import recorded, serving, written
from tests.recorder.test_faults import with_snapshot

MARKET = Market("binance", "XYUSD", "0.01")


def test_pauses_grow_to_a_minute_and_are_short_again_after_a_reset() -> None:
    pauses = GrowingPauses()
    drawn = [pauses.next() for _ in range(9)]
    for pause, most in zip(drawn, [1, 2, 4, 8, 16, 32, LONGEST, LONGEST, LONGEST], strict=True):
        assert most / 2 <= pause <= most
    assert len(set(drawn[6:])) == 3
    pauses.reset()
    assert pauses.next() <= 1


def answered(answer: Callable[[web.Request], Awaitable[web.Response]], work: str = "/x") -> object:
    """What `ask` makes of a server's answer."""

    async def run() -> object:
        app = web.Application()
        app.router.add_get("/{path:.*}", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address = "http://{}:{}".format(*runner.addresses[0][:2])
        try:
            async with aiohttp.ClientSession() as session:
                if work == "clock":
                    return await ahead_of(session, WEB_EXCHANGES["binance"].__class__("", address))
                return (await ask(session, address + work)).text
        except (NotAnsweredError, ExchangeRefusedError) as error:
            return error
        finally:
            await runner.cleanup()

    return asyncio.run(run())


@pytest.mark.parametrize("status", [418, 429, 500, 503])
def test_answer_that_asks_to_come_later_says_when(status: int) -> None:
    async def later(request: web.Request) -> web.Response:
        return web.Response(status=status, text="too many\nrequests", headers={"Retry-After": "7"})

    error = answered(later)
    assert isinstance(error, NotAnsweredError)
    assert (str(error), error.wait) == (f"HTTP {status}: too many requests", 7)


@pytest.mark.parametrize(("status", "serves_nobody"), [(400, False), (404, False), (403, True), (451, True)])
def test_refusal_says_whether_it_is_about_who_asks(status: int, serves_nobody: bool) -> None:
    async def refused(request: web.Request) -> web.Response:
        return web.Response(status=status, text="no")

    error = answered(refused)
    assert isinstance(error, ExchangeRefusedError)
    assert (str(error), error.serves_nobody) == (f"HTTP {status}: no", serves_nobody)


def test_clock_that_is_ahead_is_measured_by_the_shortest_way() -> None:
    ways = iter([0.4, 0.0, 0.3])

    async def behind(request: web.Request) -> web.Response:
        told = json.dumps({"serverTime": time.time_ns() // 1_000_000 - 5000})
        await asyncio.sleep(next(ways))
        return web.Response(text=told)

    found = answered(behind, "clock")
    assert isinstance(found, tuple)
    assert abs(found[1] - 5 * NANOSECONDS) < 0.1 * NANOSECONDS
    assert abs(found[0] - time.time_ns()) < 10 * NANOSECONDS


@pytest.mark.slow
def test_exchange_that_asks_to_connect_anew_is_left_and_one_hole_is_marked(shared_data: Path, tmp_path: Path) -> None:
    market = Market("coinbase", "SKL-USD", "0.00000001")
    lines = list(cryptofeed_lines(shared_data, "cryptofeed_COINBASE.ws.28.0.gz"))
    lines.insert(5000, (lines[5000][0], '{"type":"error","message":"moved"}'))
    made = recorded(tmp_path, market, lines, local=True)
    losses = [event.reason for event in made.events if isinstance(event, Lost)]
    assert losses == ['the exchange refused ({"type":"error","message":"moved"})']
    assert [hole.end is not None for hole in made.holes] == [True]


@pytest.mark.slow
def test_two_markets_are_recorded_at_once_and_do_not_mix(tmp_path: Path) -> None:
    markets = [MARKET, Market("binance_futures", "XYUSD", "0.01")]
    truths = [invented(40, 300), invented(41, 300, is_futures=True)]

    async def work() -> int:
        async with aiohttp.ClientSession() as session:
            process = RecorderProcess(session, 3600, True, StatusLine(600))
            servers = []
            for number, (market, truth) in enumerate(zip(markets, truths, strict=True)):
                path = written(tmp_path / str(number), with_snapshot(truth))
                server = ReplayServer(market, Recording((path,)), 10)
                await server.start()
                servers.append(server)
                ended = lambda server=server: server.has_ended  # noqa: E731
                asked = RecordedMarket(served_by(market, server), market.symbol, 30, LocalStamps(), ended)
                process.add(begin_market(market, tmp_path / "store", NANOSECONDS), asked)
            status = await process.run()
            for server in servers:
                await server.stop()
            return status

    assert asyncio.run(work()) == 0
    for market, truth in zip(markets, truths, strict=True):
        folder = MarketFolder(tmp_path / "store", market)
        assert len(list(read_events(folder))) == len(truth.lines) + 1
        [manifest] = manifests_of(folder)
        assert [part.holes for part in manifest.parts] == [()]


@pytest.mark.slow
def test_slow_disk_stops_nobody_from_receiving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, slept = os.fsync, []

    def slow(number: int) -> None:
        slept.append(number)
        time.sleep(0.7)
        real(number)

    truth = invented(42, 300)
    monkeypatch.setattr(os, "fsync", slow)
    made = recorded(tmp_path, MARKET, with_snapshot(truth), local=True, speed=3)
    events = made.events
    assert len(slept) > 3
    assert len(events) == len(truth.lines) + 1
    # Every 20 ms of the recording are 7 ms here: none came late although all of them waited for the disk.
    waits = [after.received - before.received for before, after in zip(events, events[1:], strict=False)]
    assert max(waits) < 0.5 * NANOSECONDS


@pytest.mark.slow
def test_terminal_has_one_line_that_is_written_over(tmp_path: Path) -> None:
    path = written(tmp_path, with_snapshot(invented(43, 5000)))
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": PYTHONPATH}
    with serving(MARKET, path, speed=10) as (_, settings):
        command = [sys.executable, "-m", "src.record", *settings]
        with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=theirs) as process:
            os.close(theirs)
            market = MarketFolder(tmp_path / "market", MARKET)
            wait_for(lambda: bool(market.open_parts()))
            time.sleep(3)
            process.terminate()
            assert process.wait(60) == 0
    shown = os.read(ours, 1 << 16)
    os.close(ours)
    lines = [line for line in shown.decode().split("\r") if "messages/s" in line]
    assert len(lines) >= 2
    assert all("\n" not in line for line in lines)
    assert lines[-1].startswith("binance XYUSD: in step, 0 holes, ")
    assert " messages/s, lag " in lines[-1]
    assert shown.decode().splitlines()[-1].endswith("0 holes")


def test_markets_that_do_not_fit_into_a_line_are_said_together() -> None:
    markets = [MarketCounts(f"binance M{number}", holes=number, size=10**6, state="in step") for number in range(3)]
    assert together(markets) == "3 markets all in step, 3 holes, 0 messages/s, 3.0 MB"
    markets[1].state = "connecting"
    assert together(markets) == "3 markets not in step: binance M1, 3 holes, 0 messages/s, 3.0 MB"
    assert markets[1].line() == "binance M1: connecting, 1 hole, 0 messages/s, 1.0 MB"


def test_book_that_was_never_known_is_said_at_the_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = invented(44, 50).lines
    recorded(tmp_path, MARKET, lines)
    assert capsys.readouterr().out.endswith(" MB, 0 holes, and its book was never known\n")
    recorded(tmp_path / "known", MARKET, with_snapshot(invented(44, 50)))
    assert capsys.readouterr().out.endswith(" MB, 0 holes\n")
