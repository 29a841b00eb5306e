"""Scores of each step ahead, beside the scores of a series of one step, and beside pandas."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lstm_sweep.evaluation.evaluate import Evaluation
from lstm_sweep.evaluation.steps import SHOWN, StepScores, scores_by_step
from lstm_sweep.evaluation.targets import Targets
from lstm_sweep.metrics import score_forecast
from tests.small_search import HORIZON


def targets(horizon: int, windows: int = 40, **changes: Any) -> Targets:
    """Prices that walk, some of them no real bars."""
    generator = np.random.default_rng(1)
    actual = 100.0 + np.cumsum(generator.normal(size=(windows, horizon)), axis=1)
    scored = generator.random((windows, horizon)) > 0.2
    scored[~scored.any(axis=1), 0] = True
    last = np.full(windows, 100.0) + generator.normal(size=windows)
    return replace(Targets(np.arange(windows), actual, last, scored, "", ""), **changes)


def forecasts_of(asked: Targets, count: int) -> list[np.ndarray[Any, Any]]:
    generator = np.random.default_rng(2)
    return [asked.naive + generator.normal(size=asked.actual.shape) for _ in range(count)]


def one_step(asked: Targets, forecast: np.ndarray[Any, Any], step: int) -> dict[str, float]:
    """As if nothing but this step were asked for."""
    rows = asked.scored[:, step]
    pair = (forecast[rows, step, None], asked.actual[rows, step, None])
    found = score_forecast(*pair, asked.last_price[rows], np.ones((rows.sum(), 1), dtype=bool), asked.is_signed)
    return {name: getattr(found, name) for name in SHOWN}


def check(found: list[StepScores], asked: Targets, forecasts: list[np.ndarray[Any, Any]]) -> None:
    assert [each.step for each in found] == list(range(1, asked.actual.shape[1] + 1))
    for place, each in enumerate(found):
        expected = [one_step(asked, forecast, place) for forecast in forecasts]
        assert each.windows == asked.scored[:, place].sum()
        for name in SHOWN:
            mean = float(np.mean([of_seed[name] for of_seed in expected]))
            assert getattr(each, name) == pytest.approx(mean, rel=1e-9, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("signed", [False, True])
def test_every_step_is_scored_as_a_forecast_of_it_alone(count: int, signed: bool) -> None:
    asked = targets(5, is_signed=signed)
    forecasts = forecasts_of(asked, count)
    found = scores_by_step(asked, forecasts)
    check(found, asked, forecasts)
    assert all(math.isnan(each.mape) is signed for each in found)


def test_price_near_zero_at_one_step_has_no_mape_there() -> None:
    asked = targets(3)
    asked.actual[5, 1], asked.scored[5, 1] = 0.001, True
    forecasts = forecasts_of(asked, 2)
    found = scores_by_step(asked, forecasts)
    check(found, asked, forecasts)
    assert [math.isnan(each.mape) for each in found] == [False, True, False]


def test_naive_has_no_skill_at_any_step_and_a_perfect_forecast_all() -> None:
    asked = targets(4)
    assert [each.skill for each in scores_by_step(asked, [asked.naive])] == [0.0] * 4
    assert [(each.skill, each.rmse) for each in scores_by_step(asked, [asked.actual])] == [(1.0, 0.0)] * 4


def test_horizon_of_one_has_no_steps() -> None:
    asked = targets(1)
    assert scores_by_step(asked, [asked.naive]) == []


def test_step_without_a_real_bar_is_not_scored() -> None:
    asked = targets(3)
    asked.scored[:, 2] = False
    asked.scored[:, 0] = True
    last = scores_by_step(asked, forecasts_of(asked, 2))[2]
    assert last.windows == 0
    assert all(math.isnan(getattr(last, name)) for name in SHOWN)


def test_forecast_that_ran_away_is_infinitely_wrong() -> None:
    asked = targets(2)
    first, _ = scores_by_step(asked, [asked.naive, np.full_like(asked.naive, 1e200)])
    assert (first.mse, first.rmse, first.skill) == (math.inf, math.inf, -math.inf)


def test_evaluation_scores_the_steps_of_all_that_was_scored(evaluation: Evaluation) -> None:
    names = [each.name for each in evaluation.references if each.forecast is not None]
    assert list(evaluation.steps) == [*evaluation.scores, *names, "ensemble"]
    assert all(len(steps) == HORIZON for steps in evaluation.steps.values())
    for trial in evaluation.scores:
        seeds = [forecast for fit, forecast in evaluation.forecasts.items() if fit.startswith(f"{trial}/")]
        assert len(seeds) == 2
        check(evaluation.steps[trial], evaluation.targets, seeds)
