"""Analysis of variance: how much of the scores' variance each setting explains, and how sure that is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

INTERACTIONS = "interactions"
"""What settings do only together."""

_LARGE = 5000.0
"""Squares of an effect, in errors, from which on the noise of the error alone matters for its interval."""


@dataclass(frozen=True)
class Share:
    """A fraction of the variance of scores.

    Attributes:
        value: estimate, omega squared.
        low: lower end of its interval.
        high: upper end.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class _Effect:
    """What a setting explains: sum of squares, and degrees of freedom."""

    squares: float
    degrees: int


def is_full_grid(table: NDArray[np.float64]) -> bool:
    """Whether every combination of the values in the columns of `(trial, setting)` is there exactly once."""
    size = np.prod([np.unique(column).size for column in table.T])
    return bool(len(table) == size == len(np.unique(table, axis=0)))


def shares_of_grid(
    table: NDArray[np.float64], scores: NDArray[np.float64], paths: list[str], alpha: float
) -> dict[str, Share] | None:
    """Share of the variance of the scores that each setting explains, less what chance would have explained.

    `omega2 = (SS - df * MS_error) / (SS_total + MS_error)`, not below 0 (Hays, 1963, Statistics for Psychologists;
    Olejnik and Algina, 2003, Psychological Methods 8, 434-447). The error is the variance of a trial over its seeds;
    with a single seed, all that settings do together counts as error.

    Args:
        table: float64 `(trial, setting)`, a full grid.
        scores: float64 `(trial, seed)`, not all equal.
        paths: names of the settings.
        alpha: of one end of an interval.

    Returns:
        By path, and as `interactions` where there are several settings and seeds; None where no error is left to
        compare with.
    """
    num_trials, num_seeds = scores.shape
    effects = {path: _effect(column, scores) for path, column in zip(paths, table.T, strict=True)}
    between = num_seeds * float(np.square(scores.mean(axis=1) - scores.mean()).sum())
    together = _Effect(
        max(0.0, between - sum(effect.squares for effect in effects.values())),
        num_trials - 1 - sum(effect.degrees for effect in effects.values()),
    )
    if num_seeds == 1:
        return _shares(effects, together, scores.size, alpha)
    if len(paths) > 1:
        effects[INTERACTIONS] = together
    within = float(np.square(scores - scores.mean(axis=1, keepdims=True)).sum())
    return _shares(effects, _Effect(within, num_trials * (num_seeds - 1)), scores.size, alpha)


def share_alone(column: NDArray[np.float64], scores: NDArray[np.float64], alpha: float) -> Share | None:
    """Share of the variance that one setting explains where the others were drawn independently of it.

    Whatever else moved the scores - other settings, seeds - is error.

    Args:
        column: float64 `(trial,)`, which group each trial is in.
        scores: float64 `(trial,)`.
        alpha: of one end of an interval.

    Returns:
        The share, None where no two trials are in one group.
    """
    effect = _effect(column, scores[:, None])
    rest = float(np.square(scores - scores.mean()).sum()) - effect.squares
    error = _Effect(max(rest, 0.0), scores.size - 1 - effect.degrees)
    shares = _shares({"": effect}, error, scores.size, alpha)
    return None if shares is None else shares[""]


def _effect(column: NDArray[np.float64], scores: NDArray[np.float64]) -> _Effect:
    values, group = np.unique(column, return_inverse=True)
    counts = np.bincount(group)
    means = np.bincount(group, scores.mean(axis=1)) / counts
    return _Effect(float(scores.shape[1] * (counts @ np.square(means - scores.mean()))), values.size - 1)


def _shares(effects: dict[str, _Effect], error: _Effect, count: int, alpha: float) -> dict[str, Share] | None:
    """Of `count` scores; a share is r / (1 + all r), where r is the variance by a setting over that of the error."""
    if error.degrees < 1:
        return None
    total = sum(effect.squares for effect in effects.values()) + error.squares
    noise = max(error.squares / error.degrees, 1e-12 * total)
    estimates = {path: max(0.0, each.squares - each.degrees * noise) / noise / count for path, each in effects.items()}
    shares = {}
    for path, effect in effects.items():
        value = estimates[path] * count * noise / (total + noise)
        others = 1.0 + sum(estimates.values()) - estimates[path]
        low, high = (each / count for each in _noncentral(effect.squares / noise, effect.degrees, error.degrees, alpha))
        shares[path] = Share(value, min(low / (low + others), value), max(high / (high + others), value))
    return shares


def _noncentral(squares: float, degrees: int, error_degrees: int, alpha: float) -> tuple[float, float]:
    """Interval of the noncentrality of an F statistic, each end left with probability alpha.

    Inverts the noncentral F distribution (Steiger, 2004, Psychological Methods 9, 164-182), which holds for few
    scores as for many where noise is normal.
    """
    from scipy import special

    if degrees == 0:
        return 0.0, 0.0
    if squares > _LARGE:
        errors = [special.gammaincinv(error_degrees / 2, p) * 2 / error_degrees for p in (alpha, 1.0 - alpha)]
        return squares * float(errors[0]), squares * float(errors[1])
    low, high = (special.ncfdtrinc(degrees, error_degrees, p, squares / degrees) for p in (1.0 - alpha, alpha))
    return float(low), float(high)
