"""Bars on their way from a source to a `Series`: a table, what is known about it, and how its columns behave."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from lstm_sweep.errors import UserError, require

_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "H": 3600, "d": 86400, "D": 86400, "w": 604800, "W": 604800}
_MIDNIGHT = " 00:00:00"


@dataclass(frozen=True)
class Bars:
    """Bars as a source gives them.

    Attributes:
        name: what they are, for people ('sp500', 'btc.csv').
        table: float64, a row per bar. The index is datetime64[ns], UTC without a zone, increasing, the stamp of each
            bar; strictly, but for rows on their way to `resample`, such as trades, where rows of one time follow
            each other as they happened. The columns are the price, nan where a bar is empty, and the covariates.
        price: name of the price column.
        step: length of a bar where the source knows it, else None.
        notes: what was done to the data, one sentence each.
        others: names of all columns of the source beside the price, also those that are not in the table.
        stamp: whether the index is the 'start' or the 'end' of each bar.
        aggregate: how covariates become longer bars, by name, where the user says so.
        zone: name of the clock by which bars of whole days begin and end, None for UTC.
        missing: times of the bars that were put in where the grid missed them.
        levels: names of covariates that mean something as they stand, and are not transformed as the price is.
        beside: names of columns that are other prices known at each bar's end, each a forecast of its own.
    """

    name: str
    table: pd.DataFrame
    price: str
    step: pd.Timedelta | None = None
    notes: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    stamp: str = "start"
    aggregate: Mapping[str, str] = field(default_factory=dict)
    zone: str | None = None
    missing: pd.DatetimeIndex = field(default_factory=lambda: pd.DatetimeIndex([], dtype="datetime64[ns]"))
    levels: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


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


def spell_time(time: pd.Timestamp) -> str:
    """A time for people: the day alone at midnight, else with its clock."""
    return str(time).removesuffix(_MIDNIGHT)


def check_features(name: str, features: Sequence[str], columns: Iterable[str], setting: str = "data.features") -> None:
    """Check that every feature is one of the covariate columns, and none is named twice.

    Args:
        name: of the bars.
        features: names that `setting` holds.
        columns: that exist, without the price.
        setting: as the user types it.

    Raises:
        UserError: with the columns that exist.
    """
    existing = list(columns)
    twice = len(set(features)) < len(features)
    require(not twice, f"{setting} must name each column once, but is {list(features)}: remove the repeated one.")
    for feature in features:
        require(
            feature in existing,
            f"{setting} must name columns of {name} other than its price, but {feature!r} is none: "
            f"choose from {', '.join(existing) or 'no others'}.",
        )
