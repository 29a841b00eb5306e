"""What every feed has in common: a line that is no message is said so, one of another market is none of ours."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, AnyStr

import orjson

from lstm_sweep.orderbook.messages import LevelPairs, Message
from lstm_sweep.orderbook.units import SIZES, Counts, Ticks


class MalformedLineError(ValueError):
    """A line that its exchange cannot have meant so; the text says where it breaks."""


def stamped(line: AnyStr) -> tuple[int, AnyStr]:
    """A recorded line, '1723161253937085768 {...}', as its local time in nanoseconds and what was received.

    Raises:
        MalformedLineError: where no whole number stands before the first space.
    """
    stamp, _, payload = line.partition(" " if isinstance(line, str) else b" ")
    if not (stamp.isascii() and stamp.isdigit()):
        raise MalformedLineError(f"a line must begin with its local time in nanoseconds, but begins with {line[:40]!r}")
    return int(stamp), payload


class Feed(ABC):
    """One market of one exchange.

    Attributes:
        market: as the exchange spells it where it names it in its messages.
        ticks: the smallest step of its price.
        prices, sizes: counts of the numbers in its messages, by their texts.
    """

    def __init__(self, market: str, tick: str) -> None:
        self.market = market
        self.ticks = Ticks.of(tick)
        self.prices, self.sizes = Counts(self.ticks), Counts(SIZES)

    def messages(self, payload: str | bytes, received: int) -> tuple[Message, ...]:
        """The messages in what was received at a time; none in one of another market or about the connection.

        Raises:
            MalformedLineError: where it is not what this exchange sends.
        """
        try:
            return self._messages(orjson.loads(payload), received)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
            begin = payload[:120] if isinstance(payload, str) else payload[:120].decode(errors="replace")
            raise MalformedLineError(f"{type(error).__name__}: {error}, in {begin!r}") from error

    @abstractmethod
    def _messages(self, data: Any, received: int) -> tuple[Message, ...]:
        """As `messages`, from decoded JSON; whatever it raises means that the line is malformed."""

    def _levels(self, pairs: Iterable[Any]) -> LevelPairs:
        price_of, size_of = self.prices, self.sizes
        return tuple([(price_of[price], size_of[size]) for price, size in pairs])
