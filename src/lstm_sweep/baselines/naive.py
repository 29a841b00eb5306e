"""The forecaster to beat."""

from dataclasses import dataclass

import numpy as np

from src.baselines.baseline import FittedBaseline, Prices, check_origins
from src.windows.windows import Rows, Windows


def naive(windows: Windows, origins: Rows) -> Prices:
    """The last observed price, repeated over the horizon.

    Returns:
        float64 `(window, horizon)`, price units.
    """
    return np.repeat(windows.last_price(origins)[:, None], windows.config.horizon, axis=1)


@dataclass(frozen=True)
class _Naive(FittedBaseline):
    windows: Windows

    @property
    def description(self) -> str:
        return "the last price"

    def forecast(self, origins: Rows) -> Prices:
        check_origins(self.windows, origins)
        return naive(self.windows, origins)


def fit_naive(windows: Windows) -> FittedBaseline:
    """Naive with the interface of a baseline; it has nothing to fit."""
    return _Naive(windows)
