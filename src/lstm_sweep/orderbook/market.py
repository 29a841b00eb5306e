"""Which exchanges are known, and what belongs to a market of one of them: its feed, its book, its best prices."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from lstm_sweep.errors import require
from lstm_sweep.orderbook.catalogue import VARIABLES, BookVariable
from lstm_sweep.orderbook.feeds.binance import BinanceFutures, BinanceSpot
from lstm_sweep.orderbook.feeds.bitstamp import Bitstamp, BitstampOrders
from lstm_sweep.orderbook.feeds.coinbase import Coinbase
from lstm_sweep.orderbook.feeds.feed import Feed
from lstm_sweep.orderbook.listener import BookListener
from lstm_sweep.orderbook.order_sync import SyncedOrders
from lstm_sweep.orderbook.rules import BINANCE_FUTURES, BINANCE_SPOT, BITSTAMP, COINBASE, SyncRule
from lstm_sweep.orderbook.sync import SyncedBook


@dataclass(frozen=True)
class KnownExchange:
    """What is known of all markets of an exchange.

    Attributes:
        feed: reads its lines; takes the name of a market and the smallest step of its price.
        rule: how its level 2 tells a gap; None for level 3.
        top_from: what says the best prices: 'book', or 'quotes' where the exchange sends each change of them.
    """

    feed: Callable[[str, str], Feed]
    rule: SyncRule | None
    top_from: Literal["book", "quotes"]


EXCHANGES: Final = {
    "binance": KnownExchange(BinanceSpot, BINANCE_SPOT, "quotes"),
    "binance_futures": KnownExchange(BinanceFutures, BINANCE_FUTURES, "quotes"),
    "bitstamp": KnownExchange(Bitstamp, BITSTAMP, "book"),
    "bitstamp_orders": KnownExchange(BitstampOrders, None, "book"),
    "coinbase": KnownExchange(Coinbase, COINBASE, "book"),
}


@dataclass(frozen=True)
class Market:
    """One market of one exchange.

    Attributes:
        exchange: of `EXCHANGES`.
        symbol: as the exchange spells it in its messages: 'BTCUSDT', 'btcusd', 'BTC-USD'.
        tick: the smallest step of its price, as text: '0.01'.
    """

    exchange: str
    symbol: str
    tick: str

    def __post_init__(self) -> None:
        """An exchange that nobody knows is refused."""
        require(
            self.exchange in EXCHANGES,
            f"exchange must be one of {', '.join(EXCHANGES)}, but is {self.exchange!r}: choose one of them.",
        )

    @property
    def top_from(self) -> Literal["book", "quotes"]:
        """What says the best prices."""
        return EXCHANGES[self.exchange].top_from

    def feed(self) -> Feed:
        """Reads its lines."""
        return EXCHANGES[self.exchange].feed(self.symbol, self.tick)

    def book(self, listener: BookListener) -> SyncedBook | SyncedOrders:
        """A book that nothing is known of yet, and that tells a listener what becomes of it."""
        rule = EXCHANGES[self.exchange].rule
        return SyncedOrders(listener) if rule is None else SyncedBook(rule, listener)


def variables_of(market: Market) -> tuple[BookVariable, ...]:
    """The variables of a market that can be known, in the order of `VARIABLES`: those of orders on level 3 only."""
    has_orders = EXCHANGES[market.exchange].rule is None
    return tuple(variable for variable in VARIABLES if has_orders or variable.source != "orders")
