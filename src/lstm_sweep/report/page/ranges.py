"""How the values of a swept setting lie on an axis: as choices, or as numbers on a linear or logarithmic scale."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_sweep.formats import is_number, short_setting
from lstm_sweep.report.page.material import Material, setting_of
from lstm_sweep.trials.label import setting_text

MOST_NAMED = 12
"""Values of a list that are each written beside the axis; more numbers than that are drawn as a range."""

_WIDE_RANGE = 50.0
"""Ratio of the largest to the smallest from which on a list of many numbers is drawn on a logarithmic axis."""

_MOST_TICKS = 6
_LONGEST = 14


@dataclass(frozen=True)
class Placed:
    """Values on an axis.

    Attributes:
        places: of each value; of a logarithmic range, its decimal logarithm.
        ticks: where something is written.
        words: what is written there, four significant digits of a number.
        kind: choices, linear or log.
    """

    places: list[float]
    ticks: list[float]
    words: list[str]
    kind: str

    @property
    def ends(self) -> list[float]:
        """Ends of an axis with room beside the outermost values."""
        drawn = [*self.places, *(self.ticks if self.kind == "choices" else [])]
        margin = 0.5 if self.kind == "choices" else 0.05 * (max(drawn) - min(drawn)) or 0.5
        return [min(drawn) - margin, max(drawn) + margin]


def placed(material: Material, path: str, values: Sequence[Any]) -> Placed:
    """Where values of a setting lie, one or more."""
    kind = _kind(sweep_of(material, path), values)
    if kind == "choices":
        return _choices(values)
    numbers = np.array(values, dtype=np.float64)
    low, high = float(numbers.min()), float(numbers.max())
    ticks = ticks_of(low, high, kind == "log")
    words = [short_setting(int(tick) if tick.is_integer() and abs(tick) < 1e6 else tick) for tick in ticks]
    if kind == "log":
        return Placed(np.log10(numbers).tolist(), [math.log10(tick) for tick in ticks], words, kind)
    return Placed(numbers.tolist(), ticks, words, kind)


def order_of(value: Any) -> tuple[int, float, str]:
    """Sorts values: null, then numbers by size, then words."""
    if value is None:
        return 0, 0.0, ""
    return (1, float(value), "") if is_number(value) else (2, 0.0, setting_text(value))


def sweep_of(material: Material, path: str) -> Any:
    """What `search` says about a setting, or None."""
    return setting_of(material.settings.get("search"), path)


def ticks_of(low: float, high: float, is_log: bool) -> list[float]:
    """Round numbers from low to high: 1, 2 or 5 times a power of ten, or, where there are many, powers alone."""
    if not high > low:
        return [low]
    if is_log:
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        for digits in ((1, 2, 5), (1, 3), (1,)):
            found = [float(f"{digit}e{power}") for power in powers for digit in digits]
            found = [tick for tick in found if low * (1 - 1e-9) <= tick <= high * (1 + 1e-9)]
            if 2 <= len(found) <= _MOST_TICKS:
                return found
        if len(found) > _MOST_TICKS:
            return found[:: math.ceil(len(found) / _MOST_TICKS)]
    rough = (high - low) / (_MOST_TICKS - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(digit * power for digit in (1, 2, 5, 10) if digit * power >= rough * (1 - 1e-9))
    places = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    return [float(f"{place * step:.12g}") for place in places]


def _kind(sweep: Any, values: Sequence[Any]) -> str:
    if not all(is_number(value) and not isinstance(value, bool) for value in values):
        return "choices"
    positive = min(values) > 0
    if isinstance(sweep, dict):
        return "log" if sweep.get("log") and positive else "linear"
    if len(set(values)) <= MOST_NAMED:
        return "choices"
    return "log" if positive and max(values) / min(values) >= _WIDE_RANGE else "linear"


def _choices(values: Sequence[Any]) -> Placed:
    distinct = {setting_text(value): value for value in values}
    names = sorted(distinct, key=lambda name: order_of(distinct[name]))
    place_of = {name: float(place) for place, name in enumerate(names)}
    words = [short_setting(distinct[name]) for name in names]
    short = [word if len(word) <= _LONGEST else word[: _LONGEST - 1] + "…" for word in words]
    return Placed([place_of[setting_text(value)] for value in values], list(place_of.values()), short, "choices")
