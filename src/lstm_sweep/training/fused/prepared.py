"""What fits of equal windows share on one device."""

from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray

from lstm_sweep.training.fused.arguments import Data
from lstm_sweep.training.validation import Validation
from lstm_sweep.trials.spec import FitSpec
from lstm_sweep.windows.windows import Rows, Windows


@dataclass(frozen=True)
class Prepared:
    """Windows on a device, and how to score them.

    Attributes:
        data: on the device.
        training: origins of the training windows.
        validation: scores outputs.
        scored: positions of the validation windows among the outputs of an epoch.
    """

    data: Data
    training: Rows
    validation: Validation
    scored: Rows


def windows_key(spec: FitSpec) -> str:
    """Equal for fits that can share one `Prepared`: streams are as many as the rows of a batch."""
    return repr((spec.windows, spec.features, spec.model.stateful and spec.training.batch_size))


def prepare(windows: Windows, spec: FitSpec, device: Any) -> Prepared:
    """Put what `spec` reads onto `device`."""
    training, validation = windows.training_origins(), Validation(windows)
    rows = validation.origins
    if spec.model.stateful:
        rows = windows.rows_to_read(rows, windows.stream_length(spec.training.batch_size))
    inputs = _table(windows) if spec.windows.transform == "relative" else windows.stream
    data = jax.device_put(Data(inputs, _targets(windows, training), rows.astype(np.int32)), device)
    return Prepared(data, training, validation, np.searchsorted(rows, validation.origins))


def _targets(windows: Windows, origins: Rows) -> NDArray[np.float32]:
    """Targets by origin, float32 `(time, horizon)`."""
    targets = np.zeros((len(windows.columns), windows.config.horizon), np.float32)
    targets[origins] = windows.targets(origins)
    return targets


def _table(windows: Windows) -> NDArray[np.float32]:
    """Inputs by origin, float32 `(time, lags, feature)`: relative windows share no stream."""
    num_rows = len(windows.columns)
    table = np.zeros((num_rows, windows.config.lags, windows.num_features), np.float32)
    origins = np.arange(windows.first_origin, num_rows)
    table[origins] = windows.inputs(origins)
    return table
