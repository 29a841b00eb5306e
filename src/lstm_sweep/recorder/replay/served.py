"""The server's side of each exchange's protocol, from the exchanges' documents."""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from lstm_sweep.orderbook.market import Market
from lstm_sweep.orderbook.order_sync import SyncedOrders
from lstm_sweep.orderbook.sync import SyncedBook
from lstm_sweep.orderbook.units import SIZES

Answer = tuple[int, str]
"""Status and body of HTTP."""


class ServedMarket(ABC):
    """One market, as its exchange serves it.

    Attributes:
        market: which.
        is_in_stream: whether a connection begins with a snapshot.
    """

    is_in_stream = False

    def __init__(self, market: Market) -> None:
        self.market = market
        self._ticks = market.feed().ticks

    @abstractmethod
    def opened(self, query: Mapping[str, str]) -> set[str]:
        """What a connection has subscribed to by its address alone."""

    def told(self, text: str) -> tuple[set[str], list[str]]:
        """What a message of the client subscribes to, and what is answered."""
        return set(), []

    @abstractmethod
    def channel(self, payload: str) -> str:
        """What a recorded message comes to subscribers of; empty where it is for all."""

    @abstractmethod
    def is_snapshot(self, payload: str) -> bool:
        """Whether a recorded line is a whole book."""

    @abstractmethod
    def is_change(self, payload: str) -> bool:
        """Whether a recorded line changes the book."""

    @abstractmethod
    def answer(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """What REST answers about the market and the time; None where a snapshot is asked for."""

    @abstractmethod
    def snapshot(self, truth: SyncedBook | SyncedOrders) -> str:
        """A whole book in the exchange's words."""

    @abstractmethod
    def with_levels(self, payload: str, count: int) -> str:
        """A change that says `count` levels more, far above the market."""

    def of_other_market(self, payload: str) -> str:
        """The same message of another market."""
        symbol = self.market.symbol
        return payload.replace(symbol, f"{symbol}X").replace(symbol.lower(), f"{symbol}x".lower())

    def price(self, ticks: int) -> str:
        """A price as text."""
        return _text(ticks * self._ticks.unit, self._ticks.decimals)

    def sides(self, truth: SyncedBook | SyncedOrders) -> dict[str, list[list[str]]]:
        """All levels, best first; of level 3 all orders, with their numbers."""
        if isinstance(truth, SyncedOrders):
            orders = truth.orders.orders.values()
            sides = {True: list[list[str]](), False: list[list[str]]()}
            for order in orders:
                sides[order.is_bid].append([self.price(order.price), size_text(order.size), str(order.id)])
            return {"bids": sides[True], "asks": sides[False]}
        book = truth.book
        return {
            name: [[self.price(price), size_text(size)] for price, size in side.top(1 << 30)]
            for name, side in (("bids", book.bids), ("asks", book.asks))
        }

    def high_levels(self, payload: str, count: int) -> list[list[str]]:
        """Levels to sell at, twenty times the highest price of a message."""
        highest = max((self._ticks.count(price) for price in _prices(json.loads(payload))), default=100)
        return [[self.price(20 * highest + step), "1.00000000"] for step in range(count)]


def size_text(size: int) -> str:
    """A size as text."""
    return _text(size, SIZES.decimals)


def _text(count: int, decimals: int) -> str:
    digits = str(count).zfill(decimals + 1)
    return f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits


def _prices(data: Any) -> list[str]:
    """First entries of all pairs in a message."""
    if isinstance(data, dict):
        return [price for value in data.values() for price in _prices(value)]
    if isinstance(data, list) and data and isinstance(data[0], list):
        return [pair[-2] for pair in data]
    return []


def milliseconds() -> int:
    """Now, as exchanges tell it."""
    return time.time_ns() // 1_000_000
