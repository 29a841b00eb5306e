"""Bars on their way from a source to a `Series`: a table, what is known about it, and how its columns behave."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from lstm_sweep.errors import UserError, require

_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "H": 3600, "d": 86400, "D": 86400, "w": 604800, "W": 604800}
_EDGES = {"open": "first", "high": "max", "low": "min"}
_FLOWS = {"vol", "vol.", "trades", "amount", "turnover", "count"}


@dataclass(frozen=True)
class Bars:
    """Bars as a source gives them.

    Attributes:
        name: what they are, for people ('sp500', 'btc.csv').
        table: float64, a row per bar. The index is datetime64[ns], UTC without a zone, strictly increasing, the
            start of each bar; the columns are the price, nan where a bar is empty, and the covariates.
        price: name of the price column.
        step: length of a bar where the source knows it, else None.
        notes: what was done to the data, one sentence each.
    """

    name: str
    table: pd.DataFrame
    price: str
    step: pd.Timedelta | None = None
    notes: tuple[str, ...] = ()


def aggregation(name: str) -> str:
    """How bars of a covariate become one longer bar, told by its name: first, max, min, sum or last.

    Args:
        name: 'open', 'high' and 'low' in any case are edges; whatever has 'volume' in its name is a flow, as are
            'vol', 'trades', 'amount', 'turnover' and 'count'; the rest are levels, of which the last one holds.
    """
    lower = name.lower()
    if "volume" in lower or lower in _FLOWS:
        return "sum"
    return _EDGES.get(lower, "last")


def bar_length(setting: str, text: str) -> pd.Timedelta:
    """The length that '10min', '4h', '1D' or '7D' names; months and years have none.

    Args:
        setting: where the text comes from, as the user types it ('data.every').
        text: a whole number and a unit: s, min (or m), h, D (or d), W (or w); no number means one.

    Raises:
        UserError: where it names no length above zero.
    """
    match = re.fullmatch(r"(\d{0,9})\s*([a-zA-Z]+)", text.strip())
    seconds = _SECONDS.get(match[2], 0) * int(match[1] or 1) if match else 0
    # As nanoseconds in 64 bits, lengths end at 292 years; no bar needs more than one.
    if not 0 < seconds <= 366 * 86400:
        raise UserError(
            f"{setting} must be a length such as 10min, 4h, 1D or 7D, but is {text!r}: write it like these."
        )
    return pd.Timedelta(seconds=seconds)


def spell(length: pd.Timedelta) -> str:
    """A length as a user would type it: '10min', '4h', '1D'."""
    seconds = length.total_seconds()
    for unit in ("D", "h", "min"):
        if seconds % _SECONDS[unit] == 0:
            return f"{seconds / _SECONDS[unit]:g}{unit}"
    return f"{seconds:g}s"


def check_features(name: str, features: Sequence[str], columns: Iterable[str]) -> None:
    """Check that every feature is one of the covariate columns, and none is named twice.

    Raises:
        UserError: with the columns that exist.
    """
    existing = list(columns)
    twice = len(set(features)) < len(features)
    require(not twice, f"data.features must name each column once, but is {list(features)}: remove the repeated one.")
    for feature in features:
        require(
            feature in existing,
            f"data.features must name columns of {name} other than its price, but {feature!r} is none: "
            f"choose from {', '.join(existing) or 'no others'}.",
        )
