"""From settings to a process that records."""

from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import aiohttp

from lstm_sweep.config.record import REPLAY, RecordConfig
from lstm_sweep.errors import require
from lstm_sweep.orderbook.market import Market
from lstm_sweep.orderbook.units import NANOSECONDS
from lstm_sweep.recorder.beginning import begin_market, find_market, refuse_what_is_there
from lstm_sweep.recorder.exchanges.exchange import WebExchange
from lstm_sweep.recorder.exchanges.known import WEB_EXCHANGES
from lstm_sweep.recorder.market_recorder import RecordedMarket
from lstm_sweep.recorder.pauses import GrowingPauses
from lstm_sweep.recorder.process import RecorderProcess
from lstm_sweep.recorder.replay.played import played_recording
from lstm_sweep.recorder.replay.server import ReplayServer
from lstm_sweep.recorder.stamping import LocalStamps, RecordedStamps
from lstm_sweep.recorder.status import StatusLine


async def record(config: RecordConfig) -> int:
    """Record what the settings ask for, until the process is told to end.

    Returns:
        The exit status: 0, or 1 where nothing more could be written.

    Raises:
        UserError: where something cannot be recorded as it is asked for.
    """
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession(trust_env=True))
        process = RecorderProcess(session, config.seal, config.keep_raw, StatusLine(config.status))
        if config.exchange == REPLAY:
            server = await _add_replay(process, stack, config)
            status = await process.run()
            if server.failure is not None:
                raise server.failure
            return status
        await _add_markets(process, session, config)
        return await process.run()


async def _add_markets(process: RecorderProcess, session: aiohttp.ClientSession, config: RecordConfig) -> None:
    store, base = Path(config.store), round(config.base * NANOSECONDS)
    found: list[tuple[Market, RecordedMarket]] = []
    for name, typed in config.asked:
        exchange = _exchange(name, config)
        symbol = exchange.symbol(typed)
        require(
            bool(symbol), f"a market must follow the exchange, but {name!r} has none: write it as binance/BTC/USDT."
        )
        market = await find_market(session, exchange, name, symbol, store, config.tick)
        require(
            market not in [each for each, _ in found],
            f"every market must be named once, but {name}/{symbol} is named twice: leave one out.",
        )
        found.append((market, RecordedMarket(exchange, symbol, config.stall, LocalStamps())))
    for begun, asked in [(begin_market(market, store, base), asked) for market, asked in found]:
        refuse_what_is_there(begun.folder, asked.stamps.now())
        process.add(begun, asked)


async def _add_replay(process: RecorderProcess, stack: AsyncExitStack, config: RecordConfig) -> ReplayServer:
    are_recorded = config.stamps == "recorded"
    played = played_recording(config)
    begun = begin_market(played.market, Path(config.store), round(config.base * NANOSECONDS))
    if are_recorded:
        refuse_what_is_there(begun.folder, next(iter(played.recording))[0])
    server = ReplayServer(played.market, played.recording, config.speed, is_stamped=are_recorded)
    await server.start()
    stack.push_async_callback(server.stop)
    stamps = RecordedStamps() if are_recorded else LocalStamps()
    exchange = served_by(played.market, server)
    asked = RecordedMarket(
        exchange,
        played.market.symbol,
        config.stall,
        stamps,
        lambda: server.has_ended,
        lambda: GrowingPauses(0.05, 0.05),
    )
    process.add(begun, asked)
    return server


def served_by(market: Market, server: ReplayServer) -> WebExchange:
    """The market's exchange at a server of this machine."""
    exchange = WEB_EXCHANGES[market.exchange]
    return replace(exchange, url=f"ws://{server.address}", rest_url=f"http://{server.address}")


def _exchange(name: str, config: RecordConfig) -> WebExchange:
    require(
        name in WEB_EXCHANGES,
        f"exchange must be one of {', '.join(WEB_EXCHANGES)}, but is {name!r}: choose one of them.",
    )
    exchange = WEB_EXCHANGES[name]
    return replace(exchange, url=config.url or exchange.url, rest_url=config.rest_url or exchange.rest_url)
