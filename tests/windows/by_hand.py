"""The slower author of windows: one window at a time, one number at a time, scaled by scikit-learn."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler

from lstm_sweep.config import WindowsConfig
from lstm_sweep.data.series import Series

SCALERS = {"minmax": lambda: MinMaxScaler((-1, 1)), "standard": StandardScaler, "none": FunctionTransformer}


@dataclass(frozen=True)
class ByHand:
    """Windows of `series` whose training targets are the rows `first_target <= row < train_stop`."""

    series: Series
    config: WindowsConfig
    features: Sequence[str]
    train_stop: int

    def transformed(self, row: int, origin: int) -> list[float]:
        """One step of the window at `origin`, unscaled."""
        columns = [self.series.values, *(self.series.covariates[name] for name in self.features)]
        return [
            _transformed(
                self.config.transform, float(column[row]), float(column[row - 1]), float(column[origin]), level
            )
            for column, level in zip(columns, [math.log, *[math.asinh] * len(self.features)], strict=True)
        ]

    def window(self, origin: int) -> tuple[list[list[float]], list[list[float]]]:
        """Past and future steps of the window at `origin`, unscaled."""
        past = [self.transformed(row, origin) for row in range(origin - self.config.lags + 1, origin + 1)]
        future = [self.transformed(row, origin) for row in range(origin + 1, origin + self.config.horizon + 1)]
        return past, future

    def training_origins(self) -> list[int]:
        """Origins from the first with a whole past, so that every target is a real bar of the training span."""
        start = self.config.lags - 1 + (self.config.transform in ("difference", "log_return"))
        stop = self.train_stop - self.config.horizon
        targets = {origin: range(origin + 1, origin + self.config.horizon + 1) for origin in range(start, stop)}
        return [origin for origin in targets if not any(self.series.filled[row] for row in targets[origin])]

    def scaler(self) -> MinMaxScaler | StandardScaler | FunctionTransformer:
        """Fitted on the steps of the training windows; on each once where it is the same in all of them."""
        if self.config.transform == "relative":
            steps = [step for origin in self.training_origins() for part in self.window(origin) for step in part]
        else:
            first = self.training_origins()[0] - self.config.lags + 1
            steps = [self.transformed(row, row) for row in range(first, self.train_stop)]
        return SCALERS[self.config.scale]().fit(np.array(steps))


def _transformed(transform: str, now: float, before: float, last: float, level: Callable[[float], float]) -> float:
    if transform == "none":
        return now
    if transform == "difference":
        return now - before
    if transform == "log_return":
        return level(now) - level(before)
    return now / last - 1 if level is math.log else level(now) - level(last)
