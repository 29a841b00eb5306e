"""Does a forecast merely repeat the last price? A label, no accusation: on a random walk that is the best one can do.

A copy cannot be told by its level, which follows the price as closely as the best forecast's does (correlation 0.97 or
more either way), but by its changes: they are the price's own, a horizon late.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.metrics import error_unit
from lstm_sweep.stats.clark_west import clark_west, repeats_price

LEAST_CORRELATION = 0.8
"""Correlation from which on a forecast's changes count as the price's own."""


@dataclass(frozen=True)
class CopyCat:
    """Whether a forecast repeats the last price.

    Attributes:
        is_copy: whether it does.
        is_exact: whether every forecast is the last price, but for rounding.
        correlation: of the changes of the forecast with those of the last price, nan where one never changes.
        signal_p: p-value of Clark and West's test for signal.
    """

    is_copy: bool
    is_exact: bool
    correlation: float
    signal_p: float


def find_copycat(
    forecast: NDArray[np.float64],
    actual: NDArray[np.float64],
    last_price: NDArray[np.float64],
    scored: NDArray[np.bool_],
    alpha: float,
    signed: bool = False,
) -> CopyCat:
    """Compare the changes of a forecast from window to window with those of the price it starts from.

    It is a copy where they correlate with 0.8 or more and no signal is found beside the copied price.

    Args:
        forecast: float64 `(window, horizon)`, price units, averaged over seeds, windows in the order of time.
        actual: float64 `(window, horizon)`, price units.
        last_price: float64 `(window,)`, the price at the origin.
        scored: bool `(window, horizon)`, which targets are real bars; at least one in every window.
        alpha: level of the test for signal.
        signed: whether the series has values at or below zero: changes are then absolute.

    Raises:
        ValueError: where the shapes do not fit.
    """
    _, signal_p = clark_west(forecast, actual, last_price, scored, signed)
    is_exact = repeats_price(forecast, last_price)
    correlation = correlation_of_changes(forecast, last_price, signed)
    follows = correlation >= LEAST_CORRELATION and signal_p >= alpha
    return CopyCat(is_exact or follows, is_exact, correlation, signal_p)


@np.errstate(over="ignore", invalid="ignore")  # of a forecast that ran away: its correlation is nan
def correlation_of_changes(
    forecast: NDArray[np.float64], last_price: NDArray[np.float64], signed: bool = False
) -> float:
    """Correlation of the changes between windows, in `error_unit`, over all steps; nan where one is constant."""
    unit = error_unit(last_price, signed)
    changes = np.diff(forecast, axis=0) / unit[:-1, None]
    copied = np.broadcast_to((np.diff(last_price) / unit[:-1])[:, None], changes.shape)
    deviations = [values - values.mean() for values in (changes.ravel(), copied.ravel())] if changes.size else []
    scale = np.prod([np.sqrt(np.square(values).sum()) for values in deviations])
    if not deviations or not np.isfinite(scale) or scale == 0:
        return float("nan")
    return float(deviations[0] @ deviations[1] / scale)
