"""The naive forecast as a baseline."""

from dataclasses import dataclass

from lstm_sweep.baselines.baseline import FittedBaseline, check_origins
from lstm_sweep.metrics import Prices
from lstm_sweep.windows.naive import naive
from lstm_sweep.windows.windows import Rows, Windows


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
