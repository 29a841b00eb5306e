"""Simulated order books whose answer is known: order flow says nothing of the next ten seconds, or a stated share."""

import numpy as np

from benchmarks.controls.prices import NUM_BARS, Prices
from lstm_sweep.data.series import Series
from lstm_sweep.orderbook.bars import BookBars
from lstm_sweep.orderbook.simulated import BAR, BEGIN, MARKET, simulated_lines
from lstm_sweep.trials.identity import derive_seed

FEATURES = ("ofi_1", "imbalance_1", "signed_volume")
"""Variables that trials may read beside the price; only the first knows anything."""


def books(signal: float) -> Prices:
    """Bars of ten seconds, from the lines of an exchange through its book to variables.

    Args:
        signal: correlation of the order flow of a bar with how the middle of the book moves in the next one.
    """

    def market(number: int) -> Series:
        feed, bars = MARKET.feed(), BookBars(MARKET.feed().ticks, BAR, BEGIN, MARKET.top_from)
        book = MARKET.book(bars)
        # The first bar is not whole: the book was not known at its beginning.
        for received, payload in simulated_lines(derive_seed("book", number), (NUM_BARS + 2) * 10, signal):
            for message in feed.messages(payload, received):
                book.take(message)
        whole = [bar for bar in bars.bars if bar.is_whole][:NUM_BARS]
        return Series(
            name="simulated book",
            timestamps=np.array([bar.start for bar in whole]).astype("datetime64[ns]"),
            values=np.array([bar.values["mid"] for bar in whole]),
            filled=np.zeros(len(whole), bool),
            covariates={name: np.array([bar.values[name] for bar in whole]) for name in FEATURES},
            levels=FEATURES,
        )

    return market
