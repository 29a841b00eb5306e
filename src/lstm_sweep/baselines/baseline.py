"""What every baseline is: parameters fixed at the end of the training span, and an answer at any later origin."""

import abc
from collections.abc import Callable

import numpy as np

from lstm_sweep.metrics import Prices
from lstm_sweep.windows.windows import Rows, Windows


class FittedBaseline(abc.ABC):
    """A baseline that has seen the training span."""

    @property
    @abc.abstractmethod
    def description(self) -> str:
        """What was fitted, for the report: 'ARIMA(2,1,1) with drift'."""

    @abc.abstractmethod
    def forecast(self, origins: Rows) -> Prices:
        """Forecast the steps after each origin from prices up to and including the origin's row.

        Parameters stay as they are; the state is filtered bar by bar. A filled bar is read as the flat price that it
        is, as the LSTM reads it.

        Args:
            origins: int64 `(window,)`, increasing, from the last row of the training span on.

        Returns:
            float64 `(window, horizon)`, price units.

        Raises:
            ValueError: where an origin lies inside of the training span.
        """


Fit = Callable[[Windows], FittedBaseline]
"""Fits a baseline on the training span of windows."""


def check_origins(windows: Windows, origins: Rows) -> None:
    """Refuse origins that do not increase, or whose targets the parameters were fitted on."""
    earliest = windows.spans.train.stop - 1
    if origins.size == 0 or origins[0] < earliest or (np.diff(origins) <= 0).any():
        raise ValueError(f"origins must increase from row {earliest} on, where training ends, but are {origins}.")
