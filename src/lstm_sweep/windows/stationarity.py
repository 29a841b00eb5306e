"""Is the series stationary, before the transform and after it? Two tests with opposite null hypotheses.

ADF (Said and Dickey 1984, Biometrika 71(3), 599-607; p-values of MacKinnon 1994) takes a unit root for granted, KPSS
(Kwiatkowski, Phillips, Schmidt and Shin 1992, J. of Econometrics 54, 159-178) stationarity around a constant.
"""

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.windows.transforms import first_row, to_stream
from lstm_sweep.windows.windows import Windows

LATEST_BARS = 5_000
"""Training bars, the latest ones, that the tests look at: ADF tries a regression for every number of lags."""

FEWEST_BARS = 12
"""Below it, or where nothing moves, there is nothing to test."""

_LEVEL = 0.05
_ROUNDING = 1e-9


@dataclass(frozen=True)
class HypothesisTest:
    """One test.

    Attributes:
        statistic: of the test; nan, like `p_value`, where there was nothing to test.
        p_value: of the null hypothesis; for KPSS the table ends at 0.01 and 0.1, and so does this.
        lags: lagged differences (ADF, chosen by AIC) or autocovariances (KPSS, by Hobijn et al. 1998).
    """

    statistic: float
    p_value: float
    lags: int


_NOTHING_TO_TEST = HypothesisTest(math.nan, math.nan, 0)


@dataclass(frozen=True)
class Stationarity:
    """What both tests say about one series.

    Attributes:
        adf: null hypothesis: a unit root.
        kpss: null hypothesis: stationary around a constant.
        num_bars: values tested.
    """

    adf: HypothesisTest
    kpss: HypothesisTest
    num_bars: int

    @property
    def conclusion(self) -> str:
        """'stationary', 'unit root' or 'undecided' (both rejected, or neither) at the 5 % level; else 'not tested'."""
        if math.isnan(self.adf.p_value) or math.isnan(self.kpss.p_value):
            return "not tested"
        unit_root_rejected, stationarity_rejected = self.adf.p_value < _LEVEL, self.kpss.p_value < _LEVEL
        if unit_root_rejected == stationarity_rejected:
            return "undecided"
        return "stationary" if unit_root_rejected else "unit root"


@dataclass(frozen=True)
class TransformStationarity:
    """The price over the training span, before its transform and after it."""

    before: Stationarity
    after: Stationarity


def transform_stationarity(windows: Windows) -> TransformStationarity:
    """Test the price over the training span (at most the latest `LATEST_BARS` of it) before and after the transform.

    `relative` is relative to each window's own last value and makes no series: what is tested is its first target,
    the price one step ahead relative to the last one. Scaling changes neither test.
    """
    span, transform = windows.spans.train, windows.config.transform
    prices = windows.columns[max(span.start, span.stop - LATEST_BARS) : span.stop, :1]
    if transform == "relative":
        after = prices[1:] / prices[:-1] - 1.0
    else:
        after = to_stream(transform, prices)[first_row(transform) :]
    return TransformStationarity(stationarity(prices[:, 0]), stationarity(after[:, 0]))


def stationarity(values: NDArray[np.float64]) -> Stationarity:
    """Test one series, float64 `(time,)`."""
    if values.size < FEWEST_BARS or np.ptp(values) <= _ROUNDING * np.abs(values).max():
        return Stationarity(_NOTHING_TO_TEST, _NOTHING_TO_TEST, values.size)
    return Stationarity(_adf(values), kpss_test(values), values.size)


def _adf(values: NDArray[np.float64]) -> HypothesisTest:
    from statsmodels.tools.sm_exceptions import SingularMatrixWarning
    from statsmodels.tsa.stattools import adfuller
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    # One thread: a regression per lag is so small that more threads take ten times as long.
    with threadpool_limits(1), warnings.catch_warnings():
        # Lags of a series that stands still for a while are collinear; the test needs no single one of them.
        warnings.simplefilter("ignore", SingularMatrixWarning)
        return _test(adfuller, values, regression="c", autolag="AIC")


def kpss_test(values: NDArray[np.float64]) -> HypothesisTest:
    """KPSS alone; nan where the values do not move enough to be tested."""
    from statsmodels.tools.sm_exceptions import InterpolationWarning
    from statsmodels.tsa.stattools import kpss

    with warnings.catch_warnings():
        # A p-value at an end of the table is what `p_value` says it is.
        warnings.simplefilter("ignore", InterpolationWarning)
        return _test(kpss, values, regression="c", nlags="auto")


def _test(function: Callable[..., Any], values: NDArray[np.float64], **options: str) -> HypothesisTest:
    try:
        with np.errstate(divide="raise", invalid="raise"):
            result = function(values, result_object=True, **options)
    except (ValueError, FloatingPointError):  # too little movement to estimate a variance
        return _NOTHING_TO_TEST
    return HypothesisTest(float(result.statistic), float(result.pvalue), int(result.lags))
