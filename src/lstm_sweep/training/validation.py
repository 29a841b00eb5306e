"""The score that every runner computes after an epoch: on the validation span only, in NumPy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.metrics import log_rmse_ratio, relative_loss
from lstm_sweep.windows.naive import naive
from lstm_sweep.windows.windows import Windows


@dataclass(frozen=True)
class ValidationScore:
    """Validation under one set of weights.

    Attributes:
        loss: mean squared error over the scored targets, scaled units.
        log_ratio: log(RMSE / RMSE of naive) on the relative loss; the score of a fit.
        forecast: float64 `(window, horizon)`, price units.
    """

    loss: float
    log_ratio: float
    forecast: NDArray[np.float64]

    @property
    def skill(self) -> float:
        """1 - RMSE / RMSE of naive on the relative loss."""
        return 1.0 - float(np.exp(self.log_ratio))

    @property
    def is_finite(self) -> bool:
        """Whether both numbers are."""
        return bool(np.isfinite(self.loss) and np.isfinite(self.log_ratio))


class Validation:
    """Scores outputs over the validation span of `windows`."""

    def __init__(self, windows: Windows) -> None:
        self.origins = windows.scored_origins(windows.spans.validation)
        self._windows = windows
        self._scored = windows.scored(self.origins)
        self._targets = windows.targets(self.origins)
        self._naive_loss = self._relative_loss(naive(windows, self.origins))

    def score(self, outputs: NDArray[np.float32]) -> ValidationScore:
        """Score `outputs`, float32 `(window, horizon)`, scaled, at `self.origins`."""
        with np.errstate(over="ignore", invalid="ignore"):
            errors = (outputs.astype(np.float64) - self._targets)[self._scored]
            forecast = self._windows.to_prices(outputs, self.origins)
            log_ratio = log_rmse_ratio(self._relative_loss(forecast), self._naive_loss)
            return ValidationScore(float(np.mean(errors**2)), log_ratio, forecast)

    def _relative_loss(self, forecast: NDArray[np.float64]) -> NDArray[np.float64]:
        windows, origins = self._windows, self.origins
        last_price, signed = windows.last_price(origins), windows.is_signed
        return relative_loss(forecast, windows.actual(origins), last_price, self._scored, signed)
