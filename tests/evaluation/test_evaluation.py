"""The evaluation against pandas, loops, and what training reported."""

import math
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from src.config import ModelConfig, WindowsConfig
from src.evaluation.evaluation import evaluate, find_winner
from src.files import load_weights
from src.fits import FitOutcome, FitStatus, Trial, TrialResult
from src.journal import Journal, read_journal, weights_path
from src.metrics import Scores
from src.models.scorer import Scorer
from src.runners.validation import Validation
from src.series.load import load_series
from src.series.series import Series
from src.windows.windows import build_windows
from tests.configs import compose_config
from tests.evaluation.conftest import FILLED, HORIZON, Search
from tests.examples import make_fit

TEST_ROWS = range(240, 300)


def scored_by_loop(series: Series, forecast: np.ndarray[Any, Any]) -> dict[str, float]:
    """Scores over the real bars of the test span, one target at a time."""
    origins = [row - 1 for row in TEST_ROWS if row + HORIZON <= 300]
    origins = [origin for origin in origins if any(origin + 1 + k not in FILLED for k in range(HORIZON))]
    assert len(forecast) == len(origins)
    errors, naive_errors, percentages, losses, naive_losses, rightly = [], [], [], [], [], []
    for number, origin in enumerate(origins):
        last, of_window, of_naive = series.values[origin], [], []
        for row in range(origin + 1, origin + 1 + HORIZON):
            if row not in FILLED:
                actual, answer = series.values[row], forecast[number, row - origin - 1]
                errors.append(answer - actual)
                naive_errors.append(last - actual)
                percentages.append(100 * abs(answer - actual) / actual)
                of_window.append(((answer - actual) / last) ** 2)
                of_naive.append(((last - actual) / last) ** 2)
                rightly.append(np.sign(answer - last) == np.sign(actual - last))
        losses.append(sum(of_window) / len(of_window))
        naive_losses.append(sum(of_naive) / len(of_naive))
    mse, naive_mse = (sum(error**2 for error in each) / len(each) for each in (errors, naive_errors))
    mae, naive_mae = (sum(map(abs, each)) / len(each) for each in (errors, naive_errors))
    return {
        "mse": mse,
        "rmse": math.sqrt(mse),
        "mape": sum(percentages) / len(percentages),
        "mae": mae,
        "mae_ratio": mae / naive_mae,
        "direction_accuracy": sum(rightly) / len(rightly),
        "skill": 1 - math.sqrt(sum(losses) / sum(naive_losses)),
        "price_skill": 1 - math.sqrt(mse / naive_mse),
    }


def test_naive_on_real_prices_equals_ten_lines_of_pandas(shared_data: Path) -> None:
    path = shared_data / "btc_usd_1d_2011-2025.csv"
    config = compose_config("data=csv", f"data.path={path}", "+experiment=dropout")
    naive = evaluate(load_series(config.data, ()), config, []).naive
    frame = pd.read_csv(path).sort_values("timestamp")
    price = frame["close"]
    test = slice(int(len(frame) * 0.85), None)
    error = (price - price.shift(1))[test]
    assert naive.rmse == pytest.approx((error**2).mean() ** 0.5, rel=1e-9)
    assert naive.mape == pytest.approx(100 * (error / price[test]).abs().mean(), rel=1e-9)
    assert naive.mae == pytest.approx(error.abs().mean(), rel=1e-9)
    assert (naive.skill, naive.price_skill, naive.mae_ratio) == (0.0, 0.0, 1.0)


def test_evaluation_without_a_trial_that_completed_has_naive_and_no_verdict(search: Search) -> None:
    for results in ([], search.only("0002")):
        evaluation = evaluate(search.series, search.config, results)
        assert evaluation.verdict is None
        assert evaluation.scores == {}
        assert evaluation.naive.rmse > 0


def test_scores_of_every_trial_equal_a_loop_over_targets(search: Search) -> None:
    evaluation = evaluate(search.series, search.config, search.results)
    assert list(evaluation.scores) == ["0000", "0001"], "a trial of which a fit diverged is not scored"
    for trial_id, scores in evaluation.scores.items():
        for replicate, of_seed in enumerate(scores):
            expected = scored_by_loop(search.series, evaluation.forecasts[f"{trial_id}/seed_{replicate}"])
            for name, number in expected.items():
                assert getattr(of_seed, name) == pytest.approx(number, rel=1e-9, abs=1e-12), name
    naive = np.repeat(evaluation.targets.last_price[:, None], HORIZON, axis=1)
    for name, number in scored_by_loop(search.series, naive).items():
        assert getattr(evaluation.naive, name) == pytest.approx(number, rel=1e-9, abs=1e-12), name


def test_every_completed_fit_is_forecast_once_on_the_same_targets_whatever_its_lags(search: Search) -> None:
    evaluation = evaluate(search.series, search.config, search.results)
    assert list(evaluation.forecasts) == [f"{trial}/seed_{k}" for trial in ("0000", "0001") for k in (0, 1)] + [
        "0002/seed_0"
    ]
    assert {forecast.shape for forecast in evaluation.forecasts.values()} == {evaluation.targets.actual.shape}
    pairs = [row + k for row in TEST_ROWS for k in range(HORIZON) if row + HORIZON <= 300]
    assert evaluation.targets.scored.sum() == sum(target not in FILLED for target in pairs)
    assert evaluation.targets.first_day.startswith("2020-08-28")
    assert evaluation.targets.last_day.startswith("2020-10-26")


def test_evaluation_finds_in_the_journal_what_training_reported(search: Search, tmp_path: Path) -> None:
    completed = [fit for result in search.results[:2] for fit in result.outcomes]
    with Journal(tmp_path) as journal:
        for fit in completed:
            journal.write_fit(fit)
    for fit, line in zip(completed, read_journal(tmp_path), strict=True):
        windows = build_windows(search.series, WindowsConfig(**line["windows"]), line["features"])
        warmup = windows.stream_length(line["training"]["batch_size"])
        validation, scorer = Validation(windows), Scorer(windows, ModelConfig(**line["model"]), warmup)
        weights = load_weights(weights_path(tmp_path, f"{line['trial_id']}/seed_{line['replicate']}"))
        score = validation.score(scorer.outputs(weights, validation.origins))
        assert score.log_ratio == pytest.approx(fit.score, abs=1e-6)
        assert score.loss == pytest.approx(fit.val_loss, rel=1e-6)
        assert line["score"] == fit.score
        np.testing.assert_allclose(score.forecast, fit.validation_forecast, rtol=1e-6)


def test_verdict_is_on_the_winner_over_its_seeds(search: Search) -> None:
    evaluation = evaluate(search.series, search.config, search.results)
    winner = find_winner(search.results)
    assert winner is not None
    assert evaluation.verdict is not None
    by_seed = [evaluation.forecasts[f"{winner.trial.trial_id}/seed_{k}"] for k in (0, 1)]
    loops = [scored_by_loop(search.series, forecast) for forecast in by_seed]
    mean_square = sum((1 - loop["skill"]) ** 2 for loop in loops) / 2
    assert evaluation.verdict.skill == pytest.approx(1 - math.sqrt(mean_square), abs=1e-9)
    mean_square = sum((1 - loop["price_skill"]) ** 2 for loop in loops) / 2
    assert evaluation.verdict.price_skill == pytest.approx(1 - math.sqrt(mean_square), abs=1e-9)
    verdict = evaluation.verdict
    assert (verdict.num_configurations, verdict.num_diverged, verdict.num_seeds) == (3, 1, 2)
    assert (verdict.num_windows, verdict.horizon) == (len(evaluation.targets.actual), HORIZON)
    assert verdict.num_seeds_above == sum(loop["skill"] > 0 for loop in loops)


def test_winner_is_chosen_on_validation_alone(search: Search) -> None:
    spoiled = search.series.values.copy()
    spoiled[240:] = np.random.default_rng(0).lognormal(5.0, 0.1, 60)
    before, after = (
        evaluate(series, search.config, search.results)
        for series in (search.series, replace(search.series, values=spoiled))
    )
    assert before.verdict is not None
    assert after.verdict is not None
    assert before.verdict.trial == after.verdict.trial
    assert before.naive != after.naive


def scored(trial_id: str, *scores: float) -> TrialResult:
    outcomes = tuple(
        FitOutcome(
            make_fit(trial_id=trial_id, replicate=number),
            FitStatus.DIVERGED if math.isnan(score) else FitStatus.COMPLETED,
            *(1, 1, score, 1.0, 1.0),
        )
        for number, score in enumerate(scores)
    )
    return TrialResult(Trial(trial_id, {}), outcomes)


@pytest.mark.parametrize(
    ("results", "winner"),
    [
        ([scored("0000", 0.1, 0.3), scored("0001", 0.0, 0.1)], "0001"),
        ([scored("0001", 0.1), scored("0000", 0.1)], "0000"),
        ([scored("0000", -9.0, math.nan), scored("0001", 5.0, 5.0)], "0001"),
        ([scored("0000", math.nan)], None),
        ([], None),
    ],
)
def test_winner_is_the_completed_trial_of_lowest_mean_score(results: list[TrialResult], winner: str | None) -> None:
    found = find_winner(results)
    assert (found.trial.trial_id if found else None) == winner


def test_loop_knows_every_score_but_the_base_rate(search: Search) -> None:
    evaluation = evaluate(search.series, search.config, [])
    naive = np.repeat(evaluation.targets.last_price[:, None], HORIZON, axis=1)
    names = {field.name for field in fields(Scores)}
    assert names - set(scored_by_loop(search.series, naive)) == {"direction_base_rate"}
