"""Ridge regression on what the LSTM reads, for what it is to answer: its linear twin."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.baselines.baseline import FittedBaseline, check_origins
from lstm_sweep.metrics import Prices
from lstm_sweep.windows.windows import Rows, Windows

NUM_FOLDS = 5

MOST_NUMBERS = 5_000_000
"""Windows times inputs of a window that are fitted; where there are more, the latest windows are used."""

_RELATIVE_PENALTIES = np.logspace(-9, 3, 13)


@dataclass(frozen=True)
class _Ridge(FittedBaseline):
    windows: Windows
    regression: Any

    @property
    def description(self) -> str:
        return f"ridge on {self.regression.n_features_in_} inputs, penalty {self.regression.alpha_:.3g}"

    def forecast(self, origins: Rows) -> Prices:
        check_origins(self.windows, origins)
        outputs = self.regression.predict(_inputs(self.windows, origins))
        return self.windows.to_prices(outputs.reshape(origins.size, -1), origins)


def fit_ridge(windows: Windows) -> FittedBaseline:
    """Linear regression of the scaled targets on the scaled inputs, all steps of the horizon at once.

    The penalty is the one of least squared error over five later parts of the training span, each forecast from what
    lies before it and shares no target with it. Thirteen are tried, from a billionth to a thousand times the mean sum
    of squares of an input: from least squares to hardly more than a constant.
    """
    from sklearn.linear_model import RidgeCV
    from sklearn.model_selection import TimeSeriesSplit

    origins = windows.training_origins()
    origins = origins[-max(1, MOST_NUMBERS // (windows.config.lags * windows.num_features)) :]
    inputs = _inputs(windows, origins)
    folds = TimeSeriesSplit(NUM_FOLDS, gap=windows.config.horizon - 1)
    regression = RidgeCV(_penalties(inputs), scoring="neg_mean_squared_error", cv=folds)
    return _Ridge(windows, regression.fit(inputs, windows.targets(origins).astype(np.float64)))


def _inputs(windows: Windows, origins: Rows) -> NDArray[np.float64]:
    return windows.inputs(origins).reshape(origins.size, -1).astype(np.float64)


def _penalties(inputs: NDArray[np.float64]) -> NDArray[np.float64]:
    mean_sum_of_squares = inputs.var(axis=0).mean() * len(inputs)
    return _RELATIVE_PENALTIES * (mean_sum_of_squares if mean_sum_of_squares > 0 else 1.0)
