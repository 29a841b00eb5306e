"""Prices of any exchange: the bars that are kept, and over the network only those that are missing."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from lstm_sweep.config import BitcoinData
from lstm_sweep.config.checks import installed
from lstm_sweep.data.bars import Bars, bar_length, check_features
from lstm_sweep.data.exchange.cache import (
    COLUMNS,
    Candle,
    Stretch,
    cache_file,
    load_stretch,
    make_stretch,
    save_stretch,
)
from lstm_sweep.data.exchange.unreachable import UnreachableError
from lstm_sweep.errors import UserError, require

if TYPE_CHECKING:
    from lstm_sweep.data.exchange.client import ExchangeClient

_PAUSES = (1.0, 2.0, 4.0, 8.0)
_DAY = timedelta(days=1)
OTHERS = tuple(column for column in COLUMNS if column != "close")
"""Columns beside the price."""


@dataclass(frozen=True)
class AskedSpan:
    """The bars asked for: those that start from `start` to before `stop`, milliseconds since 1970, UTC.

    It is settled if a later bar is over too; else the exchange may still be about to publish the last one.
    """

    start: int
    stop: int
    step: int
    settled: bool


def read_exchange(
    config: BitcoinData, features: Sequence[str], now: int | None = None, pauses: Sequence[float] = _PAUSES
) -> Bars:
    """The complete bars of a market from `data.since` to `data.until`; the price is the close.

    What an earlier run downloaded is kept in the user's cache folder (or `data.cache`) and not asked for again; where
    it holds all, no network is needed. The bar that is not over yet is neither returned nor kept.

    Args:
        config: exchange, market, length of bars, days.
        features: any of open, high, low and volume.
        now: milliseconds since 1970, UTC; None reads the clock.
        pauses: seconds before each repetition of a request that failed.

    Raises:
        UserError: where a setting is wrong, or bars are missing and the exchange cannot be reached.
    """
    check_features(market_name(config), features, OTHERS)
    span = asked_span(config, int(time.time() * 1000) if now is None else now)
    kept = load_stretch(cache_file(config))
    if kept is None or not kept.covers(span.start, span.stop):
        kept = _complete(config, kept or make_stretch(span.start, span.start, []), span, pauses)
    return bars_of_span(config, features, kept, span)


def bars_of_span(config: BitcoinData, features: Sequence[str], kept: Stretch, span: AskedSpan) -> Bars:
    """Bars out of what is kept.

    Raises:
        UserError: where there are none in the span.
    """
    name = market_name(config)
    first, last = pd.Timestamp(span.start, unit="ms"), pd.Timestamp(span.stop - 1, unit="ms")
    table = kept.table.loc[first:last]
    require(
        len(table) > 0, f"{name} must have bars from {first:%Y-%m-%d} to {last:%Y-%m-%d}, but has none: set others."
    )
    note = f"{name} starts on {table.index[0]:%Y-%m-%d}, not on data.since={config.since}"
    notes = (note,) if table.index[0] - first >= pd.Timedelta(days=1) else ()
    return Bars(name, table[["close", *features]], "close", pd.Timedelta(span.step, unit="ms"), notes, OTHERS)


def market_name(config: BitcoinData) -> str:
    """'bitstamp BTC/USD 1d'."""
    return f"{config.exchange} {config.symbol} {config.timeframe}"


def asked_span(config: BitcoinData, now: int) -> AskedSpan:
    """The bars that are asked for and over at `now`, milliseconds since 1970.

    Raises:
        UserError: where a day is none, or the first one is not before the last.
    """
    step = int(bar_length("data.timeframe", config.timeframe) / pd.Timedelta(milliseconds=1))
    start = _milliseconds(_day("data.since", config.since))
    over = now - step + 1  # bars that start before this are over
    stop = over if config.until is None else min(over, _milliseconds(_day("data.until", config.until) + _DAY))
    require(
        start < stop,
        f"data.since must be before data.until and before today, but is {config.since} (data.until={config.until}): "
        "set an earlier day.",
    )
    return AskedSpan(start, stop, step, settled=stop < over)


def _day(setting: str, text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise UserError(f"{setting} must be an ISO date, but is {text!r}: write it like 2024-12-31.") from None


def _milliseconds(day: datetime) -> int:
    return int(day.timestamp()) * 1000


def _complete(config: BitcoinData, kept: Stretch, span: AskedSpan, pauses: Sequence[float]) -> Stretch:
    """What is kept, with the missing bars before and after it, also in the cache."""
    # Only here, where something is missing: ccxt takes seconds to import.
    installed("ccxt", "exchange", "downloads of data=bitcoin")
    from lstm_sweep.data.exchange.client import ExchangeClient

    try:
        client = ExchangeClient(config, pauses)
        if span.start < kept.start:
            candles: list[Candle] = []
            _download(client, candles, span.start, kept.start)
            kept = make_stretch(span.start, kept.start, candles).before(kept)
            save_stretch(cache_file(config), kept)
        return _extend(config, client, kept, span) if kept.stop < span.stop else kept
    except UnreachableError as error:
        raise UserError(
            f"{config.exchange} must answer, for bars of {config.symbol} are missing, but did not "
            f"({error}): {_advice(kept, span)}."
        ) from None


def _extend(config: BitcoinData, client: "ExchangeClient", kept: Stretch, span: AskedSpan) -> Stretch:
    """What is kept, with the bars after it; also when the download is cut off, what came of it is kept."""
    candles: list[Candle] = []
    finished = False
    try:
        _download(client, candles, kept.stop, span.stop)
        finished = True
    finally:
        if candles:  # an exchange that gave nothing may just be out of order
            # Our clock, by which the span is settled, may be ahead of the exchange's.
            settled = span.settled and (client.answered is None or span.stop + span.step <= client.answered)
            stop = span.stop if finished and settled else int(candles[-1][0]) + span.step
            kept = kept.before(make_stretch(kept.stop, stop, candles))
            save_stretch(cache_file(config), kept)
    return kept


def _download(client: "ExchangeClient", candles: list[Candle], start: int, stop: int) -> None:
    with _progress(client.name) as report:
        for page in client.pages(start, stop):
            candles += page
            report((page[-1][0] - start) / (stop - start) if page else 0.0)


@contextmanager
def _progress(title: str) -> Iterator[Callable[[float], None]]:
    """A bar on stderr that takes the share that is done; nothing where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(title, total=1.0)
        yield lambda share: bar.update(task, completed=share)


def _advice(kept: Stretch, span: AskedSpan) -> str:
    last = datetime.fromtimestamp(kept.stop // 1000, UTC) - _DAY
    if kept.start <= span.start and _milliseconds(last) >= span.start:
        return f"check the network, or set data.until={last:%Y-%m-%d} to use the bars that are kept"
    return "check the network"
