"""Trades of a dump, as events: what exchanges offer for download, or what somebody wrote down."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lstm_sweep.config import TradesData
from lstm_sweep.config.spelling import typed
from lstm_sweep.data.bars import Bars
from lstm_sweep.data.files.cells import Cells, refuse
from lstm_sweep.data.files.file import bars_of_table, named_table
from lstm_sweep.data.files.table import FileTable
from lstm_sweep.errors import UserError, require
from lstm_sweep.orderbook.messages import Trade
from lstm_sweep.orderbook.units import SIZES, Ticks

_AMOUNTS: Final = ("amount", "size", "qty", "quantity", "volume", "vol", "q")
_SIDES: Final = ("side", "takerside", "type", "isbuyermaker", "buyermaker", "m")
_BUYS: Final = {"buy": 1, "b": 1, "bid": 1, "sell": -1, "s": -1, "ask": -1}
_RESTED: Final = {"true": -1, "false": 1, "1": -1, "0": 1}
"""Whether the buyer's order rested: then the seller came second."""
_MOST_DECIMALS: Final = 12
MOST: Final = 9e10
"""Size of a trade that 64 bits hold in 1e-8."""


@dataclass(frozen=True)
class TradeDump:
    """Trades in the order in which they happened.

    Attributes:
        bars: as files give them: a row per trade, with its price and what else was found.
        ticks: the smallest step that all prices are multiples of.
        amount: name of the column of sizes; None where there is none, and all sizes are zero.
        side: name of the column of sides, 1 for a buyer who came second and -1 for a seller; None where there is none.
        buys: the word in it that was taken for a buyer who came second.
    """

    bars: Bars
    ticks: Ticks
    amount: str | None
    side: str | None
    buys: str = ""

    def trades(self) -> Iterator[Trade]:
        """The trades as events, received when they happened."""
        table = self.bars.table
        times = pd.DatetimeIndex(table.index).as_unit("ns").asi8
        prices = _counts(table[self.bars.price].to_numpy(), self.ticks.decimals)
        sizes = np.zeros(len(table), np.int64)
        if self.amount is not None:
            sizes = np.rint(table[self.amount].to_numpy() * 10**SIZES.decimals).astype(np.int64)
        buys = np.ones(len(table), bool) if self.side is None else table[self.side].to_numpy() > 0
        for number, (time, price, size, is_buy) in enumerate(
            zip(times.tolist(), prices.tolist(), sizes.tolist(), buys.tolist(), strict=True)
        ):
            yield Trade(time, time, number, price, size, is_buy)


def read_dump(config: TradesData) -> TradeDump:
    """Read files of trades.

    Raises:
        UserError: where a file cannot be read, or a column is not what it should be.
    """
    files = config.files()
    table = named_table(files)
    names = [str(name) for name in table.rows.columns]
    amount = _column(table, names, config.amount, _AMOUNTS, "data.amount")
    side = _column(table, names, config.side, _SIDES, "data.side")
    buys = ""
    if side is not None:
        sides = _sides(table, side)
        buys = str(next(iter(table.rows[side][sides > 0]), ""))
        table = replace(table, rows=table.rows.assign(**{side: sides}))
    bars = bars_of_table(table, files, [name for name in (amount, side) if name is not None])
    bars = replace(bars, table=bars.table[bars.table[bars.price].notna()])
    require(len(bars.table) > 0, f"{bars.name} must hold trades, but holds no price: choose another file.")
    if amount is not None:
        _check_sizes(bars, amount)
    return TradeDump(bars, _ticks(bars), amount, side, buys)


def _column(
    table: FileTable, names: Sequence[str], asked: str | None, known: Sequence[str], setting: str
) -> str | None:
    """The column that is asked for, or the first that bears a known name."""
    if asked is not None:
        require(
            asked in names,
            f"{setting} must name a column of {table.path}, but {asked!r} is none: choose from {', '.join(names)}.",
        )
        return asked
    plain = {re.sub(r"[^a-z]", "", name.lower()): name for name in reversed(names)}
    return next((plain[each] for each in known if each in plain), None)


def _sides(table: FileTable, side: str) -> "pd.Series[float]":
    """1 where a buyer came second, -1 where a seller did."""
    cells = table.rows[side]
    words = cells.astype("str").str.strip().str.lower()
    says_who_rested = "maker" in side.lower() or side == "m" or bool(words.isin(["true", "false"]).all())
    meaning = _RESTED if says_who_rested else _BUYS
    numbers = words.map(meaning)
    advice = f"write it so, or name the column that says it with {typed('data.side', 'COLUMN')}"
    expected = "true or false (whether the buyer rested)" if says_who_rested else "buy or sell"
    refuse(Cells(table, cells), numbers.isna(), expected, advice)
    return numbers.astype("float64")


def _check_sizes(bars: Bars, amount: str) -> None:
    sizes = bars.table[amount].to_numpy()
    bad = np.flatnonzero(~(np.isfinite(sizes) & (sizes >= 0) & (sizes < MOST)))
    if bad.size == 0:
        return
    raise UserError(
        f"{bars.name} must say in each row how much was traded, from 0 to {MOST:g}, but {amount} is {sizes[bad[0]]:g} "
        f"at {bars.table.index[bad[0]]}: correct it, or name another column with {typed('data.amount', 'COLUMN')}."
    )


def _ticks(bars: Bars) -> Ticks:
    """The decimals that all prices need."""
    prices = bars.table[bars.price].to_numpy()
    for decimals in range(_MOST_DECIMALS + 1):
        if np.array_equal(_counts(prices, decimals) / 10**decimals, prices):
            return Ticks.of(f"{10.0**-decimals:.{decimals}f}")
    raise UserError(
        f"{bars.name} must hold prices of at most {_MOST_DECIMALS} decimals, but does not: they are none of trades, so "
        f"choose another column with {typed('data.price', 'COLUMN')}."
    )


def _counts(prices: NDArray[np.float64], decimals: int) -> NDArray[np.int64]:
    return np.rint(prices * 10**decimals).astype(np.int64)
