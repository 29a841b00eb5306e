"""The base bars of a market: as its recorder makes them, and as they are made again."""

from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.orderbook.bars import BookBars


def base_bars(folder: MarketFolder, first: int) -> BookBars:
    """Bars of the market's base, which begin at a multiple of it since 1970.

    Args:
        folder: of a market that has begun.
        first: local time of the first line, in nanoseconds since 1970.
    """
    market = folder.market
    return BookBars(market.feed().ticks, folder.base, first - first % folder.base, market.top_from)
