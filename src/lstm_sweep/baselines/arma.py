"""The ARMA of least AIC, by exact maximum likelihood."""

import math
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ORDERS = [(num_ar, num_ma) for num_ar in range(4) for num_ma in range(4) if num_ar + num_ma <= 4]
"""Candidates, as numbers of autoregressive and of moving-average lags."""

LEAST_ROOT = 1.01
"""Roots nearer to the unit circle belong to terms that cancel each other, or to a difference taken in vain."""


@dataclass(frozen=True)
class Arma:
    """`y[t] = ar[0] * y[t-1] + ... + e[t] + ma[0] * e[t-1] + ...`, stationary and invertible, of mean zero.

    Attributes:
        ar: autoregressive weights by lag.
        ma: moving-average weights by lag.
        aic: minus twice the log likelihood, plus two for every weight and for the variance.
    """

    ar: tuple[float, ...]
    ma: tuple[float, ...]
    aic: float

    @property
    def least_root(self) -> float:
        """Absolute value of the root of either polynomial that is nearest to the unit circle."""
        polynomials = [1.0, *(-weight for weight in self.ar)], [1.0, *self.ma]
        roots = np.concatenate([np.polynomial.polynomial.polyroots(polynomial) for polynomial in polynomials])
        return float(np.abs(roots).min(initial=math.inf))


def choose_arma(values: NDArray[np.float64]) -> Arma:
    """The one of least AIC among `ORDERS`.

    Args:
        values: float64 `(time,)`, of mean zero; of a size around one, or the optimizer stops early.

    Raises:
        ValueError: where no candidate can be fitted.
    """
    candidates = [arma for order in ORDERS if (arma := fit_arma(values, order)) and arma.least_root >= LEAST_ROOT]
    if not candidates:
        raise ValueError(f"none of {len(ORDERS)} orders has a likelihood on {values.size} values")
    return min(candidates, key=lambda arma: arma.aic)


def fit_arma(values: NDArray[np.float64], order: tuple[int, int]) -> Arma | None:
    """Fit one order by the innovations algorithm (Brockwell and Davis 2016, section 5.2); None where that fails."""
    from statsmodels.tools.sm_exceptions import SingularMatrixWarning
    from statsmodels.tsa.arima.estimators.innovations import innovations_mle

    num_ar, num_ma = order
    precision = {"options": {"gtol": 1e-3}}  # of the log likelihood of all values: orders differ by more
    try:
        with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
            # Where values hardly move there may be no unique start; any will do.
            warnings.simplefilter("ignore", SingularMatrixWarning)
            fitted, details = innovations_mle(values, (num_ar, 0, num_ma), demean=False, minimize_kwargs=precision)
    except (ValueError, ArithmeticError):  # too few values, or a start that is not stationary
        return None
    aic = 2 * float(details.minimize_results.fun) + 2 * (num_ar + num_ma + 1)
    return Arma(_floats(fitted.ar_params), _floats(fitted.ma_params), aic) if math.isfinite(aic) else None


def _floats(weights: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(float(weight) for weight in weights)
