"""Simulated prices whose answer is known: nothing can be forecast, or a stated share of a return's variance.

All have arithmetic returns, `price[t + 1] = price[t] * (1 + r[t])`. A driftless walk of LOG prices would be no control:
its prices drift upwards.
"""

import math
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.config import CsvData
from lstm_sweep.data.load import load_series
from lstm_sweep.data.series import Series
from lstm_sweep.data.synthetic import autoregressive
from lstm_sweep.errors import UserError
from lstm_sweep.trials.identity import derive_seed

NUM_BARS = 3000
"""Half for training, a quarter each for validation and test: 750 test windows of one step."""

VOLATILITY = 0.01
_MOST = 0.9
"""Largest return, up or down, so that no price falls to zero."""

Prices = Callable[[int], Series]
"""The series of a simulated sweep, by its number."""


def random_walk(number: int) -> Series:
    """Independent normal returns."""
    return _series("random walk", VOLATILITY * _generator("random walk", number).standard_normal(NUM_BARS))


def garch_walk(number: int) -> Series:
    """Returns of a GARCH(1, 1) with shocks from Student's t with 5 degrees of freedom: quiet and wild times."""
    return _series("GARCH-t walk", VOLATILITY * garch_returns(_generator("GARCH-t walk", number), NUM_BARS))


def garch_returns(generator: np.random.Generator, length: int) -> NDArray[np.float64]:
    """`r = sqrt(v) * shock`, `v[t + 1] = 0.02 + 0.08 * r[t]**2 + 0.9 * v[t]`: unit variance in the long run."""
    shocks = generator.standard_t(5, length) / math.sqrt(5 / 3)
    returns, variance = np.empty(length), 1.0
    for time in range(length):
        returns[time] = math.sqrt(variance) * shocks[time]
        variance = 0.02 + 0.08 * returns[time] ** 2 + 0.9 * variance
    return returns


def with_random_signs(path: Path) -> Prices:
    """The last returns of a real price, each with a sign of its own: its tails and clusters without its direction.

    Raises:
        UserError: where the file has too few prices.
    """
    real = np.diff(prices := _read(path)) / prices[:-1]
    if real.size < NUM_BARS:
        raise UserError(
            f"--data must hold {NUM_BARS + 1} prices or more, but {path} holds {prices.size}: name another."
        )

    def walk(number: int) -> Series:
        signs = _generator("random signs", number).choice([-1.0, 1.0], NUM_BARS)
        return _series("random signs", signs * np.clip(real[-NUM_BARS:], -_MOST, _MOST))

    return walk


def predictable(r_squared: float) -> Prices:
    """Returns of which the one before explains a share `r_squared` of the variance."""

    def process(number: int) -> Series:
        shocks = _generator(f"predictable {r_squared}", number).standard_normal(NUM_BARS)
        return _series("AR(1)", VOLATILITY * autoregressive(shocks, r_squared))

    return process


@cache
def _read(path: Path) -> NDArray[np.float64]:
    data = CsvData(source="csv", every=None, features=[], path=str(path), price=None, time=None, time_unit=None)
    return load_series(data, ()).values


def _generator(name: str, number: int) -> np.random.Generator:
    return np.random.default_rng(derive_seed(name, number))


def _series(name: str, returns: NDArray[np.float64]) -> Series:
    days = np.datetime64("2000-01-01", "ns") + np.arange(returns.size) * np.timedelta64(1, "D")
    values = 100.0 * np.cumprod(1.0 + np.clip(returns, -_MOST, _MOST), dtype=np.float64)
    return Series(name, days, values, filled=np.zeros(returns.size, dtype=bool))
