"""The simulated market is one: its book is what it quotes, and it holds the signal that was asked for, and no other."""

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.orderbook.bars import BookBars
from lstm_sweep.orderbook.market import variables_of
from lstm_sweep.orderbook.messages import Message
from lstm_sweep.orderbook.rules import BINANCE_SPOT
from lstm_sweep.orderbook.simulated import BAR, BEGIN, MARKET, MOVE, simulated_lines
from lstm_sweep.orderbook.sync import SyncedBook
from tests.orderbook.recordings import messages
from tests.orderbook.test_recordings import comparison
from tests.orderbook.witness import Witness

HOURS = 4
BARS = HOURS * 360


def feed_of(seed: int, signal: float) -> list[Message]:
    return messages(MARKET.feed(), simulated_lines(seed, HOURS * 3600, signal))


def bars_of(seed: int, signal: float) -> pd.DataFrame:
    """The variables of its bars of ten seconds, and what its middle moves by in the ten seconds after, in ticks."""
    feed = feed_of(seed, signal)
    bars = BookBars(MARKET.feed().ticks, BAR, BEGIN, MARKET.top_from)
    book = MARKET.book(bars)
    for message in feed:
        book.take(message)
    bars.at(BEGIN + BARS * BAR)
    assert len(bars.bars) == BARS
    assert all(bar.is_whole for bar in bars.bars[1:])
    table = pd.DataFrame([bar.values for bar in bars.bars])
    return table.assign(move=table["mid"].diff() * 100, following=table["mid"].diff().shift(-1) * 100)[1:-1]


def test_book_is_what_it_quotes_and_nothing_is_lost() -> None:
    feed = feed_of(1, 0.3)
    sync = SyncedBook(BINANCE_SPOT, Witness())
    compared, equal = comparison(sync, feed)
    assert compared == equal > 7 * BARS
    assert sync.holes == []
    assert [message.received for message in feed] == sorted(message.received for message in feed)
    assert simulated_lines(1, 100, 0.3) == simulated_lines(1, 100, 0.3) != simulated_lines(2, 100, 0.3)


@pytest.mark.parametrize("signal", [0.0, 0.5, -0.5])
def test_flow_says_of_the_next_move_what_was_asked_for(signal: float) -> None:
    table = bars_of(2, signal)
    assert table["ofi_1"].corr(table["following"]) == pytest.approx(signal, abs=4 / np.sqrt(BARS))
    assert table["following"].std() == pytest.approx(MOVE, rel=0.1)


def test_without_a_signal_nothing_says_anything_of_the_next_move() -> None:
    table = bars_of(3, 0.0)
    for variable in variables_of(MARKET):
        values = table[variable.name]
        values = values.diff().fillna(0) if variable.transform == "log_return" else values
        if values.std() > 0:
            assert abs(values.corr(table["following"])) < 4 / np.sqrt(BARS), variable.name


def test_moves_do_not_say_the_next_ones_whatever_the_signal() -> None:
    table = bars_of(4, 0.6)
    assert abs(table["move"].corr(table["following"])) < 4 / np.sqrt(BARS)


def test_forecast_by_flow_is_better_than_naive_only_with_a_signal() -> None:
    gains = {}
    for signal in (0.0, 0.4):
        table = bars_of(5, signal)
        half = len(table) // 2
        slope = np.polyfit(table["ofi_1"][:half], table["following"][:half], 1)
        rest = table[half:]
        error = rest["following"] - np.polyval(slope, rest["ofi_1"])
        gains[signal] = 1 - float((error**2).mean() / (rest["following"] ** 2).mean())
    assert gains[0.4] > 0.1
    assert abs(gains[0.0]) < 0.01
