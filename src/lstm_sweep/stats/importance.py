"""Which settings mattered, and how sure that is: shares of variance, each with an interval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.stats.columns import ROUNDING
from lstm_sweep.stats.variance import Share, is_full_grid, share_alone, shares_of_grid

_MOST_VALUES = 12
"""Numbers of a setting that are told apart; of more, neighbours are put together."""

_MOST_GROUPS = 5
_FEWEST_IN_GROUP = 4
"""Trials in each group that the numbers of a range are cut into."""


class Method(StrEnum):
    """How importance was found."""

    ANOVA = "share of variance (omega squared)"
    ALONE = "share of variance (omega squared), each setting by itself"


@dataclass(frozen=True)
class Importance:
    """How much each setting mattered for the score.

    Attributes:
        shares: by path, largest first, of the variance of the scores; of a full grid with several seeds,
            `interactions` stands for what settings do only together; seed noise, and of drawn trials all that
            settings do only together, is missing to 1. None where nothing can be said.
        method: how they were found, None where nothing can be said.
        reason: why nothing can be said, a sentence; empty where something can.
        low: by path, lower end of the share's interval, which holds it in all but 2 alpha of cases; 0 where the
            setting is not shown to matter.
        high: by path, upper end.
    """

    shares: dict[str, float] | None
    method: Method | None
    reason: str = ""
    low: dict[str, float] = field(default_factory=dict)
    high: dict[str, float] = field(default_factory=dict)


def find_importance(settings: Mapping[str, Sequence[Any]], scores: NDArray[np.float64], alpha: float) -> Importance:
    """Find how much each setting mattered.

    Of a full grid by its analysis of variance. Of any other trials each setting is looked at by itself, with all else
    as noise: right, if wide, for few trials, as long as settings were drawn independently of each other. Where a
    tuner moved settings together, they share what they did.

    Args:
        settings: by path, the value of each trial.
        scores: float64 `(trial, seed)`; a trial whose scores are not all finite is left out.
        alpha: half the probability outside of an interval.

    Raises:
        ValueError: where the shapes do not fit.
    """
    for path, values in settings.items():
        if scores.ndim != 2 or len(values) != len(scores):
            raise ValueError(f"scores must be (trial, seed), but are {scores.shape} for {len(values)} of {path}.")
    complete = np.flatnonzero(np.isfinite(scores).all(axis=1)).tolist()
    codes = {path: encode([values[trial] for trial in complete]) for path, values in settings.items()}
    swept = {path: code for path, code in codes.items() if np.unique(code).size > 1}
    if not swept:
        return Importance(None, None, "No setting has two values among the completed trials.")
    if np.ptp(scores[complete]) <= ROUNDING * np.abs(scores[complete]).mean():
        return Importance(None, None, "All completed trials have the same score.")
    table = np.column_stack(list(swept.values()))
    if is_full_grid(table):
        shares, method = shares_of_grid(table, scores[complete], list(swept), alpha), Method.ANOVA
    else:
        groups = {
            path: in_groups(code) if are_numbers([settings[path][trial] for trial in complete]) else code
            for path, code in swept.items()
        }
        shares, method = _alone(groups, scores[complete].mean(axis=1), alpha), Method.ALONE
    if not shares:
        why = f"{len(complete)} trials, each with values of its own, tell nothing of noise: seeds=2 or more would."
        return Importance(None, None, why)
    return _importance(shares, method)


def _alone(groups: Mapping[str, NDArray[np.float64]], scores: NDArray[np.float64], alpha: float) -> dict[str, Share]:
    """Shares of settings; one of which every trial has a value of its own may explain nothing or everything."""
    found = {path: share_alone(column, scores, alpha) for path, column in groups.items()}
    if not any(found.values()):
        return {}
    return {path: share or Share(0.0, 0.0, 1.0) for path, share in found.items()}


def in_groups(column: NDArray[np.float64]) -> NDArray[np.float64]:
    """The values, float64 `(trial,)`; of many different ones the number of their group, neighbours together.

    Groups are five at most, and of four trials or more.
    """
    room = max(2, column.size // _FEWEST_IN_GROUP)
    distinct, place, counts = np.unique(column, return_inverse=True, return_counts=True)
    if distinct.size <= min(room, _MOST_VALUES):
        return column
    middle = np.cumsum(counts) - counts / 2  # equal values stay in one group
    return np.floor(middle[place] * min(room, _MOST_GROUPS) / column.size)


def are_numbers(values: Sequence[Any]) -> bool:
    """Whether all are numbers, or null."""
    return all(isinstance(value, int | float) or value is None for value in values)


def encode(values: Sequence[Any]) -> NDArray[np.float64]:
    """Values as numbers in their order; null before all numbers, anything else by the alphabet, float64 `(trial,)`."""
    if are_numbers(values):
        numbers = [float(value) for value in values if value is not None]
        null = min(numbers, default=0.0) - 1.0
        return np.array([null if value is None else float(value) for value in values], dtype=np.float64)
    order = {name: number for number, name in enumerate(sorted(set(map(repr, values))))}
    return np.array([order[repr(value)] for value in values], dtype=np.float64)


def _importance(shares: Mapping[str, Share], method: Method) -> Importance:
    order = sorted(shares, key=lambda path: -shares[path].value)
    value, low, high = ({path: getattr(shares[path], end) for path in order} for end in ("value", "low", "high"))
    return Importance(value, method, "", low, high)
