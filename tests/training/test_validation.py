"""Validation scores against loops over single targets."""

import math
from typing import Any

import numpy as np
import pytest

from lstm_sweep.config import TRANSFORMS
from lstm_sweep.training.validation import Validation
from lstm_sweep.windows.windows import Windows, build_windows
from tests.examples import make_series, make_windows

FILLED = (190, 200, 201, 202, 203, 239)
SERIES = make_series(filled=FILLED)


def build(**changes: Any) -> Windows:
    return build_windows(SERIES, make_windows(**changes), ())


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("horizon", [1, 3])
def test_scores_equal_loops_over_the_scored_targets(transform: str, horizon: int) -> None:
    windows = build(transform=transform, horizon=horizon)
    validation = Validation(windows)
    noise = np.random.default_rng(0).normal(0, 0.5, (len(validation.origins), horizon))
    outputs = (windows.targets(validation.origins) + noise).astype(np.float32)
    score = validation.score(outputs)
    forecast = windows.to_prices(outputs, validation.origins)
    squared, of_model, of_naive = [], [], []
    for number, origin in enumerate(validation.origins.tolist()):
        steps = [step for step in range(horizon) if origin + 1 + step not in FILLED]
        targets = windows.targets(np.array([origin]))[0]
        squared += [(float(outputs[number, step]) - float(targets[step])) ** 2 for step in steps]
        actual, last = SERIES.values[origin + 1 : origin + 1 + horizon], SERIES.values[origin]
        of_model.append(sum(((forecast[number, k] - actual[k]) / last) ** 2 for k in steps) / len(steps))
        of_naive.append(sum(((last - actual[k]) / last) ** 2 for k in steps) / len(steps))
    assert score.loss == pytest.approx(sum(squared) / len(squared), rel=1e-9)
    ratio = math.sqrt(sum(of_model) / len(of_model)) / math.sqrt(sum(of_naive) / len(of_naive))
    assert score.log_ratio == pytest.approx(math.log(ratio), abs=1e-9)
    assert score.skill == pytest.approx(1 - ratio, abs=1e-9)
    assert np.array_equal(score.forecast, forecast)


def test_filled_targets_do_not_count() -> None:
    windows = build(horizon=3)
    validation = Validation(windows)
    outputs = np.zeros((len(validation.origins), 3), np.float32)
    spoiled = np.where(windows.scored(validation.origins), outputs, 5.0).astype(np.float32)
    assert (spoiled == 5).any()
    assert validation.score(spoiled).loss == validation.score(outputs).loss


def test_forecast_of_no_change_has_no_skill() -> None:
    windows = build(transform="difference", scale="none")
    score = Validation(windows).score(np.zeros((len(Validation(windows).origins), 1), np.float32))
    assert (score.log_ratio, score.skill) == (0.0, 0.0)


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("runaway", [math.nan, math.inf, -math.inf])
def test_outputs_that_ran_away_are_no_number_and_no_error(transform: str, runaway: float) -> None:
    windows = build(transform=transform, horizon=3)
    outputs = np.zeros((len(Validation(windows).origins), 3), np.float32)
    assert Validation(windows).score(outputs).is_finite
    outputs[5] = runaway
    outputs[7, 1] = -runaway
    assert not Validation(windows).score(outputs).is_finite
