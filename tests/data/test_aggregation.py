"""What the name of a column says, over names that real files have."""

import pytest

from lstm_sweep.data.aggregation import meaning

EDGES = {
    "first": ["Open", "open", "1. open", "Open_(USD)", "openPrice", "adj_open"],
    "max": ["HIGH", "2. high", "High (BTC)", "highPrice"],
    "min": ["low", "Low Price", "bid_low"],
}
FLOWS = [
    *("Volume", "volume", "5. volume", "Volume_(BTC)", "Volume_(Currency)", "quote_volume", "quotevolume", "VolumeUSD"),
    *(
        "Vol.",
        "vol",
        "tickvol",
        "tick_volume",
        "Volumefrom",
        "volumeto",
        "Volumen",
        "trades",
        "numTrades",
        "TradeCount",
    ),
    *("Number of trades", "No. of Trades", "count", "Amount", "Turnover", "quoteAssetVolume", "total_volume"),
    *("Taker buy base asset volume", "takerBuyQuoteVolume", "taker_buy_quote", "buy_volume"),
]
LEVELS = [
    *("Close", "adj close", "Adj Close", "Close/Last", "trade price", "tradeprice", "bid", "ask", "Settle"),
    *("open_interest", "OpenInterest", "Open Interest", "market_cap", "Market Cap", "funding_rate", "rate"),
    *("close_time", "Close Time", "closetime", "closeTime"),
]
FIRST = ["open_time", "Open Time", "opentime", "Previous Close", "prev_close", "prevClose", "Prev. Close"]
GUESSES = [
    *("Average Volume", "avgVolume", "Avg. Vol.", "volume_change", "Volume MA", "relative_volume", "volume_24h"),
    *("24h Volume", "high_24h", "bid_volume", "log_volume", "Change %", "Chg%", "pct_change", "return", "trade_id"),
    *("sentiment", "discount", "account", "highest", "overlow", "volatility", "implied_vol", "open_orders", "6", "rsi"),
]
MEANS = ["vwap", "VWAP", "Weighted_Price", "volume weighted average price"]


@pytest.mark.parametrize(("name", "how"), [(name, how) for how, names in EDGES.items() for name in names])
def test_edges_of_a_bar_are_told_and_follow_the_price(name: str, how: str) -> None:
    told = meaning(name)
    assert (told.how, told.is_guess, told.follows_price) == (how, False, True)


@pytest.mark.parametrize(
    ("name", "how", "is_guess"),
    [
        *((name, "sum", False) for name in FLOWS),
        *((name, "last", False) for name in LEVELS),
        *((name, "first", False) for name in FIRST),
        *((name, "last", True) for name in GUESSES),
        *((name, "mean", True) for name in MEANS),
    ],
)
def test_other_columns_are_told_by_whole_words_and_guesses_are_marked(name: str, how: str, is_guess: bool) -> None:
    told = meaning(name)
    assert (told.how, told.is_guess, told.follows_price) == (how, is_guess, False)


def test_what_the_user_says_wins_and_is_no_guess() -> None:
    chosen = {"sentiment": "mean", "volume": "max", "high": "min", "low": "last"}
    assert [meaning(name, chosen).how for name in chosen] == list(chosen.values())
    assert not any(meaning(name, chosen).is_guess for name in chosen)
    assert meaning("high", chosen).follows_price
    assert not meaning("low", chosen).follows_price
    assert meaning("open", chosen).how == "first"
