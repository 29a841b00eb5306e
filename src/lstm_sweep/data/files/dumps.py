"""Names for the columns of dumps that have no header, as exchanges and terminals write them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd

from lstm_sweep.config import CsvData
from lstm_sweep.data.files.numbers.read import read_numbers
from lstm_sweep.data.files.table import FileTable
from lstm_sweep.data.files.times.text import is_time
from lstm_sweep.errors import UserError

_SAMPLE = 200
_CANDLE = ("open", "high", "low", "close")


@dataclass(frozen=True)
class Dump:
    """What a file without a header may be.

    Attributes:
        origin: who writes such files.
        names: of the columns.
        least: fewest columns of a file that begins like it.
    """

    origin: str
    names: tuple[str, ...]
    least: int


DUMPS = (
    Dump("time and price", ("time", "price"), 2),
    Dump("price and time", ("price", "time"), 2),
    Dump("MetaTrader's export", ("date", "clock", *_CANDLE, "volume", "real_volume", "spread"), 6),
    Dump("Binance's klines", ("open_time", *_CANDLE, "volume", "close_time", "quote_volume", "trades")
         + ("taker_buy_volume", "taker_buy_quote_volume", "ignore"), 7),
    Dump("Yahoo's table", ("time", *_CANDLE, "adj_close", "volume"), 7),
    Dump("Yahoo's older table", ("time", *_CANDLE, "volume", "adj_close"), 7),
    Dump("Bybit's candles", ("time", *_CANDLE, "volume", "turnover"), 7),
    Dump("Kraken's candles", ("time", *_CANDLE, "volume", "trades"), 7),
    Dump("Kraken's replies", ("time", *_CANDLE, "vwap", "volume", "trades"), 8),
    Dump("candles", ("time", *_CANDLE, "volume"), 5),
    Dump("Bitfinex's candles", ("time", "open", "close", "high", "low", "volume"), 6),
    Dump("Coinbase's candles", ("time", "low", "high", "open", "close", "volume"), 6),
    Dump("Binance's trades", ("id", "price", "amount", "quote_amount", "time", "is_buyer_maker", "is_best_match"), 5),
)  # fmt: skip
"""The first whose columns pass every check names the columns of a file."""


def name_columns(table: FileTable, config: CsvData) -> FileTable:
    """A table without a header, its columns named where it looks like a known dump.

    Args:
        table: any table; one with a header is returned as it is.
        config: how numbers are written.
    """
    if table.has_header:
        return table
    sample = table.rows.head(_SAMPLE)
    numbers = pd.DataFrame({name: _numbers(table, str(name), config) for name in sample.columns})
    for dump in DUMPS:
        width = len(sample.columns)
        if dump.least <= width <= len(dump.names) and _fits(dump.names[:width], sample, numbers):
            names = dump.names[:width]
            note = f"no header: taken for {dump.origin}; data.price=N and data.time=N, from 0, decide"
            return replace(table, rows=table.rows.set_axis(list(names), axis=1), notes=(*table.notes, note))
    return table


def _numbers(table: FileTable, name: str, config: CsvData) -> "pd.Series[float]":
    sample = replace(table, rows=table.rows[[name]].head(_SAMPLE))
    try:
        return read_numbers(sample, [name], config)[0][name]
    except UserError:
        return pd.to_numeric(sample.rows[name], errors="coerce").astype("float64")


def _fits(names: tuple[str, ...], cells: pd.DataFrame, numbers: pd.DataFrame) -> bool:
    named = numbers.set_axis(list(names), axis=1)
    candle = [name for name in _CANDLE if name in names]
    if len(candle) == len(_CANDLE):
        named = named[named[candle].notna().any(axis=1)]
        if named.empty or not (_is_candle(named) and _follows(named, names)):
            return False
    texts = cells.set_axis(list(names), axis=1).astype("str")
    return all(check(texts, named) for name, check in _CHECKS.items() if name in names)


def _is_candle(named: pd.DataFrame) -> bool:
    body = named[["open", "close"]]
    return bool(((named["low"] <= body.min(axis=1)) & (body.max(axis=1) <= named["high"])).all())


def _follows(named: pd.DataFrame, names: tuple[str, ...]) -> bool:
    """Whether bars open nearer to the close before than they close to the open before.

    Asked only where another order of the columns than the usual one is supposed.
    """
    if names.index("open") < names.index("high") < names.index("low") < names.index("close"):
        return True
    ordered = named.sort_values("time")
    follows = (ordered["open"] - ordered["close"].shift()).abs().sum()
    crossed = (ordered["close"] - ordered["open"].shift()).abs().sum()
    return bool(ordered["time"].notna().all() and follows <= crossed)


def _are_times(texts: "pd.Series[str]") -> bool:
    return bool(texts.dropna().map(is_time).all())


_Check = Callable[[pd.DataFrame, pd.DataFrame], bool]

_CHECKS: dict[str, _Check] = {
    "time": lambda texts, numbers: _is_when(texts["time"], numbers["time"]),
    "open_time": lambda texts, numbers: _is_when(texts["open_time"], numbers["open_time"]),
    "date": lambda texts, numbers: _are_times(texts["date"]) or bool(numbers["date"].between(19000101, 21001231).all()),
    "clock": lambda texts, numbers: bool(texts["clock"].str.fullmatch(r"\d{1,2}:\d\d(:\d\d)?|\d{4}|\d{6}").all()),
    "price": lambda texts, numbers: bool(numbers["price"].notna().all() and not _are_times(texts["price"])),
    "close_time": lambda texts, numbers: bool((numbers["close_time"] >= numbers["open_time"]).all()),
    "trades": lambda texts, numbers: bool((numbers["trades"].dropna() % 1 == 0).all()),
    "vwap": lambda texts, numbers: bool((numbers["vwap"] <= numbers["high"] * 1.000001).all()),
    "volume": lambda texts, numbers: bool((numbers["volume"].dropna() >= 0).all()),
    "turnover": lambda texts, numbers: bool(
        (numbers["turnover"] / (numbers["volume"] * numbers["close"])).dropna().between(0.8, 1.25).all()
    ),
    "adj_close": lambda texts, numbers: (
        _is_adjusted(numbers["adj_close"] / numbers["close"])
        and _distance(numbers, "adj_close") < _distance(numbers, "volume")
    ),
    "quote_amount": lambda texts, numbers: bool(
        ((numbers["price"] * numbers["amount"] / numbers["quote_amount"] - 1).abs() < 1e-4).all()
    ),
}
"""What the columns of a dump must be beside candles, by name."""


def _is_when(texts: "pd.Series[str]", numbers: "pd.Series[float]") -> bool:
    months = numbers.between(190001, 210012) & (numbers % 100).between(1, 12)
    return _are_times(texts) or bool((numbers >= 19000000).mean() > 0.5 or months.all())


def _is_adjusted(share: "pd.Series[float]") -> bool:
    return bool(share.between(0.01, 1.000001).all() and not (share.diff().abs() > 0.05).any())


def _distance(numbers: pd.DataFrame, name: str) -> float:
    """How far a column is from the close, as a share of it."""
    return float((numbers[name] / numbers["close"] - 1).abs().mean())
