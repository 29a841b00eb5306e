"""What a forecast is worth: pure functions on arrays of prices, strict about shapes.

Two scales, never mixed. MSE, RMSE, MAE and MAPE are in price units and are for display. What decides is the
relative loss: squared errors divided by the last price known at the origin, so that a dear year weighs no more
than a cheap one. `skill` without a further word is skill on the relative loss. Of a signed series, one with values at
or below zero, a share means nothing: its errors are divided by 1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Prices = NDArray[np.float64]
Losses = NDArray[np.float64]

LOWEST_PRICE_FOR_MAPE = 0.001
"""Share of the median price below which the lowest price makes MAPE meaningless."""

_may_overflow = np.errstate(over="ignore")
"""A forecast that ran away is infinitely wrong, not an error."""


@_may_overflow
def mse(forecast: Prices, actual: Prices) -> float:
    """Mean squared error, in squared price units.

    Args:
        forecast: prices, any shape.
        actual: prices, the same shape.

    Raises:
        ValueError: where the shapes differ or hold nothing, as in every function of this module.
    """
    return float(np.mean(np.square(_errors(forecast, actual))))


def rmse(forecast: Prices, actual: Prices) -> float:
    """Root of the mean squared error, in price units; arguments as for `mse`."""
    return float(np.sqrt(mse(forecast, actual)))


@_may_overflow
def mae(forecast: Prices, actual: Prices) -> float:
    """Mean absolute error, in price units; arguments as for `mse`."""
    return float(np.mean(np.abs(_errors(forecast, actual))))


@_may_overflow
def mape(forecast: Prices, actual: Prices) -> float:
    """Mean absolute error as a percentage of the actual price; arguments as for `mse`.

    Returns:
        A percentage, or nan where the lowest actual price is under 0.1 % of their median (or not above zero): a
        handful of targets would then be all that counts.
    """
    errors = _errors(forecast, actual)
    lowest = np.min(actual)
    if lowest <= 0 or lowest < LOWEST_PRICE_FOR_MAPE * np.median(actual):
        return float("nan")
    return float(100.0 * np.mean(np.abs(errors / actual)))


def direction_accuracy(forecast: Prices, actual: Prices, last_price: Prices) -> float:
    """Share of forecasts whose change from the last price has the sign of the actual change.

    A sign is up, down or none: a forecast of no change is right only where the price did not move.

    Args:
        forecast: prices, any shape.
        actual: prices, the same shape.
        last_price: price at the origin of each target, the same shape.
    """
    _check_same_shape(forecast=forecast, actual=actual, last_price=last_price)
    return float(np.mean(np.sign(forecast - last_price) == np.sign(actual - last_price)))


def direction_base_rate(actual: Prices, last_price: Prices) -> float:
    """Share of the commonest sign of change: the accuracy of always saying the same direction.

    Args:
        actual: prices, any shape.
        last_price: price at the origin of each target, the same shape.
    """
    _check_same_shape(actual=actual, last_price=last_price)
    signs = np.sign(actual - last_price)
    return float(max(np.mean(signs == sign) for sign in (-1, 0, 1)))


def skill(rmse_model: float, rmse_naive: float) -> float:
    """`1 - rmse_model / rmse_naive`: exactly 0 for naive itself, 1 for a perfect forecast, negative where worse.

    Returns:
        A fraction, or nan where naive makes no error (a price that never moves).
    """
    return 1.0 - _ratio(rmse_model, rmse_naive)


def error_unit(last_price: Prices, signed: bool) -> Prices:
    """What errors are divided by, `(window,)`: the last price, or 1 where the series is signed."""
    return np.ones_like(last_price) if signed else last_price


@_may_overflow
def relative_loss(
    forecast: Prices, actual: Prices, last_price: Prices, scored: NDArray[np.bool_], signed: bool = False
) -> Losses:
    """Squared error relative to the last price, averaged over the scored steps of each window.

    `loss[w] = mean over scored h of ((forecast[w, h] - actual[w, h]) / error_unit[w])**2`

    Args:
        forecast: float64 `(window, horizon)`, price units.
        actual: float64 `(window, horizon)`, price units.
        last_price: float64 `(window,)`, the price at the origin.
        scored: bool `(window, horizon)`, which targets are real bars; at least one in every window.
        signed: whether the series has values at or below zero: errors are then absolute.

    Returns:
        float64 `(window,)`, without unit, or in squared units of a signed series.

    Raises:
        ValueError: where shapes do not fit, or a window has no scored step.
    """
    _check_windows(actual, last_price, scored)
    squared = np.square(_errors(forecast, actual) / error_unit(last_price, signed)[:, None])
    total: Losses = np.where(scored, squared, 0.0).sum(axis=1)
    return total / scored.sum(axis=1)


def relative_skill(loss_model: Losses, loss_naive: Losses) -> float:
    """`1 - RMSE / RMSE of naive` on the relative loss; arguments as for `log_rmse_ratio`."""
    return 1.0 - _rmse_ratio(loss_model, loss_naive)


def log_rmse_ratio(loss_model: Losses, loss_naive: Losses) -> float:
    """`log(RMSE / RMSE of naive)` on the relative loss: what a trial is chosen by, lower is better.

    Args:
        loss_model: float64 `(window,)` from `relative_loss`.
        loss_naive: float64 `(window,)`, naive's on the same windows.

    Returns:
        0 for naive itself, -infinity for a perfect forecast, nan where naive makes no error.
    """
    ratio = _rmse_ratio(loss_model, loss_naive)
    return float("-inf") if ratio == 0 else float(np.log(ratio))


@dataclass(frozen=True)
class Scores:
    """All that is shown of one forecast, over the scored targets of one span.

    Attributes:
        mse: mean squared error, squared price units.
        rmse: its root, price units.
        mape: mean absolute error as a percentage of the price, or nan where that means nothing (see `mape`).
        mae: mean absolute error, price units.
        mae_ratio: MAE / MAE of naive, or nan where naive makes no error.
        direction_accuracy: share of forecasts with the right sign of change.
        direction_base_rate: share of the commonest sign of change among the targets.
        skill: 1 - RMSE / RMSE of naive on the relative loss: the skill that decides.
        price_skill: 1 - RMSE / RMSE of naive in price units; its sign may differ from that of `skill`.
    """

    mse: float
    rmse: float
    mape: float
    mae: float
    mae_ratio: float
    direction_accuracy: float
    direction_base_rate: float
    skill: float
    price_skill: float


def score_forecast(
    forecast: Prices, actual: Prices, last_price: Prices, scored: NDArray[np.bool_], signed: bool = False
) -> Scores:
    """Score a forecast of windows against the actual prices and against naive, the last price repeated.

    Args:
        forecast: float64 `(window, horizon)`, price units.
        actual: float64 `(window, horizon)`, price units.
        last_price: float64 `(window,)`, the price at the origin.
        scored: bool `(window, horizon)`, which targets are real bars; at least one in every window.
        signed: whether the series has values at or below zero: errors are then absolute, and MAPE is nan.

    Returns:
        The scores; for naive's own forecast `skill` and `price_skill` are exactly 0 and `mae_ratio` exactly 1.

    Raises:
        ValueError: where shapes do not fit, or a window has no scored step.
    """
    _check_windows(actual, last_price, scored)
    _check_same_shape(forecast=forecast, actual=actual)
    naive = np.broadcast_to(last_price[:, None], actual.shape)
    loss, naive_loss = (relative_loss(prices, actual, last_price, scored, signed) for prices in (forecast, naive))
    forecast, actual, naive = forecast[scored], actual[scored], naive[scored]
    return Scores(
        mse=mse(forecast, actual),
        rmse=rmse(forecast, actual),
        mape=float("nan") if signed else mape(forecast, actual),
        mae=mae(forecast, actual),
        mae_ratio=_ratio(mae(forecast, actual), mae(naive, actual)),
        direction_accuracy=direction_accuracy(forecast, actual, naive),
        direction_base_rate=direction_base_rate(actual, naive),
        skill=relative_skill(loss, naive_loss),
        price_skill=skill(rmse(forecast, actual), rmse(naive, actual)),
    )


def _errors(forecast: Prices, actual: Prices) -> Prices:
    _check_same_shape(forecast=forecast, actual=actual)
    return np.subtract(forecast, actual, dtype=np.float64)


def _ratio(model: float, naive: float) -> float:
    return model / naive if naive > 0 else float("nan")


@_may_overflow
def _rmse_ratio(loss_model: Losses, loss_naive: Losses) -> float:
    _check_same_shape(loss_model=loss_model, loss_naive=loss_naive)
    return _ratio(float(np.sqrt(np.mean(loss_model))), float(np.sqrt(np.mean(loss_naive))))


def _check_same_shape(**arrays: NDArray[np.generic]) -> None:
    """Refuse what NumPy would broadcast in silence: `(n, 1)` against `(n,)` is not n errors but n * n."""
    shapes = {name: array.shape for name, array in arrays.items()}
    if len(set(shapes.values())) > 1:
        raise ValueError(f"arrays must have the same shape, but have {_listed(shapes)}.")
    if any(array.size == 0 for array in arrays.values()):
        raise ValueError(f"arrays must hold something to score, but have {_listed(shapes)}.")


def _check_windows(actual: Prices, last_price: Prices, scored: NDArray[np.bool_]) -> None:
    _check_same_shape(actual=actual, scored=scored)
    if actual.ndim != 2 or last_price.shape != actual.shape[:1]:
        shapes = {"actual": actual.shape, "last_price": last_price.shape}
        raise ValueError(f"actual must be (window, horizon) and last_price (window,), but are {_listed(shapes)}.")
    empty = np.flatnonzero(~scored.any(axis=1))
    if empty.size:
        raise ValueError(f"every window needs a scored step, but {empty.size} have none, the first is {empty[0]}.")


def _listed(shapes: dict[str, tuple[int, ...]]) -> str:
    return ", ".join(f"{name} {shape}" for name, shape in shapes.items())
