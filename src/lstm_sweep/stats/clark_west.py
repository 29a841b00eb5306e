"""Is there signal in a forecast at all? A diagnostic beside the verdict, never in its place.

A model that nests naive pays for what it estimates: even with some signal its errors may be larger. The test of Clark
and West (2007, Journal of Econometrics 138, 291-311) takes that price off, and so asks for signal, not for
accuracy.
"""

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.metrics import error_unit
from lstm_sweep.stats.columns import ROUNDING, are_numbers
from lstm_sweep.stats.diebold_mariano import num_lags
from lstm_sweep.stats.hac import standard_error


def clark_west(
    forecast: NDArray[np.float64],
    actual: NDArray[np.float64],
    last_price: NDArray[np.float64],
    scored: NDArray[np.bool_],
    signed: bool = False,
) -> tuple[float, float]:
    """Test whether a forecast that nests naive holds signal.

    With `f` and `a` the forecast and the actual change relative to the last price, naive errs by `a`, the model by
    `a - f`, and `a**2 - ((a - f)**2 - f**2) = 2 * a * f` is the adjusted gain, averaged over the scored steps of a
    window. It is linear in the forecast: for several seeds, average their forecasts.

    Args:
        forecast: float64 `(window, horizon)`, price units, windows in the order of time.
        actual: float64 `(window, horizon)`, price units.
        last_price: float64 `(window,)`, the price at the origin.
        scored: bool `(window, horizon)`, which targets are real bars; at least one in every window.
        signed: whether the series has values at or below zero: changes are then absolute.

    Returns:
        The statistic (the mean gain over its standard error with `num_lags`), positive where there is signal, and
        the one-sided p-value from the standard normal. A forecast that is naive's own but for rounding gives (0, 1),
        one that is not all numbers (-infinity, 1).

    Raises:
        ValueError: where the shapes do not fit.
    """
    if not forecast.shape == actual.shape == scored.shape == (*last_price.shape, scored.shape[-1]):
        shapes = f"{forecast.shape}, {actual.shape}, {scored.shape} and {last_price.shape}"
        raise ValueError(f"prices and scored must be (window, horizon), last_price (window,), but are {shapes}.")
    if repeats_price(forecast, last_price):
        return 0.0, 1.0
    gain = _adjusted_gain(forecast, actual, last_price[:, None], scored, signed)
    if not are_numbers(gain[None]).all():
        return float("-inf"), 1.0
    return _test(gain, horizon=actual.shape[1])


def repeats_price(forecast: NDArray[np.float64], last_price: NDArray[np.float64]) -> bool:
    """Whether a forecast `(window, horizon)` is the last price `(window,)` throughout, but for rounding."""
    size = last_price if (last_price > 0).all() else np.full_like(last_price, np.abs(last_price).max())
    return bool((np.abs(forecast - last_price[:, None]) <= ROUNDING * size[:, None]).all())


@np.errstate(over="ignore", invalid="ignore")  # of a forecast that ran away
def _adjusted_gain(
    forecast: NDArray[np.float64],
    actual: NDArray[np.float64],
    last_price: NDArray[np.float64],
    scored: NDArray[np.bool_],
    signed: bool,
) -> NDArray[np.float64]:
    unit = error_unit(last_price, signed)
    naive = last_price / unit
    gain = 2.0 * (forecast / unit - naive) * (actual / unit - naive)
    return np.where(scored, gain, 0.0).sum(axis=1) / scored.sum(axis=1)


def _test(gain: NDArray[np.float64], horizon: int) -> tuple[float, float]:
    from scipy import stats  # half a second, needed once at the end of a sweep

    error = float(standard_error(gain, num_lags(gain.size, horizon)))
    if error == 0:
        return 0.0, 1.0
    statistic = float(gain.mean()) / error
    return statistic, float(stats.norm.sf(statistic))
