"""Baselines that only some series have: prices that stand beside the price, and ridge on all that any trial reads."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.baselines.baseline import Fit, FittedBaseline, check_origins
from lstm_sweep.baselines.ridge import fit_ridge
from lstm_sweep.data.series import Series
from lstm_sweep.metrics import Prices
from lstm_sweep.windows.windows import Rows, Windows, build_windows


def baselines_of(series: Series, features: Sequence[str]) -> dict[str, Fit]:
    """Baselines of this series alone, by name.

    Each price that stands beside the price is one: what the market is about to move to, some say, is the microprice of
    its book (Stoikov 2018, 'The micro-price', Quantitative Finance 18(12)). Where trials read different covariates,
    `ridge_all` is ridge on all of them, for `ridge` reads what the trial at hand does.

    Args:
        series: the prices.
        features: covariates that the windows hold which the baselines are fitted on.
    """
    fits: dict[str, Fit] = {name: _fit_beside(name, values) for name, values in series.beside.items()}
    if set(series.covariates) - set(features):
        fits["ridge_all"] = lambda windows: fit_ridge(build_windows(series, windows.config, tuple(series.covariates)))
    return fits


@dataclass(frozen=True)
class _Beside(FittedBaseline):
    name: str
    windows: Windows
    values: NDArray[np.float64]

    @property
    def description(self) -> str:
        return f"the {self.name} at the last bar's end"

    def forecast(self, origins: Rows) -> Prices:
        check_origins(self.windows, origins)
        return np.repeat(self.values[origins][:, None], self.windows.config.horizon, axis=1)


def _fit_beside(name: str, values: NDArray[np.float64]) -> Fit:
    return lambda windows: _Beside(name, windows, values)
