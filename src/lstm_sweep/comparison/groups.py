"""Sweeps on the same prices stand together: no number of theirs compares with one on other prices."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lstm_sweep.comparison.kinds import Finished


@dataclass(frozen=True)
class DataGroup:
    """Finished sweeps on the same prices.

    Attributes:
        title: the prices: 'sp500, 5,031 bars, 1999-01-04 to 2018-12-31'.
        sweeps: by their score on validation, the best first.
    """

    title: str
    sweeps: tuple[Finished, ...]


ORDER = (
    "The prices of the newest sweep come first; on the same prices, the best on validation: what is chosen by the test "
    "span is no longer confirmed by it."
)
"""How sweeps are sorted, and why."""


def group_by_data(sweeps: Sequence[Finished]) -> list[DataGroup]:
    """Groups, the one with the newest sweep first."""
    by_digest: dict[str, list[Finished]] = {}
    for sweep in sorted(sweeps, key=lambda each: -(each.begun or 0)):
        by_digest.setdefault(sweep.digest, []).append(sweep)
    return [DataGroup(_title(group), tuple(sorted(group, key=_rank))) for group in by_digest.values()]


def _rank(sweep: Finished) -> tuple[float, str]:
    score = sweep.number("best", "score")
    return math.inf if score is None else score, sweep.name


def _title(group: Sequence[Finished]) -> str:
    """Prices may have come under more than one name."""
    names = dict.fromkeys(str(sweep.told("data", "name") or "unknown prices") for sweep in group)
    bars = group[0].number("data", "bars")
    days = next((f"{str(each.data.first)[:10]} to {str(each.data.last)[:10]}" for each in group if each.data), "")
    return ", ".join(part for part in (" = ".join(names), f"{bars:,.0f} bars" if bars else "", days) if part)
