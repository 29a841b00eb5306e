"""The naive forecast, which every other has to beat."""

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.windows.windows import Rows, Windows


def naive(windows: Windows, origins: Rows) -> NDArray[np.float64]:
    """The last observed price, repeated over the horizon.

    Returns:
        float64 `(window, horizon)`, price units.
    """
    return np.repeat(windows.last_price(origins)[:, None], windows.config.horizon, axis=1)
