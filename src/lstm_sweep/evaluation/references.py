"""Naive and the statistical baselines, on the same windows as the trials."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from lstm_sweep.baselines import BASELINES, BaselineForecast, baselines_of, forecast_baselines
from lstm_sweep.data.series import Series
from lstm_sweep.evaluation.targets import Targets
from lstm_sweep.metrics import Prices, Scores
from lstm_sweep.trials.spec import FitSpec
from lstm_sweep.windows.windows import Windows, build_windows


@dataclass(frozen=True)
class Reference:
    """A baseline and what it came to.

    Attributes:
        name: of the baseline, as `lstm_sweep.baselines` names it.
        description: what was fitted, or why nothing could be, for people.
        validation_score: log(RMSE / RMSE of naive) on validation, nan where it failed.
        scores: on the test span, or None where it failed.
        forecast: on the test span, float64 `(window, horizon)` in price units, or None where it failed.
    """

    name: str
    description: str
    validation_score: float
    scores: Scores | None
    forecast: Prices | None = field(repr=False)


def find_references(series: Series, folds: Sequence[FitSpec], validation: Targets, test: Targets) -> list[Reference]:
    """Fit every baseline as the fits of a trial were, fold by fold, and score it.

    Args:
        series: the prices.
        folds: one fit for each fold, in order; its windows say what is fitted on.
        validation: of the whole validation span.
        test: of the test span, forecast by the last fold's.

    Returns:
        In the order of the table, naive first.
    """
    fits = {**BASELINES, **baselines_of(series, folds[0].features)}
    answers: dict[str, list[BaselineForecast | str]] = {name: [] for name in fits}
    parts = [build_windows(series, spec.windows, spec.features) for spec in folds]
    for windows in parts:
        spans = {"validation": windows.scored_origins(windows.spans.validation)}
        if windows is parts[-1]:
            spans["test"] = test.origins
        for name, each in forecast_baselines(windows, spans, fits).items():
            answers[name].append(each if isinstance(each, BaselineForecast) else each.reason)
    return [_reference(name, each, parts, validation, test) for name, each in answers.items()]


def best_reference(references: Sequence[Reference]) -> Reference | None:
    """The baseline of lowest score on validation, naive aside; None where all failed."""
    fitted = [each for each in references if each.name != "naive" and each.forecast is not None]
    return min(fitted, key=lambda each: each.validation_score, default=None)


def score_reference(test: Targets, forecast: Prices) -> Scores:
    """Scores of a forecast `(window, horizon)` that is no trial's.

    The direction accuracy of one that repeats the last price is nan: it names no direction, right or wrong.
    """
    scores, is_naive = test.scores(forecast), np.array_equal(test.settled(forecast), test.naive)
    return replace(scores, direction_accuracy=math.nan) if is_naive else scores


def _reference(
    name: str, answers: Sequence[BaselineForecast | str], parts: Sequence[Windows], validation: Targets, test: Targets
) -> Reference:
    failures = [each for each in answers if isinstance(each, str)]
    fitted = [each for each in answers if isinstance(each, BaselineForecast)]
    if failures:
        return Reference(name, failures[0], float("nan"), None, None)
    forecast = test.settled(fitted[-1].forecasts["test"])
    origins = np.concatenate([windows.scored_origins(windows.spans.validation) for windows in parts])
    answered = np.isin(validation.origins, origins)
    part = replace(
        validation,
        origins=validation.origins[answered],
        actual=validation.actual[answered],
        last_price=validation.last_price[answered],
        scored=validation.scored[answered],
    )
    score = part.log_ratio(np.concatenate([each.forecasts["validation"] for each in fitted]))
    return Reference(name, fitted[-1].description, score, score_reference(test, forecast), forecast)
