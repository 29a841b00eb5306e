"""The few messages that all feeds come to.

Everywhere: `received` is the local clock and `time` the exchange's (None where it sends none), both in nanoseconds
since 1970; prices are in ticks of the market, sizes in 1e-8, both whole numbers; levels are pairs of price and size,
and a size of zero takes a level away.

No message is ever changed; Python is not asked to see to it, since a frozen one takes six times as long to make.
"""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

LevelPairs: TypeAlias = tuple[tuple[int, int], ...]
"""(price, size) each."""


@dataclass(slots=True, unsafe_hash=True)
class Snapshot:
    """A whole book of level 2, as it was after change number `last`; where changes have none, `last` is a time."""

    received: int
    time: int | None
    last: int
    bids: LevelPairs
    asks: LevelPairs


@dataclass(slots=True, unsafe_hash=True)
class Levels:
    """Levels that have new sizes.

    Attributes:
        first, last: numbers of the first and the last change in it; where changes have no numbers, both are its time.
        previous: number of the last change in the message before it, where the exchange says it.
    """

    received: int
    time: int
    first: int
    last: int
    previous: int | None
    bids: LevelPairs
    asks: LevelPairs


@dataclass(slots=True, unsafe_hash=True)
class Order:
    """What happened to one order (level 3): `size` is what is left of it."""

    received: int
    time: int
    id: int
    action: Literal["created", "changed", "deleted"]
    is_bid: bool
    price: int
    size: int


@dataclass(slots=True, unsafe_hash=True)
class OrderSnapshot:
    """All orders that rested at a time (level 3)."""

    received: int
    time: int
    orders: tuple[Order, ...]


@dataclass(slots=True, unsafe_hash=True)
class Trade:
    """A trade; `is_buy` where the buyer came second and took what rested.

    `bid_order`, `ask_order`: the orders that met, where the exchange says it.
    """

    received: int
    time: int
    id: int
    price: int
    size: int
    is_buy: bool
    bid_order: int | None = None
    ask_order: int | None = None


@dataclass(slots=True, unsafe_hash=True)
class TopOfBook:
    """The best bid and ask after the change numbered `last`."""

    received: int
    time: int | None
    last: int
    bid: int
    bid_size: int
    ask: int
    ask_size: int


Message: TypeAlias = Snapshot | Levels | Order | OrderSnapshot | Trade | TopOfBook


@dataclass(frozen=True, slots=True)
class Lost:
    """From here on nothing is known until the next snapshot: the connection broke, or a line could not be read."""

    received: int
    reason: str


@dataclass(frozen=True, slots=True)
class BookCheckpoint:
    """All that a synced book knows before the next message, so that reading can begin here.

    Attributes:
        state: what `checkpoint` of a synced book gave; of values that JSON keeps exactly.
    """

    received: int
    state: dict[str, Any]


Event: TypeAlias = Message | Lost | BookCheckpoint
"""What is written down of a market, in the order in which it came."""
