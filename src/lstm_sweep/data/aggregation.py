"""What the name of a column says: how bars become one longer bar, and what stands in an empty one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Meaning:
    """How a column behaves.

    Attributes:
        how: what becomes of the bars of one longer bar: first, max, min, sum, mean or last.
        is_guess: whether the name leaves it open.
        follows_price: whether an empty bar holds the price carried forward, as open, high and low do.
    """

    how: str
    is_guess: bool = False
    follows_price: bool = False


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_EDGES = {"open": "first", "high": "max", "low": "min"}

_QUALIFIERS = _set(
    "price adj adjusted bid ask mid mark index usd usdt usdc eur gbp jpy chf cad aud cny inr krw btc eth"
)
"""Words beside open, high and low that leave their meaning: 'High (USD)', 'adj_open'."""

_FLOWS = _set(
    "volume volumes volumen vol tickvol trades tradecount transactions amount amounts turnover count counts qty "
    "quantity notional taker"
)

_LEVELS = _set("close price last bid ask mid settle settlement mark rate yield cap capitalization supply")
"""Words of what a market is at: the last one holds."""

_DERIVED = _set(
    "change chg return returns ret % pct percent percentage diff delta average avg mean median max min ma sma ema std "
    "ratio relative per imbalance spread rank id index cumulative cum log zscore normalized scaled volatility implied "
    "realized realised historical previous prev prior open high low"
)
"""Words of what is computed from bars, or of a place in them: beside one, 'volume' and 'close' mean something else."""

_JOINED = re.compile(r"(volumen|volume|trades|interest|price|close(?!d))|(time)$")
"""Words that are written together with others: 'quotevolume', 'closetime'."""


def meaning(name: str, chosen: Mapping[str, str] | None = None) -> Meaning:
    """How a column behaves, told by the words of its name, never by a part of a word.

    Open, high and low are edges; volume, trades, turnover and their like are flows, which are summed; close, open
    interest, market cap and their like are levels, of which the last one holds; the previous close of a longer bar is
    that of its first shorter one. What is computed from bars (a change, an average, a ratio) cannot be computed from
    theirs: of it, as of every unknown name, the last one is a guess, and the mean of weighted prices is one.

    Args:
        name: of the column, in any case: 'Volume_(BTC)', 'quoteAssetVolume', 'Vol.', 'Number of trades'.
        chosen: `data.aggregate`, which wins.
    """
    words = _words(name)
    follows_price = len(words & _EDGES.keys()) == 1 and words <= _EDGES.keys() | _QUALIFIERS
    if chosen and name in chosen:
        return Meaning(chosen[name], follows_price=follows_price and chosen[name] != "last")
    if follows_price:
        return Meaning(_EDGES[next(iter(words & _EDGES.keys()))], follows_price=True)
    how = _level(words)
    if how is not None:
        return Meaning(how)
    if words & {"vwap", "weighted"}:
        return Meaning("mean", is_guess=True)
    computed = bool(words & _DERIVED) or any(re.fullmatch(r"\d+[a-z]+", word) for word in words)
    is_flow, is_level = bool(words & _FLOWS), bool(words & _LEVELS)
    if computed or is_flow == is_level:
        return Meaning("last", is_guess=True)
    return Meaning("sum" if is_flow else "last")


def _level(words: frozenset[str]) -> str | None:
    """How a column of two words that mean one thing together behaves, None for any other."""
    if "time" in words and words & {"open", "close"}:
        return "first" if "open" in words else "last"
    if {"open", "interest"} <= words:
        return "last"
    if "close" in words and words & {"previous", "prev", "prior"} and not words & (_FLOWS | {"change", "chg", "%"}):
        return "first"
    return None


def _words(name: str) -> frozenset[str]:
    """'quoteAssetVolume' and 'Quote_asset-volume' are quote, asset and volume; '24h' is a word, '1.' is none."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
    found = re.findall(r"\d+[a-z]+|[^\W\d_]+|%", _apart(parted))
    return frozenset(found)


def _apart(text: str) -> str:
    return re.sub(r"[^\W\d_]+", lambda word: _JOINED.sub(r" \g<0> ", word[0]), text)
