"""Losses of forecasts whose worth is known."""

import numpy as np
from numpy.typing import NDArray

Losses = NDArray[np.float64]


def losses_of(skills: list[float], num_windows: int, seeds: int = 3, seed: int = 0) -> tuple[Losses, Losses]:
    """Losses `(trial, seed, window)` of forecasts that know a share of a signal, and naive's `(window,)`.

    A tenth of the variance of the change can be known. A trial's skill is the share of that signal which it forecasts
    (0: none of it), and each of its seeds adds noise of its own.
    """
    generator = np.random.default_rng(seed)
    signal, noise = generator.normal(0, np.sqrt([[0.1], [0.9]]), (2, num_windows))
    shape = (len(skills), seeds, num_windows)
    wobble = generator.normal(0, 0.1, (*shape[:2], 1)) * generator.normal(0, 1, shape)
    forecast = np.asarray(skills)[:, None, None] * signal + wobble
    change = signal + noise
    return (change - forecast) ** 2, change**2


def overlapping(generator: np.random.Generator, num_windows: int, columns: int, horizon: int) -> Losses:
    """Losses `(column, window)`, each a mean of `horizon` shocks that it shares with its neighbours but for one."""
    shocks = generator.exponential(size=(columns, num_windows + horizon - 1))
    return np.stack([np.convolve(row, np.ones(horizon) / horizon, "valid") for row in shocks])
