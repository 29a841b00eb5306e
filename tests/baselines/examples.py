"""Series that baselines are tried on."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.data.series import Series
from lstm_sweep.windows.windows import Rows, Windows, build_windows
from tests.examples import make_series, make_windows


def windows_of(series: Series, features: Sequence[str] = (), **changes: Any) -> Windows:
    return build_windows(series, make_windows(**changes), features)


def series_of(values: NDArray[np.float64]) -> Series:
    series = make_series(len(values))
    return replace(series, values=np.asarray(values, dtype=np.float64))


def changed_after(series: Series, row: int, factor: float) -> Series:
    """The same series with all prices and covariates after `row` multiplied."""
    after = np.where(np.arange(len(series)) > row, factor, 1.0)
    covariates = {name: column * after for name, column in series.covariates.items()}
    return replace(series, values=series.values * after, covariates=covariates)


def origins_of(windows: Windows) -> dict[str, Rows]:
    spans = windows.spans
    return {"validation": windows.scored_origins(spans.validation), "test": windows.scored_origins(spans.test)}


def all_origins(windows: Windows) -> Rows:
    """Validation and test in one."""
    return np.unique(np.concatenate(list(origins_of(windows).values())))
