"""Which settings mattered, where that can be said: of a full grid by analysis of variance, else by a forest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.stats.columns import ROUNDING
from lstm_sweep.stats.variance import is_full_grid, omega_squared

TRIALS_NEEDED = 60
"""Fewest trials that a forest is grown on."""

R_SQUARED_NEEDED = 0.2
"""A forest that explains less of trials it has not seen has learnt noise: there the first of nine settings gets 27 %
of the "importance"."""

_TREES = 200
_REPEATS = 10


class Method(StrEnum):
    """How importance was found."""

    ANOVA = "share of variance (omega squared)"
    FOREST = "permutation importance in a random forest"


@dataclass(frozen=True)
class Importance:
    """How much each setting mattered for the score.

    Attributes:
        shares: by path, largest first; of the variance of the scores (ANOVA, where `interactions` stands for what
            settings do only together, and seed noise is missing to 1), or of all importance (forest, sum 1).
            None where nothing can be said.
        method: how they were found, None where nothing can be said.
        reason: why nothing can be said, a sentence; empty where something can.
    """

    shares: dict[str, float] | None
    method: Method | None
    reason: str = ""


def find_importance(settings: Mapping[str, Sequence[Any]], scores: NDArray[np.float64], seed: int) -> Importance:
    """Find how much each setting mattered.

    Args:
        settings: by path, the value of each trial.
        scores: float64 `(trial, seed)`; a trial whose scores are not all finite is left out.
        seed: of the forest.

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
    if scores.shape[1] > 1 and is_full_grid(table):
        return _importance(omega_squared(table, scores[complete], list(swept)), Method.ANOVA)
    return _by_forest(table, scores[complete].mean(axis=1), list(swept), seed)


def encode(values: Sequence[Any]) -> NDArray[np.float64]:
    """Values as numbers in their order; null before all numbers, anything else by the alphabet, float64 `(trial,)`."""
    if all(isinstance(value, int | float) or value is None for value in values):
        numbers = [float(value) for value in values if value is not None]
        null = min(numbers, default=0.0) - 1.0
        return np.array([null if value is None else float(value) for value in values], dtype=np.float64)
    order = {name: number for number, name in enumerate(sorted(set(map(repr, values))))}
    return np.array([order[repr(value)] for value in values], dtype=np.float64)


def _by_forest(table: NDArray[np.float64], scores: NDArray[np.float64], paths: list[str], seed: int) -> Importance:
    if len(scores) < TRIALS_NEEDED:
        why = (
            f"Importance needs a full grid with two seeds or more, or {TRIALS_NEEDED} trials; {len(scores)} completed."
        )
        return Importance(None, None, why)
    forest = grow(table, scores, seed)
    if not forest.oob_score_ > R_SQUARED_NEEDED:
        why = (
            "The settings explain too little of the score to be ranked: a forest has R2 "
            f"{forest.oob_score_:.2f} on trials that it has not seen, and {R_SQUARED_NEEDED} is needed."
        )
        return Importance(None, None, why)
    gains = gains_by_shuffling(forest, table, scores, seed)
    return _importance(dict(zip(paths, (gains / gains.sum()).tolist(), strict=True)), Method.FOREST)


def grow(table: NDArray[np.float64], scores: NDArray[np.float64], seed: int) -> Any:
    """A forest on `(trial, setting)` and `(trial,)`; `oob_score_` is its R2 on trials that a tree has not seen."""
    from sklearn.ensemble import RandomForestRegressor  # a second, needed once at the end of a large sweep

    return RandomForestRegressor(_TREES, oob_score=True, random_state=seed).fit(table, scores)


def gains_by_shuffling(
    forest: Any, table: NDArray[np.float64], scores: NDArray[np.float64], seed: int
) -> NDArray[np.float64]:
    """By how much a forest's R2 falls when one setting is shuffled between the trials, not below 0, `(setting,)`."""
    from sklearn.inspection import permutation_importance

    shuffled = permutation_importance(forest, table, scores, n_repeats=_REPEATS, random_state=seed)
    return np.maximum(shuffled.importances_mean, 0.0)


def _importance(shares: dict[str, float], method: Method) -> Importance:
    return Importance(dict(sorted(shares.items(), key=lambda item: -item[1])), method)
