"""The one thing that every source of prices returns, and the checks that each must pass."""

import hashlib
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.errors import require

_OFTEN_BELOW = 0.01
"""Share of values below zero from which on they are no slips in a series of prices."""


def advice_on_signed(share_below: float) -> str:
    """How to go on with values at or below zero, where they seem to be meant: few of them, or zeros alone, are slips.

    Args:
        share_below: share of the values that are below zero.
    """
    is_meant = share_below >= _OFTEN_BELOW
    return (
        ", or, for what is no price (a temperature, a spread), use windows.transform=difference in every trial"
        if is_meant
        else ""
    )


@dataclass(frozen=True)
class Series:
    """A price on a regular or irregular grid of bars, with covariates on the same grid.

    Attributes:
        name: what it is, for people ('sp500', 'btc.csv').
        timestamps: datetime64[ns] `(time,)`, UTC, start of each bar, strictly increasing.
        values: float64 `(time,)`, prices in the currency of the source; above zero, unless it is signed.
        covariates: float64 `(time,)` by name.
        filled: bool `(time,)`, true where an empty bar was filled forward; never scored as a target.
        notes: what loading did to the data, one sentence each, for the console.
        levels: names of covariates that mean something as they stand, and are not transformed as the price is.
        beside: float64 `(time,)` by name: other prices known at each bar's end, each a forecast of its own (the
            microprice of a book).
    """

    name: str
    timestamps: NDArray[np.datetime64]
    values: NDArray[np.float64]
    filled: NDArray[np.bool_]
    covariates: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    beside: dict[str, NDArray[np.float64]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check shapes, order and prices.

        Raises:
            UserError: where a price is not a finite number, or time does not increase.
        """
        columns = {"timestamps": self.timestamps, "filled": self.filled, **self.covariates, **self.beside}
        for name, column in columns.items():
            if column.shape != self.values.shape:
                raise ValueError(f"{name} must have the shape {self.values.shape} of values, but has {column.shape}.")
        bad = np.flatnonzero(~np.isfinite(self.values))
        require(
            bad.size == 0,
            f"{self.name}: every price must be a finite number, but is {self._at(bad)}: correct or remove the row.",
        )
        unordered = np.flatnonzero(np.diff(self.timestamps) <= np.timedelta64(0, "ns")) + 1
        require(
            unordered.size == 0,
            f"{self.name}: times must increase, but do not at {self._at(unordered)}: sort them and remove duplicates.",
        )

    @property
    def is_signed(self) -> bool:
        """Whether any value is at or below zero, as temperatures and spreads are: errors are then absolute."""
        return bool((self.values <= 0).any())

    def refuse_signed(self, setting: str = "") -> None:
        """Refuse values at or below zero.

        Args:
            setting: that takes logarithms or ratios, for the message, or empty.

        Raises:
            UserError: with the first such value.
        """
        signed = np.flatnonzero(self.values <= 0)
        needed = f" with {setting}" if setting else ""
        way_out = advice_on_signed(np.count_nonzero(self.values < 0) / len(self))
        require(
            signed.size == 0,
            f"{self.name}: every price must be a number above 0{needed}, but is {self._at(signed)}: "
            f"correct or remove the row{way_out}.",
        )

    def notes_on_sign(self) -> list[str]:
        """What follows from values at or below zero, where there are any."""
        signed = np.flatnonzero(self.values <= 0)
        if signed.size == 0:
            return []
        least = np.array([self.values.argmin()])
        lowest = "" if least[0] == signed[0] else f", the least {self._at(least)}"
        return [
            f"{signed.size:,} of {len(self):,} values are at or below zero, the first {self._at(signed)}{lowest}: "
            "errors are in units of the series, not relative to the last price, and MAPE is left out; if they stand "
            "for missing values, leave their cells empty"
        ]

    def _at(self, rows: NDArray[np.intp]) -> str:
        if rows.size == 0:
            return ""
        row = int(rows[0])
        return f"{self.values[row]:g} at {np.datetime_as_string(self.timestamps[row], unit='s')} (bar {row})"

    def __len__(self) -> int:
        """Number of bars."""
        return int(self.values.size)

    @property
    def digest(self) -> str:
        """SHA-256 of the content (not of the name): equal data, equal digest."""
        state = hashlib.sha256()
        for column in (self.timestamps.astype("datetime64[ns]").astype(np.int64), self.values, self.filled):
            state.update(np.ascontiguousarray(column).tobytes())
        for columns in (self.covariates, self.beside):
            for name in sorted(columns):
                state.update(name.encode())
                state.update(np.ascontiguousarray(columns[name]).tobytes())
        for name in sorted(set(self.levels) & set(self.covariates)):
            state.update(f"level {name}".encode())
        return state.hexdigest()
