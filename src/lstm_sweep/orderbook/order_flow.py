"""Order flow imbalance: what came to the bid and left the ask, less what left the bid and came to the ask.

Source: Cont, Kukanov and Stoikov (2014), 'The price impact of order book events', for the best prices; over several
levels, the sum of the same over the first best, the second best, ... (Xu, Gould and Howison 2018).
"""

from itertools import zip_longest
from typing import Final, NamedTuple

from lstm_sweep.orderbook.book import Book
from lstm_sweep.orderbook.messages import TopOfBook

_NO_BID: Final = (-1, 0)
_NO_ASK: Final = (1 << 62, 0)


class BestLevels(NamedTuple):
    """The best levels of both sides, best first: pairs of price and size."""

    bids: list[tuple[int, int]]
    asks: list[tuple[int, int]]

    @staticmethod
    def of(book: Book, count: int) -> "BestLevels":
        """The best `count` of a book, or as many as there are."""
        return BestLevels(book.bids.top(count), book.asks.top(count))

    @staticmethod
    def quoted(top: TopOfBook) -> "BestLevels":
        """The best prices as the exchange said them."""
        bids = [(top.bid, top.bid_size)] if top.bid_size else []
        return BestLevels(bids, [(top.ask, top.ask_size)] if top.ask_size else [])


def order_flow(before: BestLevels, now: BestLevels) -> int:
    """The imbalance of one change, summed over levels, in 1e-8; a level that is not there is worse than any."""
    flow = 0
    for (price_before, size_before), (price, size) in zip_longest(before.bids, now.bids, fillvalue=_NO_BID):
        flow += size - size_before if price == price_before else size if price > price_before else -size_before
    for (price_before, size_before), (price, size) in zip_longest(before.asks, now.asks, fillvalue=_NO_ASK):
        flow -= size - size_before if price == price_before else size if price < price_before else -size_before
    return flow
