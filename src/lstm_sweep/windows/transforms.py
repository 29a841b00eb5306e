"""From prices to what the model sees, and from what it says back to prices.

The price is column 0. A covariate follows the price's transform as far as that makes sense for a number of any
sign: differences under `difference`, differences of arcsinh (a logarithm that allows zero) under `log_return`,
arcsinh relative to the window's last value under `relative`, levels under `none`. One that means something as it
stands, such as an imbalance, is a level under all of them.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

TAKE_ANY_SIGN = ("difference", "none")
"""Transforms of the price without a logarithm or a ratio, which only values above zero have."""


def first_row(transform: str) -> int:
    """Rows at the start of a series that the transform leaves without a value."""
    return 1 if transform in ("difference", "log_return") else 0


def to_stream(transform: str, columns: NDArray[np.float64], levels: Sequence[int] = ()) -> NDArray[np.float64]:
    """Transform whole columns.

    Args:
        transform: difference, log_return or none (`relative` has no stream: see `to_relative`).
        columns: float64 `(time, feature)`, price first.
        levels: numbers of the columns that are left as they stand.

    Returns:
        float64 `(time, feature)`; the first `first_row(transform)` rows are 0 and must not be used.
    """
    if transform == "none":
        return columns
    terms = _logarithmic(columns) if transform == "log_return" else columns
    stream = np.diff(terms, axis=0, prepend=terms[:1])
    stream[1:, list(levels)] = columns[1:, list(levels)]
    return stream


def to_relative(
    columns: NDArray[np.float64], reference: NDArray[np.float64], levels: Sequence[int] = ()
) -> NDArray[np.float64]:
    """Transform windows relative to a row of their own.

    Args:
        columns: float64 `(window, time, feature)`, price first.
        reference: float64 `(window, feature)`, the window's last past row.
        levels: numbers of the columns that are left as they stand.

    Returns:
        float64 `(window, time, feature)`: price / last price - 1, covariates as the difference of arcsinh.
    """
    price = columns[..., :1] / reference[:, None, :1] - 1.0
    covariates = np.arcsinh(columns[..., 1:]) - np.arcsinh(reference[:, None, 1:])
    relative = np.concatenate([price, covariates], axis=-1)
    relative[..., list(levels)] = columns[..., list(levels)]
    return relative


def to_prices(transform: str, outputs: NDArray[np.float64], last_price: NDArray[np.float64]) -> NDArray[np.float64]:
    """Undo the transform of targets.

    Args:
        transform: any of the four.
        outputs: float64 `(window, horizon)`, unscaled.
        last_price: float64 `(window,)`, price at the origin.

    Returns:
        float64 `(window, horizon)`, price units.
    """
    last = last_price[:, None]
    if transform == "difference":
        return last + np.cumsum(outputs, axis=1)
    if transform == "log_return":
        return last * np.exp(np.cumsum(outputs, axis=1))
    if transform == "relative":
        return last * (1.0 + outputs)
    return outputs


def _logarithmic(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([np.log(columns[:, :1]), np.arcsinh(columns[:, 1:])], axis=1)
