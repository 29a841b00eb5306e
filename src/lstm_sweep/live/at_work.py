"""What pages and requests know of a live process."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lstm_sweep.errors import UserError
from lstm_sweep.live.view import LiveView, PointView


class ExpiredError(UserError):
    """The model is too old to forecast, whatever it is asked."""


class LiveProcess(Protocol):
    """Follows a series in threads of its own; every method may be called from any thread."""

    @property
    def view(self) -> LiveView:
        """The newest view, at once."""

    def next_view(self, number: int, timeout: float) -> LiveView | None:
        """The newest view once its number is above `number`; None after `timeout` seconds, or where it has stopped."""

    def history(self) -> Iterator[PointView]:
        """Every bar since the process first began, oldest first, read from the journal."""

    def forecast(self, past: pd.DataFrame) -> tuple[NDArray[np.float64], str]:
        """The champion's forecast after past prices, float64 `(horizon,)`, and the number of its version.

        Raises:
            UserError: as `Forecaster.forecast`.
            ExpiredError: where the model has.
        """
