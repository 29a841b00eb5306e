"""The variables of a bar, each with all that there is to say of it."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

from lstm_sweep.orderbook.bar_state import ORDER_FLOWS, BarState, doubled_mid
from lstm_sweep.orderbook.book import BookSide
from lstm_sweep.orderbook.units import SIZES

BASIS_POINTS: Final = 10_000


@dataclass(frozen=True)
class BookVariable:
    """A variable, known at its bar's end.

    Attributes:
        name: of its column.
        meaning: for people.
        unit: 'price', 'size' (of what is traded, such as bitcoin), 'bp' (hundredths of a per cent of mid), or '1'.
        source: what it is read from: the best prices ('top'), the levels of the book ('levels'), 'trades', or every
            order ('orders', level 3 only: always NaN elsewhere).
        over_bars: how bars become a longer one: the last, the highest or the lowest that is known holds, or the sum.
        transform: what makes it a feature, in the words of `windows.transform`.
        value: computes it at the bar's end; NaN while it is not known.
    """

    name: str
    meaning: str
    unit: Literal["price", "size", "bp", "1"]
    source: Literal["top", "levels", "trades", "orders"]
    over_bars: Literal["last", "max", "min", "sum"]
    transform: Literal["log_return", "none"]
    value: Callable[[BarState], float]


def _mid(state: BarState) -> float:
    doubled = doubled_mid(state.top) if state.top is not None else None
    return math.nan if doubled is None else state.ticks.value(doubled) / 2


def _spread(state: BarState) -> float:
    doubled = doubled_mid(state.top) if state.top is not None else None
    if not doubled or state.top is None:
        return math.nan
    return 2 * BASIS_POINTS * (state.top.asks[0][0] - state.top.bids[0][0]) / doubled


def _microprice(state: BarState) -> float:
    if state.top is None or doubled_mid(state.top) is None:
        return math.nan
    (bid, bid_size), (ask, ask_size) = state.top.bids[0], state.top.asks[0]
    return state.ticks.value(bid * ask_size + ask * bid_size) / (bid_size + ask_size)


def _top_imbalance(state: BarState) -> float:
    if state.top is None or doubled_mid(state.top) is None:
        return math.nan
    return _imbalance(state.top.bids[0][1], state.top.asks[0][1])


def _deep_imbalance(state: BarState, levels: int) -> float:
    if state.book is None:
        return math.nan
    bids, asks = (sum(size for _, size in side.top(levels)) for side in (state.book.bids, state.book.asks))
    return _imbalance(bids, asks)


def _imbalance(bids: int, asks: int) -> float:
    return (bids - asks) / (bids + asks) if bids + asks else math.nan


def _depth(state: BarState, points: int, is_bid: bool) -> float:
    """What rests within so many basis points of the book's own mid, on one side."""
    if state.book is None:
        return math.nan
    bid, ask = state.book.bids.best(), state.book.asks.best()
    if bid is None or ask is None:
        return math.nan
    doubled, limit = bid[0] + ask[0], 2 * BASIS_POINTS
    # Whole ticks: the lowest at or above mid * (1 - points), the highest at or below mid * (1 + points).
    lowest, highest = -(-doubled * (BASIS_POINTS - points) // limit), doubled * (BASIS_POINTS + points) // limit
    side: BookSide = state.book.bids if is_bid else state.book.asks
    return SIZES.value(side.until(lowest if is_bid else highest))


def _price(state: BarState, name: Literal["last", "high", "low"]) -> float:
    count: int | None = getattr(state, name)
    return math.nan if count is None else state.ticks.value(count)


def _of_orders(state: BarState, name: str) -> float:
    """A flow of orders: of a book of levels, nobody knows it."""
    if state.book is None or not state.book.is_of_orders:
        return math.nan
    return float(state.orders[name]) if name.endswith("_count") else SIZES.value(state.orders[name])


_LEVELS: Final = (5, 10)
_POINTS: Final = (10, 25, 50)
_ENDS: Final = {"inserts": "came", "cancels": "went untraded"}
_ORDER_FLOWS: Final = tuple((name, name.rpartition("_")[2], _ENDS[name.partition("_")[0]]) for name in ORDER_FLOWS)

VARIABLES: Final = (
    BookVariable("mid", "middle of best bid and ask", "price", "top", "last", "log_return", _mid),
    BookVariable("spread", "best ask less best bid", "bp", "top", "last", "none", _spread),
    BookVariable(
        "microprice",
        "best prices, each weighted by the size on the other side",
        *("price", "top", "last", "log_return"),
        _microprice,
    ),
    BookVariable(
        "imbalance_1", "size at the best bid less ask, by their sum", "1", "top", "last", "none", _top_imbalance
    ),
    *(
        BookVariable(
            f"imbalance_{levels}",
            f"size in the best {levels} bids less asks, by their sum",
            *("1", "levels", "last", "none"),
            partial(_deep_imbalance, levels=levels),
        )
        for levels in _LEVELS
    ),
    *(
        BookVariable(
            f"{side}_depth_{points}",
            f"size of {side}s within {points} bp of mid",
            *("size", "levels", "last", "none"),
            partial(_depth, points=points, is_bid=side == "bid"),
        )
        for points in _POINTS
        for side in ("bid", "ask")
    ),
    BookVariable(
        "ofi_1",
        "order flow imbalance at the best prices",
        *("size", "top", "sum", "none"),
        lambda state: SIZES.value(state.flow),
    ),
    BookVariable(
        "ofi_10",
        "order flow imbalance, summed over ten levels",
        *("size", "levels", "sum", "none"),
        lambda state: SIZES.value(state.deep_flow),
    ),
    BookVariable(
        "last", "price of the last trade", "price", "trades", "last", "log_return", partial(_price, name="last")
    ),
    BookVariable(
        "high",
        "highest price of a trade",
        *("price", "trades", "max", "log_return"),
        partial(_price, name="high"),
    ),
    BookVariable(
        "low",
        "lowest price of a trade",
        *("price", "trades", "min", "log_return"),
        partial(_price, name="low"),
    ),
    BookVariable("volume", "size traded", "size", "trades", "sum", "none", lambda state: SIZES.value(state.volume)),
    BookVariable(
        "signed_volume",
        "size bought less sold by whoever came second",
        *("size", "trades", "sum", "none"),
        lambda state: SIZES.value(state.signed_volume),
    ),
    BookVariable("trades", "number of trades", "1", "trades", "sum", "none", lambda state: float(state.trades)),
    BookVariable(
        "realised_variance",
        "sum of squared changes of the logarithm of mid",
        *("1", "top", "sum", "none"),
        lambda state: state.variance,
    ),
    *(
        BookVariable(
            name,
            f"size of {side} orders that {kind}",
            *("size", "orders", "sum", "none"),
            partial(_of_orders, name=name),
        )
        for name, side, kind in _ORDER_FLOWS
    ),
    *(
        BookVariable(
            f"{name}_count",
            f"number of {side} orders that {kind}",
            *("1", "orders", "sum", "none"),
            partial(_of_orders, name=f"{name}_count"),
        )
        for name, side, kind in _ORDER_FLOWS
    ),
)
"""In the order of the columns."""
