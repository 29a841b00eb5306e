"""What must be settled before a market can be recorded: that it is there, its tick, and that nobody else records it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import aiohttp
from filelock import BaseFileLock

from lstm_sweep.errors import UserError, require
from lstm_sweep.market_store.holding import take_lock
from lstm_sweep.market_store.layout import MarketFolder, markets_in
from lstm_sweep.market_store.sections import sections
from lstm_sweep.orderbook.market import Market
from lstm_sweep.orderbook.units import NANOSECONDS, Ticks
from lstm_sweep.recorder.asking import ExchangeRefusedError, NotAnsweredError, ask
from lstm_sweep.recorder.exchanges.exchange import WebExchange


@dataclass(frozen=True)
class BegunMarket:
    """A market that is recorded by this process and no other.

    Attributes:
        folder: where.
        lock: held until the process ends.
    """

    folder: MarketFolder
    lock: BaseFileLock


async def find_market(
    session: aiohttp.ClientSession, exchange: WebExchange, name: str, symbol: str, store: Path, tick: str | None
) -> Market:
    """The market with its tick: as it was set, else as its exchange says, else as the store has it.

    Args:
        session: of this process.
        exchange: whom to ask.
        name: of the exchange.
        symbol: of the market.
        store: where it may have been recorded before.
        tick: that was set, or None.

    Raises:
        UserError: where there is no such market, or nobody says its tick.
    """
    if tick is not None:
        return Market(name, symbol, plain_tick(tick))
    known = [each for each in markets_in(store) if (each.exchange, each.symbol) == (name, symbol)]
    try:
        answer = await ask(session, exchange.rest_url + exchange.facts(symbol))
        found = exchange.tick(answer.json(), symbol)
    except ExchangeRefusedError as error:
        require(
            not error.serves_nobody,
            f"{name} must serve this machine, but answered {error}: record from elsewhere, or another exchange.",
        )
        raise UserError(_unknown(name, symbol, str(error))) from None
    except (NotAnsweredError, KeyError, TypeError, ValueError, AttributeError) as error:
        if known:
            return known[0]
        raise UserError(
            f"{exchange.rest_url} must say the smallest step of {symbol}'s price, but did not ({error}): see whether "
            "it can be reached, or record it alone with tick=0.01 or what it is: recording begins once it can."
        ) from None
    if found is None:
        raise UserError(_unknown(name, symbol, "it is not among its markets"))
    return Market(name, symbol, plain_tick(found))


def begin_market(market: Market, store: Path, base: int) -> BegunMarket:
    """Make the market's folder, and hold it.

    Args:
        market: that is recorded.
        store: root of the store.
        base: length of base bars in nanoseconds.

    Raises:
        UserError: where another process records it, or the store has it with another tick.
    """
    folder = MarketFolder(store, market)
    try:
        folder.begin(base)
        lock = take_lock(folder.path / "recording.lock")
    except OSError as error:
        raise UserError(
            f"store must be a folder that can be written to, but {store} is not ({error.strerror}): set another one."
        ) from None
    except UserError as error:
        if "another process" not in str(error):
            raise
        raise UserError(
            f"{market.exchange} {market.symbol} must be recorded into {store} by one process, but another one does: "
            "end it, or set another store."
        ) from None
    return BegunMarket(folder, lock)


def refuse_what_is_there(folder: MarketFolder, first: int) -> None:
    """Refuse to record a time that the store has already: of another clock, or the same recording once more.

    Args:
        folder: of the market.
        first: time of the first line to come, in nanoseconds since 1970.

    Raises:
        UserError: where a part begins then or later.
    """
    newest = max((section.start for section in sections(folder)), default=-1)
    require(
        newest < first,
        f"what is recorded must be newer than what {folder.path} holds, but begins at {_iso(first)} and that holds "
        f"{_iso(newest)}: set another store (a replay: or stamps=local), or the clock of this machine.",
    )


def plain_tick(tick: str) -> str:
    """The same step in the one way in which a store writes it: '0.01' for '0.01000000'."""
    ticks = Ticks.of(tick)
    return f"{Decimal(ticks.unit).scaleb(-ticks.decimals):f}"


def _unknown(name: str, symbol: str, said: str) -> str:
    advice = "write it as the exchange does, or as BTC/USDT"
    return f"market must be one of {name}'s, but {symbol!r} is not ({said}): {advice}."


def _iso(time: int) -> str:
    """A time in nanoseconds since 1970, to the second."""
    return f"{datetime.fromtimestamp(time // NANOSECONDS, UTC):%Y-%m-%dT%H:%M:%SZ}"
