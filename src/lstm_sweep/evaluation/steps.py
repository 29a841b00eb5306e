"""Scores of each step ahead: a forecast of tomorrow and one of next month are not equally hard."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.evaluation.targets import Targets
from lstm_sweep.metrics import LOWEST_PRICE_FOR_MAPE, Prices, error_unit

Steps = NDArray[np.float64]
"""float64 `(horizon,)`."""


@dataclass(frozen=True)
class StepScores:
    """Scores at one step ahead, each the mean over the forecasts (seeds) that were scored.

    Attributes:
        step: 1 for the bar after the origin.
        windows: scored at this step.
        mse: mean squared error, squared price units; nan, as all below, where no window is scored.
        rmse: its root, price units.
        mape: mean absolute error as a percentage of the price, or nan where that means nothing (see `metrics.mape`).
        skill: 1 - RMSE / RMSE of naive on errors relative to the last price, of this step alone.
    """

    step: int
    windows: int
    mse: float
    rmse: float
    mape: float
    skill: float


SHOWN = ("rmse", "skill", "mse", "mape")
"""Scores of a step, as leaderboard.csv and summary.json list them."""


def scores_by_step(targets: Targets, forecasts: Sequence[Prices]) -> list[StepScores]:
    """Score every step of the horizon by itself.

    Args:
        targets: what is asked for.
        forecasts: one or more, each float64 `(window, horizon)` in price units.

    Returns:
        One for each step, or none where the horizon is 1: its scores are those of the whole.
    """
    horizon = targets.actual.shape[1]
    if horizon == 1:
        return []
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):  # a forecast that ran away is infinitely wrong
        of_forecasts = np.mean([_scores(targets, forecast) for forecast in forecasts], axis=0)
    windows = targets.scored.sum(axis=0)
    return [
        StepScores(step + 1, int(windows[step]), *(float(score) for score in of_forecasts[:, step]))
        for step in range(horizon)
    ]


def _scores(targets: Targets, forecast: Prices) -> NDArray[np.float64]:
    """MSE, RMSE, MAPE and skill, float64 `(4, horizon)`."""
    errors = targets.settled(forecast) - targets.actual
    unit = error_unit(targets.last_price, targets.is_signed)[:, None]
    mse = _mean(np.square(errors), targets)
    mape = np.where(_has_mape(targets), 100.0 * _mean(np.abs(errors / targets.actual), targets), np.nan)
    relative = _mean(np.square(errors / unit), targets)
    naive = _mean(np.square((targets.naive - targets.actual) / unit), targets)
    skill = np.where(naive > 0, 1.0 - np.sqrt(relative) / np.sqrt(naive), np.nan)
    return np.stack([mse, np.sqrt(mse), mape, skill])


def _mean(values: Prices, targets: Targets) -> Steps:
    """Over the scored windows of every step, nan where there are none."""
    return np.where(targets.scored, values, 0.0).sum(axis=0) / targets.scored.sum(axis=0)


def _has_mape(targets: Targets) -> NDArray[np.bool_]:
    """As `metrics.mape` has it, of every step: bool `(horizon,)`."""
    if targets.is_signed:
        return np.zeros(targets.actual.shape[1], dtype=bool)
    columns = [actual[scored] for actual, scored in zip(targets.actual.T, targets.scored.T, strict=True)]
    return np.array(
        [each.size > 0 and each.min() > 0 and each.min() >= LOWEST_PRICE_FOR_MAPE * np.median(each) for each in columns]
    )
