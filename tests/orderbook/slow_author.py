"""Who computes the variables of a bar in the slowest way: sorted dictionaries, all events, fractions and pandas."""

import math
from fractions import Fraction
from itertools import pairwise

import pandas as pd

from lstm_sweep.orderbook.messages import Levels, Message, Snapshot, TopOfBook, Trade

Side = list[tuple[int, int]]
Sides = tuple[Side, Side]


class SlowAuthor:
    """Reads a feed without faults, which begins with a snapshot or with messages that it makes old.

    Args:
        feed: all messages.
        tick: of the market, in price.
        top_from: 'book' or 'quotes'.
    """

    def __init__(self, feed: list[Message], tick: Fraction, top_from: str) -> None:
        self._tick = tick
        self._books = list(_books(feed))
        self._quotes = [
            (quote.received, ([(quote.bid, quote.bid_size)], [(quote.ask, quote.ask_size)]))
            for quote in feed
            if isinstance(quote, TopOfBook)
        ]
        self._tops = self._quotes if top_from == "quotes" else self._books
        trades = [
            (trade.received, float(trade.price * tick), trade.size, trade.size if trade.is_buy else -trade.size)
            for trade in feed
            if isinstance(trade, Trade)
        ]
        self._trades = pd.DataFrame(trades, columns=["received", "price", "size", "signed"])

    def values(self, start: int, end: int) -> dict[str, float]:
        """The variables of one bar."""
        trades = self._trades[(self._trades["received"] >= start) & (self._trades["received"] < end)]
        # The last price stands until the next trade.
        before = self._trades[self._trades["received"] < start]["price"].iloc[-1:]
        prices = pd.concat([before, trades["price"]])
        result = {
            **dict.fromkeys(("mid", "spread", "microprice", "imbalance_1", "imbalance_5", "imbalance_10"), math.nan),
            **{f"{side}_depth_{points}": math.nan for points in (10, 25, 50) for side in ("bid", "ask")},
            "ofi_1": _flow(self._tops, start, end, 1),
            "ofi_10": _flow(self._books, start, end, 10),
            "last": float(prices.iloc[-1]) if len(prices) else math.nan,
            "high": float(trades["price"].max()),
            "low": float(trades["price"].min()),
            "volume": int(trades["size"].sum()) / 10**8,
            "signed_volume": int(trades["signed"].sum()) / 10**8,
            "trades": float(len(trades)),
            "realised_variance": _variance(self._tops, start, end),
            **{
                f"{kind}_{side}{unit}": math.nan
                for unit in ("", "_count")
                for kind in ("inserts", "cancels")
                for side in ("bid", "ask")
            },
        }
        tops = [sides for received, sides in self._tops if received < end]
        books = [sides for received, sides in self._books if received < end]
        return result | (self._of_top(tops[-1]) if tops else {}) | (_of_book(books[-1]) if books else {})

    def _of_top(self, sides: Sides) -> dict[str, float]:
        (bid, bid_size), (ask, ask_size) = sides[0][0], sides[1][0]
        mid = Fraction(bid + ask, 2)
        micro = Fraction(bid * ask_size + ask * bid_size, bid_size + ask_size)
        return {
            "mid": float(mid * self._tick),
            "spread": float((ask - bid) / mid * 10_000),
            "microprice": float(micro * self._tick),
            "imbalance_1": float(Fraction(bid_size - ask_size, bid_size + ask_size)),
        }


def _books(feed: list[Message]) -> list[tuple[int, Sides]]:
    """Every state of the book, from the snapshot's first message on."""
    begin = next(message for message in feed if isinstance(message, Snapshot))
    sides = (dict(begin.bids), dict(begin.asks))
    states = []
    for message in feed:
        if isinstance(message, Levels) and message.last > begin.last:
            for side, changes in zip(sides, (message.bids, message.asks), strict=True):
                side.update(changes)
            bids = sorted(((price, size) for price, size in sides[0].items() if size), reverse=True)
            asks = sorted((price, size) for price, size in sides[1].items() if size)
            states.append((message.received, (bids, asks)))
    return states


def _of_book(sides: Sides) -> dict[str, float]:
    bids, asks = sides
    mid = Fraction(bids[0][0] + asks[0][0], 2)
    result = {}
    for levels in (5, 10):
        bid, ask = (sum(size for _, size in side[:levels]) for side in sides)
        result[f"imbalance_{levels}"] = (bid - ask) / (bid + ask)
    for points in (10, 25, 50):
        away = mid * points / 10_000
        result[f"bid_depth_{points}"] = sum(size for price, size in bids if price >= mid - away) / 10**8
        result[f"ask_depth_{points}"] = sum(size for price, size in asks if price <= mid + away) / 10**8
    return result


def _flow(states: list[tuple[int, Sides]], start: int, end: int, levels: int) -> float:
    """The formula of Cont, Kukanov and Stoikov, written out, of every level in turn."""
    total = 0
    for (_, before), (received, now) in pairwise(states):
        if start <= received < end:
            for level in range(levels):
                pb0, qb0 = before[0][level] if level < len(before[0]) else (-math.inf, 0)
                pb1, qb1 = now[0][level] if level < len(now[0]) else (-math.inf, 0)
                pa0, qa0 = before[1][level] if level < len(before[1]) else (math.inf, 0)
                pa1, qa1 = now[1][level] if level < len(now[1]) else (math.inf, 0)
                total += qb1 * (pb1 >= pb0) - qb0 * (pb1 <= pb0) - qa1 * (pa1 <= pa0) + qa0 * (pa1 >= pa0)
    return total / 10**8


def _variance(states: list[tuple[int, Sides]], start: int, end: int) -> float:
    mids = pd.Series(
        [sides[0][0][0] + sides[1][0][0] for _, sides in states],
        index=[received for received, _ in states],
        dtype=float,
    )
    squares = mids.map(math.log).diff() ** 2
    return float(squares[(squares.index >= start) & (squares.index < end)].sum())
