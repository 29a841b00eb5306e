"""Forecasters that any model must beat; they answer the same windows."""

import numpy as np
from numpy.typing import NDArray

from src.windows.windows import Rows, Windows


def naive(windows: Windows, origins: Rows) -> NDArray[np.float64]:
    """The last observed price, repeated over the horizon.

    Returns:
        float64 `(window, horizon)`, price units.
    """
    return np.repeat(windows.last_price(origins)[:, None], windows.config.horizon, axis=1)
