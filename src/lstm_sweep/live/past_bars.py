"""The latest bars of a series that grows, and how far each moved: all that a forecast and its interval rest on."""

from collections.abc import Sequence
from typing import final

import numpy as np
import pandas as pd

from lstm_sweep.data.series import Series
from lstm_sweep.stats.conformal import DECAY, volatility

_SETTLED = 21
"""Bars after which the level of volatility goes on by itself."""


@final
class PastBars:
    """Bars by row, counted from the first that was ever added; the latest `keep` at least are at hand.

    Attributes:
        features: names of the covariates.
    """

    def __init__(self, name: str, features: Sequence[str], signed: bool, keep: int) -> None:
        """Begin without bars."""
        self.features = tuple(features)
        self._name, self._signed, self._keep = name, signed, keep
        self._first = 0  # row of what stands first in the lists
        self._times: list[int] = []
        self._values: list[tuple[float, ...]] = []
        self._filled: list[bool] = []
        self._units: list[float] = []
        self._square = 0.0

    def __len__(self) -> int:
        """Rows that were ever added."""
        return self._first + len(self._times)

    @property
    def first(self) -> int:
        """The first row that is at hand."""
        return self._first

    def add(self, time: int, values: tuple[float, ...], filled: bool) -> None:
        """Add a bar after all others: nanoseconds since 1970, price and covariates."""
        self._times.append(time)
        self._values.append(values)
        self._filled.append(filled)
        self._units.append(self._unit())
        if len(self._times) >= 2 * self._keep:
            self._drop(len(self._times) - self._keep)

    def correct(self, row: int, values: tuple[float, ...], filled: bool) -> None:
        """A bar has other values from now on; how far prices moved stays as it was seen."""
        self._values[row - self._first], self._filled[row - self._first] = values, filled

    def row_of(self, time: int) -> int | None:
        """The row of a bar, None where there is none at hand."""
        place = int(np.searchsorted(self._times, time))
        return self._first + place if place < len(self._times) and self._times[place] == time else None

    def time(self, row: int) -> int:
        """Nanoseconds since 1970."""
        return self._times[row - self._first]

    def values(self, row: int) -> tuple[float, ...]:
        """Price and covariates."""
        return self._values[row - self._first]

    def price(self, row: int) -> float:
        """The price."""
        return self._values[row - self._first][0]

    def is_filled(self, row: int) -> bool:
        """Whether the bar never came."""
        return self._filled[row - self._first]

    def unit(self, row: int) -> float:
        """Volatility known at the row, in price units."""
        return self._units[row - self._first]

    def series(self) -> Series:
        """What is at hand; its row 0 is row `first`."""
        values = np.array(self._values)
        return Series(
            self._name,
            np.array(self._times, "datetime64[ns]"),
            values[:, 0],
            np.array(self._filled),
            {name: values[:, place] for place, name in enumerate(self.features, start=1)},
        )

    def frame(self, rows: int) -> pd.DataFrame:
        """The latest rows as forecasters read them."""
        return pd.DataFrame(self._values[-rows:], columns=["price", *self.features], dtype=float)

    def _unit(self) -> float:
        """The same as `volatility` over all bars, without reading them again."""
        prices = np.array([values[0] for values in self._values[-_SETTLED:]])
        last = 1.0 if self._signed else prices[-1]
        if len(self) == 1:
            return 0.0
        if len(self) <= _SETTLED:
            units = np.ones(len(prices) - 1) if self._signed else prices[:-1]
            self._square = float(volatility(np.diff(prices) / units)[-1]) ** 2
        else:
            change = float(prices[-1] - prices[-2]) / (1.0 if self._signed else float(prices[-2]))
            self._square = DECAY * self._square + (1 - DECAY) * change * change
        return float(np.sqrt(self._square) * last)

    def _drop(self, count: int) -> None:
        for each in (self._times, self._values, self._filled, self._units):
            del each[:count]
        self._first += count
