"""The test span as forecasts.parquet keeps it: actual prices, naive, and the forecast of every fit."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.metrics import error_unit, relative_loss

if TYPE_CHECKING:
    import pandas as pd

_OWN = ("span", "origin", "step", "target", "scored", "actual", "naive")
"""Columns that are no forecast of a fit, baseline or ensemble."""


@dataclass(frozen=True)
class DrawnIn:
    """What errors and changes are drawn in.

    Attributes:
        factor: that they are multiplied with.
        title: of an axis, and of a column.
        sign: after a number.
        words: after a number that they were made into.
    """

    factor: float
    title: str
    sign: str
    words: str


PERCENT = DrawnIn(100.0, "%", " %", "in percent of the last price")
UNITS = DrawnIn(1.0, "in units of the series", "", "in units of the series")

SIGNED = "in units of the series, which has values at or below zero"
"""What errors are in there, and why."""


@dataclass(frozen=True)
class Forecasts:
    """Windows of the test span that have a scored target, in the order of time.

    Attributes:
        targets: datetime64 `(window, horizon)`.
        scored: bool `(window, horizon)`.
        actual: float64 `(window, horizon)`, price units.
        last_price: float64 `(window,)`, price at the origin.
        columns: forecasts by name of the column, float64 `(window, horizon)`, price units.
        past_prices: float64 `(past,)`, prices at the origins of the validation span, in the order of time.
        is_signed: whether the series has values at or below zero: errors are then absolute.
    """

    targets: NDArray[np.datetime64]
    scored: NDArray[np.bool_]
    actual: NDArray[np.float64]
    last_price: NDArray[np.float64]
    columns: dict[str, NDArray[np.float64]] = field(repr=False)
    past_prices: NDArray[np.float64] = field(repr=False)
    is_signed: bool = False

    @property
    def horizon(self) -> int:
        """Steps of a window."""
        return self.actual.shape[1]

    @property
    def naive(self) -> NDArray[np.float64]:
        """The last price, repeated, float64 `(window, horizon)`."""
        return np.broadcast_to(self.last_price[:, None], self.actual.shape)

    @property
    def unit(self) -> NDArray[np.float64]:
        """What errors and changes are divided by, float64 `(window,)`: the last price, or 1."""
        return error_unit(self.last_price, self.is_signed)

    def changes(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Prices less the last price, in `unit`, float64 `(window, horizon)`."""
        return (prices - self.last_price[:, None]) / self.unit[:, None]

    @property
    def drawn(self) -> "DrawnIn":
        """How errors and changes are drawn."""
        return UNITS if self.is_signed else PERCENT

    def of_trial(self, trial_id: str) -> list[str]:
        """Columns of the fits of a trial that forecast the whole span, one per seed."""
        return [name for name in self.columns if name.startswith(f"{trial_id}/")]

    def errors(self, column: str) -> NDArray[np.float64]:
        """Forecast less actual price in `unit`, nan where not scored, float64 `(window, horizon)`."""
        return np.where(self.scored, (self.columns[column] - self.actual) / self.unit[:, None], np.nan)

    def loss(self, names: list[str]) -> NDArray[np.float64]:
        """Relative loss per window, averaged over columns, float64 `(window,)`."""
        losses = [
            relative_loss(self.columns[name], self.actual, self.last_price, self.scored, self.is_signed)
            for name in names
        ]
        return np.asarray(np.mean(losses, axis=0))

    def naive_loss(self) -> NDArray[np.float64]:
        """Naive's relative loss per window, float64 `(window,)`."""
        return relative_loss(self.naive, self.actual, self.last_price, self.scored, self.is_signed)


def read_forecasts(path: Path, is_signed: bool = False) -> tuple[Forecasts | None, str]:
    """Read the test span of a series that has values at or below zero, or has none.

    Returns:
        The forecasts and an empty sentence, or None and why there are none.
    """
    import pandas as pd

    try:
        frame = pd.read_parquet(path)
        test = frame[frame["span"] == "test"]
        if test.empty:
            return None, "The test span was not scored (evaluation.test=false)."
        return _forecasts(test, frame[frame["span"] == "validation"], is_signed), ""
    except FileNotFoundError:
        return None, f"There is no {path.name}."
    except (OSError, ValueError, KeyError) as error:
        return None, f"{path.name} cannot be read ({str(error).splitlines()[0][:200]})."


def _forecasts(test: "pd.DataFrame", validation: "pd.DataFrame", is_signed: bool) -> Forecasts:
    horizon = int(test["step"].max())

    def windows(column: str) -> NDArray[Any]:
        return test[column].to_numpy().reshape(-1, horizon)

    kept = windows("scored").any(axis=1)
    columns = {name: windows(name)[kept].astype(np.float64) for name in test.columns if name not in _OWN}
    first_steps = validation[validation["step"] == 1]
    return Forecasts(
        targets=windows("target")[kept],
        scored=windows("scored")[kept].astype(bool),
        actual=windows("actual")[kept].astype(np.float64),
        last_price=windows("naive")[kept, 0].astype(np.float64),
        columns={name: values for name, values in columns.items() if not np.isnan(values).any()},
        past_prices=first_steps["naive"].to_numpy(dtype=np.float64),
        is_signed=is_signed,
    )
