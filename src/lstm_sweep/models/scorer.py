"""Forecasts of a trained network over a span of a series."""

import copy

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.config import ModelConfig
from lstm_sweep.models.lstm import Shapes, build_lstm, set_weights
from lstm_sweep.trials.checkpoint import Weights
from lstm_sweep.windows.windows import Rows, Windows

_WINDOWS_AT_ONCE = 2048


class Scorer:
    """Runs one network shape over windows, for any weights of that shape.

    A stateless model reads every window afresh. A stateful one reads the series once, from `warmup` steps before
    the first origin to the last origin, with an output at every step; `warmup` is the length of a training stream,
    so that its state has seen as many steps as in training, and a forecast need not read the whole past.

    Args:
        windows: where inputs come from.
        model: the LSTM.
        warmup: steps that a stateful model reads before its first output.
    """

    def __init__(self, windows: Windows, model: ModelConfig, warmup: int) -> None:
        self._windows = windows
        self._stateful = model.stateful
        self._warmup = warmup
        time = None if model.stateful else windows.config.lags
        shapes = Shapes(time, windows.num_features, windows.config.horizon, every_step=model.stateful)
        self._network = build_lstm(model, shapes)

    def on(self, windows: Windows) -> "Scorer":
        """The same network, compiled once, over other windows of the same shape."""
        other = copy.copy(self)
        other._windows = windows
        return other

    def set_weights(self, weights: Weights) -> None:
        """Set the weights of the network, which scorers made by `on` share."""
        set_weights(self._network, weights)

    def outputs(self, weights: Weights, origins: Rows) -> NDArray[np.float32]:
        """Outputs of the network at `origins` (increasing), float32 `(window, horizon)`, scaled."""
        self.set_weights(weights)
        return self._outputs(origins)

    def forecast(self, weights: Weights, origins: Rows) -> NDArray[np.float64]:
        """Forecasts at `origins` (increasing), float64 `(window, horizon)`, price units."""
        self.set_weights(weights)
        return self.forecast_as_set(origins)

    def forecast_as_set(self, origins: Rows) -> NDArray[np.float64]:
        """The same under the weights that were set last."""
        return self._windows.to_prices(self._outputs(origins), origins)

    def _outputs(self, origins: Rows) -> NDArray[np.float32]:
        return self._outputs_of_stream(origins) if self._stateful else self._outputs_of_windows(origins)

    def _outputs_of_windows(self, origins: Rows) -> NDArray[np.float32]:
        # Batches of one size, the last one padded: a second size would be compiled anew.
        size = min(_WINDOWS_AT_ONCE, len(origins))
        padded = np.append(origins, np.repeat(origins[-1:], -len(origins) % size))
        # `predict` would start threads for callbacks at every call, which takes longer than one window does.
        batches = [self._network.predict_on_batch(self._windows.inputs(rows)) for rows in padded.reshape(-1, size)]
        return np.concatenate(batches)[: len(origins)]

    def _outputs_of_stream(self, origins: Rows) -> NDArray[np.float32]:
        rows = self._windows.rows_to_read(origins, self._warmup)
        outputs = self._network.predict_on_batch(self._windows.stream[None, rows])
        return outputs[0, origins - rows[0]]
