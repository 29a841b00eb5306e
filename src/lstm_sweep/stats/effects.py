"""What each swept value did to the score, with a band for seed noise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_EFFECTS = 12
"""Values of a setting that are told apart; of more, drawn from a range, neighbours are put together."""

NUM_GROUPS = 5


@dataclass(frozen=True)
class Effect:
    """The score of all trials that share one value of one setting.

    Attributes:
        value: of the setting.
        mean: score, averaged over the trials and their seeds.
        half_width: of the band around it that another set of seeds would leave with probability 2 alpha; nan where
            seeds are too few to tell.
        num_trials: trials with this value.
    """

    value: Any
    mean: float
    half_width: float
    num_trials: int


def find_effects(
    settings: Mapping[str, Sequence[Any]], scores: NDArray[np.float64], alpha: float
) -> dict[str, list[Effect]]:
    """Average the scores by each value of each setting, over whatever the other settings were.

    The seeds are the same for all trials, so they are averaged last: a band is `t(V * (S - 1)) * sqrt(s2 / S)` with
    `s2` the variance of a value's score over its S seeds, averaged over the V values of the setting (pooled). It
    speaks of seeds alone: other settings of the trials, or other prices, might move the mean further.

    Args:
        settings: by path, the value of each trial.
        scores: float64 `(trial, seed)`; a trial whose scores are not all finite is left out.
        alpha: half the probability outside of a band.

    Returns:
        By path, an effect for each value, in the order in which the values first appear.

    Raises:
        ValueError: where the shapes do not fit.
    """
    for path, values in settings.items():
        if scores.ndim != 2 or len(values) != len(scores):
            raise ValueError(f"scores must be (trial, seed), but are {scores.shape} for {len(values)} of {path}.")
    complete = np.flatnonzero(np.isfinite(scores).all(axis=1)).tolist()
    return {
        path: _effects([values[trial] for trial in complete], scores[complete], alpha)
        for path, values in settings.items()
    }


def grouped(values: Sequence[object]) -> list[object]:
    """Numbers of a range by fifths of the trials, 'low to high', where there are too many to have an effect each."""
    distinct = set(map(repr, values))
    if len(distinct) <= MOST_EFFECTS or not all(isinstance(each, int | float) for each in values):
        return list(values)
    numbers = np.array(values, dtype=np.float64)
    order = np.argsort(numbers, kind="stable")
    labels = np.empty(len(numbers), dtype=object)
    for group in np.array_split(order, NUM_GROUPS):
        labels[group] = f"{numbers[group].min():.3g} to {numbers[group].max():.3g}"
    return list(labels)


def _effects(values: Sequence[Any], scores: NDArray[np.float64], alpha: float) -> list[Effect]:
    rows: dict[str, list[int]] = {}
    for row, value in enumerate(values):
        rows.setdefault(repr(value), []).append(row)  # True is not 1 here, and a list is as good a value as any
    if not rows:
        return []
    by_seed = np.stack([scores[each].mean(axis=0) for each in rows.values()])
    half_width = _half_width(by_seed, alpha)
    return [
        Effect(values[each[0]], float(mean), half_width, len(each))
        for each, mean in zip(rows.values(), by_seed.mean(axis=1), strict=True)
    ]


def _half_width(by_seed: NDArray[np.float64], alpha: float) -> float:
    """Of the bands of all values, from their scores `(value, seed)`."""
    from scipy import stats  # half a second, needed once at the end of a sweep

    num_values, num_seeds = by_seed.shape
    if num_seeds < 2:
        return float("nan")
    variance = by_seed.var(axis=1, ddof=1).mean()
    return float(stats.t.ppf(1.0 - alpha, num_values * (num_seeds - 1)) * np.sqrt(variance / num_seeds))
