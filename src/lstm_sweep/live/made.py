"""The forecasts of the latest bars: which of them may be scored, and what they came to."""

from collections.abc import Iterator
from typing import final

import numpy as np

from lstm_sweep.live.past_bars import PastBars
from lstm_sweep.live.record.lines import CHALLENGER, CHAMPION, ForecastLine, ScoreLine
from lstm_sweep.live.winner import WinnerFacts

SHOWN = 500
"""Bars whose forecasts stay at hand, for people to look at."""


@final
class MadeForecasts:
    """Forecasts by row of their origin and by role.

    Only what was forecast in time counts, of bars that came in time, and of prices that the version had not seen.
    """

    def __init__(self, bars: PastBars, signed: bool) -> None:
        """Begin without forecasts of bars, to which others are added."""
        self._bars, self._signed = bars, signed
        self._made: dict[int, dict[str, ForecastLine]] = {}
        self._origins: dict[int, float] = {}  # prices by row as they stood when they were forecast from
        self._absent: set[int] = set()  # rows of bars that were not there in time, whatever came later
        self._first_seen: dict[int, tuple[float, bool]] = {}  # price, and whether it was filled, before corrections
        self._seen_until: dict[str, int] = {}  # by version
        self._free_from = 0  # first origin that may be scored next: steps of scored ones do not overlap
        self._longest = 1  # steps of any forecast

    def after(self, row: int) -> dict[str, ForecastLine]:
        """By role, those that were made after a bar."""
        return self._made.get(row, {})

    def first_seen(self, row: int) -> tuple[float, bool]:
        """Price of one of the latest bars, and whether it was filled, as it first came, before any correction."""
        return self._first_seen[row]

    def begin_version(self, version: str, facts: WinnerFacts) -> None:
        """A version begins, which has seen what it was trained on."""
        self._seen_until[version] = seen_until(facts)

    def add_bar(self) -> None:
        """A bar was added."""
        last = len(self._bars) - 1
        self._first_seen[last] = self._bars.price(last), self._bars.is_filled(last)
        self._first_seen.pop(last - SHOWN - 1, None)
        if self._bars.is_filled(last):
            self._absent.add(last)
        self._made.pop(last - SHOWN, None)
        self._origins.pop(last - SHOWN, None)
        self._absent.discard(last - SHOWN)

    def add(self, line: ForecastLine) -> None:
        """A version has forecast after the newest bar."""
        row = len(self._bars) - 1
        self._made.setdefault(row, {})[line.role] = line
        self._origins[row] = self._bars.price(row)
        self._longest = max(self._longest, len(line.prices))

    def add_score(self) -> None:
        """The newest bar has settled a score."""
        self._free_from = len(self._bars) - 1

    def due_score(self) -> ScoreLine | None:
        """What the newest bar settles."""
        last = len(self._bars) - 1
        for origin in range(max(self._free_from, last - self._longest), last):
            line, rival = (self.after(origin).get(role) for role in (CHAMPION, CHALLENGER))
            if line is None or origin + len(line.prices) != last or not self._counts(origin, line):
                continue
            compares = rival is not None and len(rival.prices) == len(line.prices) and self._counts(origin, rival)
            return ScoreLine(
                origin=line.origin,
                time=self._bars.time(last),
                naive=self._loss(origin, (self._origins[origin],) * len(line.prices)),
                champion=self._loss(origin, line.prices),
                challenger=self._loss(origin, rival.prices) if compares and rival is not None else None,
            )
        return None

    def intervals(self) -> Iterator[tuple[int, bool]]:
        """Of the champion's intervals for the newest bar: steps ahead, and whether it held."""
        last = len(self._bars) - 1
        if self._bars.is_filled(last):
            return
        price = self._bars.price(last)
        for origin in range(max(0, last - self._longest), last):
            line, step = self.after(origin).get(CHAMPION), last - origin
            if line is None or step > len(line.prices) or not self._is_ahead(origin, line):
                continue
            low, high = line.low[step - 1], line.high[step - 1]
            if low is not None and high is not None:
                yield step, low <= price <= high

    def _counts(self, origin: int, line: ForecastLine) -> bool:
        rows = range(origin, origin + len(line.prices) + 1)
        return self._is_ahead(origin, line) and self._absent.isdisjoint(rows)

    def _is_ahead(self, origin: int, line: ForecastLine) -> bool:
        return not line.late and self._bars.time(origin + 1) > self._seen_until[line.version]

    def _loss(self, origin: int, prices: tuple[float, ...]) -> float:
        """Mean squared error over the steps, relative to the price at the origin (absolute for a signed series).

        The price at the origin is that which the forecast was made of: naive does not know of corrections either.
        """
        actual = np.array([self._bars.price(origin + step) for step in range(1, len(prices) + 1)])
        unit = 1.0 if self._signed else self._origins[origin]
        return float(np.mean(((np.array(prices) - actual) / unit) ** 2))


def seen_until(facts: WinnerFacts) -> int:
    """Time of the newest price that a version was trained or chosen on, nanoseconds since 1970."""
    if facts.trained_until:
        return int(np.datetime64(facts.trained_until, "ns").astype(np.int64))
    return int(np.datetime64(facts.unseen_from, "ns").astype(np.int64)) - 1
