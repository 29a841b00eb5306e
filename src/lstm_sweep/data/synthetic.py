"""Simulated prices with a known answer: the controls of the evaluation."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lstm_sweep.config import SyntheticData
from lstm_sweep.data.bars import Bars, check_features
from lstm_sweep.errors import require

_VOLATILITY = 0.01
_R_SQUARED = 0.2
_FIRST_PRICE = 100.0
_FIRST_DAY = np.datetime64("2000-01-01", "ns")
_MOST_DAYS = 95_000  # datetime64[ns] ends in 2262


def read_synthetic(config: SyntheticData, features: Sequence[str]) -> Bars:
    """A simulated daily price; `config.data_seed` alone decides it.

    Both processes have arithmetic returns, `price[t + 1] = price[t] * (1 + r[t])`. In a random walk `r` is normal with
    mean 0, so that the expectation of `price[t + 1]` is `price[t]` and no forecast beats naive (a driftless walk of
    LOG prices is no control: its prices drift upwards). In the predictable process `r[t] = phi * r[t - 1] + e[t]` with
    `phi ** 2 = 0.2`: the return before explains 20 % of a return's variance.

    Args:
        config: process, length and seed.
        features: none exist.

    Raises:
        UserError: for a feature, or more days than timestamps can count.
    """
    check_features(config.process, features, [])
    require(
        config.length <= _MOST_DAYS,
        f"data.length must be at most {_MOST_DAYS}, for timestamps of daily bars end in 2262, but is {config.length}: "
        "set a smaller one.",
    )
    shocks = np.random.default_rng(config.data_seed).standard_normal(config.length - 1)
    returns = _VOLATILITY * (shocks if config.process == "random_walk" else autoregressive(shocks, _R_SQUARED))
    prices = _FIRST_PRICE * np.cumprod(np.concatenate([[1.0], 1.0 + returns]))
    days = pd.DatetimeIndex(_FIRST_DAY + np.arange(config.length) * np.timedelta64(1, "D"))
    return Bars(config.process, pd.DataFrame({"price": prices}, index=days), price="price", step=pd.Timedelta(days=1))


def autoregressive(shocks: NDArray[np.float64], r_squared: float) -> NDArray[np.float64]:
    """The stationary AR(1) process with unit variance in which the last value explains `r_squared` of the next.

    Args:
        shocks: standard normal `(time,)`.
        r_squared: share of the variance, from 0 to below 1; `phi` is its square root.
    """
    phi, scale = math.sqrt(r_squared), math.sqrt(1.0 - r_squared)
    values = shocks.copy()
    for time in range(1, values.size):
        values[time] = phi * values[time - 1] + scale * shocks[time]
    return values
