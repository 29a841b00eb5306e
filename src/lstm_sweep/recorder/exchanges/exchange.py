"""What a recorder must know of an exchange to hear and to ask it; nothing is sent here."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from lstm_sweep.orderbook.units import NANOSECONDS


@dataclass(frozen=True)
class WebExchange(ABC):
    """An exchange, known by two addresses.

    Attributes:
        url: of its websocket, without what belongs to a market.
        rest_url: of its REST interface, likewise.
        ping_every: seconds between the websocket pings that this side sends; None where the exchange sends them.
    """

    url: str
    rest_url: str
    ping_every: float | None = None

    @abstractmethod
    def symbol(self, text: str) -> str:
        """A market in the exchange's spelling, from that or from 'BTC/USDT'."""

    def stream(self, symbol: str) -> str:
        """What follows `url` for a market."""
        return ""

    def subscriptions(self, symbol: str) -> tuple[str, ...]:
        """What is said once connected, in this order."""
        return ()

    def keep_alive(self) -> str | None:
        """What is said every `ping_every` seconds beside the ping, None where a ping is enough."""
        return None

    def farewell(self, payload: str) -> str | None:
        """Why the exchange wants this connection to end, None where it does not."""
        return None

    @abstractmethod
    def snapshot(self, symbol: str) -> str | None:
        """What follows `rest_url` for a whole book; None where it comes on the same connection."""

    @abstractmethod
    def facts(self, symbol: str) -> str:
        """What follows `rest_url` for that which the exchange says of a market."""

    @abstractmethod
    def tick(self, facts: Any, symbol: str) -> str | None:
        """The smallest step of the price in an answer to `facts`; None where there is no such market."""

    @abstractmethod
    def clock(self) -> str:
        """What follows `rest_url` for an answer that tells the exchange's time."""

    def time(self, answer: Any, headers: Mapping[str, str]) -> int:
        """The exchange's time in nanoseconds since 1970, from an answer to `clock`.

        Where no body tells it, the HTTP header does, which is cut to whole seconds: half of one is added.
        """
        return int(parsedate_to_datetime(headers["Date"]).timestamp()) * NANOSECONDS + NANOSECONDS // 2
