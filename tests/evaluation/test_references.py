"""The baselines, fold by fold: what each part of validation is forecast by, and what becomes of a failure."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lstm_sweep.baselines import BASELINES, BaselineForecast, forecast_baselines
from lstm_sweep.baselines.baseline import Fit
from lstm_sweep.config import Config
from lstm_sweep.data.series import Series
from lstm_sweep.evaluation import references
from lstm_sweep.evaluation.forecasts import scored_windows
from lstm_sweep.evaluation.references import Reference, best_reference, find_references, score_reference
from lstm_sweep.evaluation.steps import scores_by_step
from lstm_sweep.evaluation.targets import Targets, targets_of
from lstm_sweep.search.oracles import Proposal
from lstm_sweep.sweep.trial_fits import make_fits
from lstm_sweep.trials.spec import FitSpec, Trial
from lstm_sweep.windows.windows import Rows, Windows
from tests.configs import compose_config
from tests.examples import make_series

HORIZON = 2
CONFIG = compose_config(
    *("windows.train=0.5", "windows.validation=0.3", "windows.test=0.2", "windows.lags=8"),
    *(f"windows.horizon={HORIZON}", "evaluation.folds=3", "data.features=[volume]"),
)
FILLED = (160, 175, 176, 250)
_EXAMPLE = make_series(filled=FILLED)
SERIES = replace(_EXAMPLE, covariates={"volume": _EXAMPLE.covariates["volume"]})
"""Such as loading makes it: with what trials read, and no other."""
PARTS = [range(150, 180), range(180, 210), range(210, 240)]
TEST = range(240, 300)
FITTED = tuple(name for name in BASELINES if name != "naive")


class Found:
    """The references of a series, and what every fold's baselines said on the way."""

    def __init__(self, series: Series = SERIES, config: Config = CONFIG) -> None:
        self.answers: list[dict[str, Any]] = []
        windows = scored_windows(series, config.windows)
        self.validation = targets_of(series, windows, windows.spans.validation)
        self.test = targets_of(series, windows, windows.spans.test)
        self.folds: list[FitSpec] = make_fits(config, series, Proposal(Trial("0000", {})), {}, range(1))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(references, "forecast_baselines", self._forecast)
            self.references = find_references(series, self.folds, self.validation, self.test)
        self.by_name = {each.name: each for each in self.references}

    def _forecast(self, windows: Windows, spans: Mapping[str, Rows], fits: Mapping[str, Fit]) -> dict[str, Any]:
        self.answers.append(forecast_baselines(windows, spans, fits))
        return self.answers[-1]


@pytest.fixture(scope="module")
def found() -> Found:
    return Found()


def changed_from(row: int) -> Series:
    """Other prices and covariates from a bar on."""
    later = np.arange(len(SERIES)) >= row
    noise = np.random.default_rng(row).lognormal(0.5, 0.3, len(SERIES))
    factors = np.where(later, noise, 1.0)
    covariates = {name: values * factors for name, values in SERIES.covariates.items()}
    return replace(SERIES, values=SERIES.values * factors, covariates=covariates)


def origins_of(part: range) -> list[int]:
    rows = range(part.start - 1, part.stop - HORIZON)
    return [row for row in rows if any(row + step not in FILLED for step in (1, 2))]


def score_by_loop(answers: list[dict[str, Any]], name: str) -> float:
    """log(RMSE / RMSE of naive), one target at a time."""
    total = naive_total = 0.0
    for part, each in zip(PARTS, answers, strict=True):
        rows = origins_of(part)
        forecast = each[name].forecasts["validation"]
        assert len(forecast) == len(rows)
        for number, row in enumerate(rows):
            steps = [step for step in (1, 2) if row + step not in FILLED]
            last, actual = SERIES.values[row], {step: SERIES.values[row + step] for step in steps}
            total += sum(((forecast[number, step - 1] - actual[step]) / last) ** 2 for step in steps) / len(steps)
            naive_total += sum(((last - actual[step]) / last) ** 2 for step in steps) / len(steps)
    return 0.5 * math.log(total / naive_total)


def test_every_baseline_is_a_row_in_the_order_of_the_table(found: Found) -> None:
    assert [each.name for each in found.references] == list(BASELINES)
    assert all(
        each.forecast is not None and each.forecast.shape == found.test.actual.shape for each in found.references
    )


@pytest.mark.parametrize("name", FITTED)
def test_score_on_validation_equals_a_loop_over_the_parts(name: str, found: Found) -> None:
    assert found.by_name[name].validation_score == pytest.approx(score_by_loop(found.answers, name), rel=1e-9)


def test_naive_scores_nothing_against_itself(found: Found) -> None:
    naive = found.by_name["naive"]
    assert naive.validation_score == 0.0
    assert naive.scores is not None
    assert (naive.scores.skill, naive.scores.price_skill) == (0.0, 0.0)


def test_test_span_is_forecast_by_the_last_fold_alone(found: Found) -> None:
    assert [sorted(each["arima"].forecasts) for each in found.answers] == [["validation"]] * 2 + [
        ["test", "validation"]
    ]
    for name, reference in found.by_name.items():
        last = found.answers[-1][name]
        assert reference.description == last.description
        np.testing.assert_array_equal(reference.forecast, last.forecasts["test"])
        scores = found.test.scores(last.forecasts["test"])
        assert reference.scores == scores or name == "naive", "which names no direction"


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_no_part_knows_a_price_from_a_later_part(number: int, found: Found) -> None:
    """All prices from the start of a part on are changed; what was said before it stays, bit for bit."""
    start = [*PARTS, TEST][number].start
    again = Found(changed_from(start))
    for fold, part in enumerate(PARTS):
        for name in BASELINES:
            before, after = found.answers[fold][name], again.answers[fold][name]
            if part.start <= start:
                assert after.description == before.description, "fitted on what lies before the part"
            known = [row < start for row in origins_of(part)]
            assert same_bits(before.forecasts["validation"][known], after.forecasts["validation"][known]), (fold, name)
            unknown = ~np.array(known)
            assert not unknown.any() or not np.array_equal(
                before.forecasts["validation"][unknown], after.forecasts["validation"][unknown]
            )
    if number == 3:
        for name in BASELINES:
            assert again.by_name[name].validation_score == found.by_name[name].validation_score
            assert again.by_name[name].scores != found.by_name[name].scores


def same_bits(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    return one.tobytes() == other.tobytes()


def test_one_split_is_a_single_fold(found: Found) -> None:
    config = replace(CONFIG, evaluation=replace(CONFIG.evaluation, folds=1))
    whole = Found(config=config)
    assert len(whole.answers) == 1
    for name in FITTED:
        forecast = whole.answers[0][name].forecasts["validation"]
        assert len(forecast) == len(whole.validation.origins)
        assert whole.by_name[name].validation_score == whole.validation.log_ratio(forecast)


@pytest.mark.parametrize("fold", [0, 1, 2])
def test_baseline_that_fails_on_any_fold_is_a_row_with_its_reason(fold: int, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = BASELINES["drift"], []

    def fails(windows: Windows) -> Any:
        calls.append(windows)
        if len(calls) == fold + 1:
            raise ArithmeticError("no line through\n one point.")
        return real(windows)

    monkeypatch.setitem(BASELINES, "drift", fails)
    for name in ("arima", "ets"):
        monkeypatch.setitem(BASELINES, name, real)  # quicker
    result = Found()
    failed = result.by_name["drift"]
    assert failed.description == "drift could not be fitted (ArithmeticError: no line through one point)."
    assert (failed.scores, failed.forecast) == (None, None)
    assert math.isnan(failed.validation_score)
    assert [each.name for each in result.references] == list(BASELINES), "the others are not touched"
    best = best_reference(result.references)
    assert best is not None
    assert best.name != "drift"


def reference(name: str, validation_score: float, test_error: float, targets: Targets) -> Reference:
    if math.isnan(validation_score):
        return Reference(name, "It could not.", validation_score, None, None)
    forecast = targets.actual + test_error
    return Reference(name, "", validation_score, targets.scores(forecast), forecast)


def test_best_is_chosen_on_validation_and_not_on_the_test_span(found: Found) -> None:
    targets = found.test
    rows = [
        reference("naive", -9.0, 0.0, targets),
        reference("drift", 0.1, 0.0, targets),
        reference("ses", math.nan, 0.0, targets),
        reference("ets", -0.1, 9.0, targets),
        reference("arima", -0.05, 0.1, targets),
    ]
    best = best_reference(rows)
    assert best is not None
    assert best.name == "ets"
    spoiled = [replace(each, scores=None) for each in rows]
    assert best_reference(spoiled) is spoiled[3], "the scores on the test span are not looked at"


def test_nothing_is_best_where_all_failed(found: Found) -> None:
    rows = [reference("naive", 0.0, 0.0, found.test), reference("ses", math.nan, 0.0, found.test)]
    assert best_reference(rows) is None
    assert best_reference([]) is None


def test_answers_were_those_of_the_baselines_themselves(found: Found) -> None:
    assert all(isinstance(answer, BaselineForecast) for each in found.answers for answer in each.values())


@pytest.mark.parametrize("signed", [False, True])
def test_what_differs_from_naive_by_rounding_alone_scores_as_naive_and_names_no_direction(
    found: Found, signed: bool
) -> None:
    targets = replace(found.test, is_signed=signed)
    noise = np.random.default_rng(0).uniform(-4e-16, 4e-16, targets.actual.shape)
    noisy = targets.naive * (1 + noise)
    assert not np.array_equal(noisy, targets.naive)
    assert targets.log_ratio(noisy) == 0.0
    assert score_reference(targets, noisy).skill == targets.scores(noisy).skill == 0.0
    assert targets.scores(noisy).direction_accuracy == targets.scores(targets.naive).direction_accuracy
    assert math.isnan(score_reference(targets, noisy).direction_accuracy)
    assert [each.skill for each in scores_by_step(targets, [noisy])] == [0.0, 0.0]


def test_what_differs_from_naive_by_more_than_rounding_stays_as_it_is(found: Found) -> None:
    moved = found.test.naive * (1 + 1e-10)
    assert same_bits(found.test.settled(moved), moved)
    assert score_reference(found.test, moved).direction_accuracy > 0


def test_rounding_about_zero_in_a_signed_series_is_that_of_its_other_prices(found: Found) -> None:
    targets = replace(found.test, is_signed=True, last_price=np.linspace(-100.0, 100.0, len(found.test.last_price)))
    targets.last_price[0] = 0.0
    noisy = targets.naive + 4e-14
    assert same_bits(targets.settled(noisy), targets.naive)
