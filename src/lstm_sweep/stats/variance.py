"""Analysis of variance of a full grid: how much of the scores' variance each setting explains."""

import numpy as np
from numpy.typing import NDArray

INTERACTIONS = "interactions"
"""What settings do only together."""


def is_full_grid(table: NDArray[np.float64]) -> bool:
    """Whether every combination of the values in the columns of `(trial, setting)` is there exactly once."""
    size = np.prod([np.unique(column).size for column in table.T])
    return bool(len(table) == size == len(np.unique(table, axis=0)))


def omega_squared(table: NDArray[np.float64], scores: NDArray[np.float64], paths: list[str]) -> dict[str, float]:
    """Share of the variance of the scores that each setting explains, less what chance would have explained.

    `omega2 = (SS - df * MS_within) / (SS_total + MS_within)`, not below 0, where `MS_within` is the variance of a
    trial over its seeds (Hays, 1963, Statistics for Psychologists; Olejnik and Algina, 2003, Psychological Methods 8,
    434-447).

    Args:
        table: float64 `(trial, setting)`, a full grid.
        scores: float64 `(trial, seed)`, two seeds or more, not all equal.
        paths: names of the settings.

    Returns:
        By path, and as `interactions` where there are several settings, a fraction.
    """
    num_trials, num_seeds = scores.shape
    grand = scores.mean()
    within = scores.var(axis=1, ddof=1).mean()
    total = np.square(scores - grand).sum()
    squares, degrees = {}, {}
    for path, column in zip(paths, table.T, strict=True):
        values = np.unique(column)
        means = np.array([scores[column == value].mean() for value in values])
        squares[path] = scores.size / values.size * np.square(means - grand).sum()
        degrees[path] = values.size - 1
    if len(paths) > 1:
        between = num_seeds * np.square(scores.mean(axis=1) - grand).sum()
        squares[INTERACTIONS] = between - sum(squares.values())
        degrees[INTERACTIONS] = num_trials - 1 - sum(degrees.values())
    return {path: max(0.0, float((squares[path] - degrees[path] * within) / (total + within))) for path in squares}
