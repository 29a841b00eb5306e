"""What a sweep leaves in its folder, read back from the files."""

import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from src.clock import Clock
from src.evaluation.conclusion import Conclusion, conclude, median_fit
from src.evaluation.evaluation import evaluate
from src.fits import TrialResult
from src.forecaster import Forecaster
from src.windows.windows import build_windows
from tests.evaluation.conftest import FILLED, HORIZON, Search

SWEPT = ("windows.lags", "model.stateful")


def conclude_in(folder: Path, search: Search, results: list[TrialResult], test: bool = True) -> Conclusion:
    folder.mkdir(exist_ok=True)
    config = replace(search.config, evaluation=replace(search.config.evaluation, test=test))
    clock = Clock(time.perf_counter(), {"search": 2.0})
    return conclude(config, search.series, folder, SWEPT, results, clock)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sweep")


@pytest.fixture(scope="module")
def concluded(folder: Path, search: Search) -> Conclusion:
    return conclude_in(folder, search, list(search.results))


def test_folder_holds_what_readme_promises_and_nothing_half_done(folder: Path, concluded: Conclusion) -> None:
    assert sorted(path.name for path in folder.iterdir()) == [
        *("forecasts.parquet", "leaderboard.csv", "model", "summary.json")
    ]
    assert concluded.end.files == (folder / "leaderboard.csv", folder / "summary.json")
    assert concluded.end.forecaster == folder / "model"


def test_forecasts_hold_every_fit_for_every_target_of_both_spans(
    folder: Path, concluded: Conclusion, search: Search
) -> None:
    frame = pd.read_parquet(folder / "forecasts.parquet")
    fits = [f"{trial}/seed_{k}" for trial in ("0000", "0001") for k in (0, 1)] + ["0002/seed_0"]
    assert list(frame.columns) == ["span", "origin", "step", "target", "scored", "actual", "naive", *fits]
    evaluation = evaluate(search.series, search.config, search.results)
    windows = build_windows(search.series, search.config.windows, ())
    for name, span in (("validation", windows.spans.validation), ("test", windows.spans.test)):
        rows = frame[frame["span"] == name].reset_index(drop=True)
        expected = [(origin, step) for origin in windows.scored_origins(span) for step in range(1, HORIZON + 1)]
        assert len(rows) == len(expected)
        for number, (origin, step) in enumerate(expected):
            row = rows.loc[number]
            assert (row["origin"], row["step"]) == (pd.Timestamp(search.series.timestamps[origin]), step)
            assert row["target"] == pd.Timestamp(search.series.timestamps[origin + step])
            assert row["scored"] == (origin + step not in FILLED)
            assert (row["actual"], row["naive"]) == (search.series.values[origin + step], search.series.values[origin])
        for fit in (fit for result in search.results for fit in result.outcomes if fit.weights):
            forecast = evaluation.forecasts[fit.spec.fit_id] if name == "test" else fit.validation_forecast
            assert forecast is not None
            assert rows[fit.spec.fit_id].tolist() == forecast.ravel().tolist()


@pytest.mark.parametrize("trial_id", ["0000", "0001"])
def test_best_model_forecasts_from_past_prices_what_was_evaluated(
    trial_id: str, search: Search, tmp_path: Path
) -> None:
    (winner,) = search.only(trial_id)
    conclude_in(tmp_path, search, [winner])
    forecaster, fit = Forecaster.load(tmp_path / "model"), median_fit(winner)
    rows = pd.read_parquet(tmp_path / "forecasts.parquet")
    rows = rows[rows["span"] == "test"]
    past = pd.DataFrame({"price": search.series.values, **search.series.covariates}, index=search.series.timestamps)
    # A stateful model has read more than its warmup by a later origin: only the first is read alike.
    origins = rows["origin"].unique()[: 1 if fit.spec.model.stateful else 10]
    for origin in origins:
        expected = rows.loc[rows["origin"] == origin, fit.spec.fit_id].to_numpy()
        np.testing.assert_allclose(forecaster.forecast(past.loc[:origin]), expected, rtol=1e-6)


def test_best_model_is_that_of_the_winner(folder: Path, concluded: Conclusion, search: Search) -> None:
    best = json.loads((folder / "summary.json").read_text())["best"]["trial"]
    (winner,) = search.only(best)
    assert winner.score == min(result.score for result in search.results)
    weights = median_fit(winner).weights
    assert weights is not None
    assert all(np.array_equal(*pair) for pair in zip(Forecaster.load(folder / "model").weights, weights, strict=True))


@pytest.mark.parametrize(
    ("scores", "median"), [([0.3], 0.3), ([0.3, 0.1], 0.1), ([0.3, 0.1, 0.2], 0.2), ([0.4, 0.1, 0.3, 0.2], 0.2)]
)
def test_median_fit_is_the_better_of_two_in_the_middle(scores: list[float], median: float, search: Search) -> None:
    (outcome, *_), trial = search.results[0].outcomes, search.results[0].trial
    winner = TrialResult(trial, tuple(replace(outcome, score=score) for score in scores))
    assert median_fit(winner).score == median


def test_summary_says_what_the_evaluation_found(folder: Path, concluded: Conclusion, search: Search) -> None:
    summary = json.loads((folder / "summary.json").read_text())
    evaluation = evaluate(search.series, search.config, search.results)
    assert summary["naive"] == {name: getattr(evaluation.naive, name) for name in ("mse", "rmse", "mape")}
    windows = len(evaluation.targets.actual)
    days = {"first_target": evaluation.targets.first_day, "last_target": evaluation.targets.last_day}
    assert summary["test"] == days | {"windows": windows}
    assert (summary["name"], summary["trials"], summary["fits"]) == (folder.name, 3, 6)
    assert summary["fits_per_second"] == 3.0
    assert set(summary["seconds"]) == {"search", "evaluation", "total"}
    assert evaluation.verdict is not None
    assert summary["verdict"]["sentence"] == evaluation.verdict.sentence
    assert summary["verdict"]["beats_naive"] is False
    assert summary["verdict"]["p_value"] is None, "60 windows are too few for a test: nan becomes null"


def test_leaderboard_ranks_all_trials_and_scores_those_that_completed(folder: Path, concluded: Conclusion) -> None:
    frame = pd.read_csv(folder / "leaderboard.csv", dtype={"trial": str})
    assert sorted(frame["trial"]) == ["0000", "0001", "0002"]
    assert frame["trial"].iloc[-1] == "0002"
    assert list(frame["score"]) == sorted(frame["score"])
    assert frame.set_index("trial")["test_rmse"].notna().to_dict() == {"0000": True, "0001": True, "0002": False}


def test_trackers_are_told_scores_metrics_and_tags(concluded: Conclusion, search: Search) -> None:
    evaluation = evaluate(search.series, search.config, search.results)
    rmses = [scores.rmse for scores in evaluation.scores["0001"]]
    assert sorted(concluded.scores) == ["0000", "0001"]
    assert concluded.scores["0001"]["test_rmse"] == pytest.approx(sum(rmses) / 2)
    metrics = concluded.end.metrics
    assert all(isinstance(number, int | float) for number in metrics.values())
    assert metrics["naive_test_rmse"] == evaluation.naive.rmse
    assert metrics["best_score"] == min(result.score for result in search.results)
    assert concluded.end.tags["beats_naive"] == "false"
    assert concluded.end.tags["best_trial"].startswith(("0000 (lags=8", "0001 (lags=20"))
    assert "naive" in concluded.end.table


def test_test_span_stays_unseen_where_it_is_not_to_be_scored(search: Search, tmp_path: Path) -> None:
    conclusion = conclude_in(tmp_path, search, list(search.results), test=False)
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert (summary["naive"], summary["test"], conclusion.scores) == (None, None, {})
    assert summary["verdict"] == {
        "beats_naive": False,
        "sentence": "The test span was not scored (evaluation.test=false): no verdict.",
    }
    assert set(pd.read_parquet(tmp_path / "forecasts.parquet")["span"]) == {"validation"}
    assert "test_" not in (tmp_path / "leaderboard.csv").read_text()
    assert not [name for name in conclusion.end.metrics if "test" in name]
    assert (tmp_path / "model" / "weights.npz").exists()


def test_sweep_of_which_nothing_completed_ends_with_naive_alone(search: Search, tmp_path: Path) -> None:
    conclusion = conclude_in(tmp_path, search, search.only("0002"))
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["best"] is None
    assert summary["verdict"] == {"beats_naive": False, "sentence": "No trial completed: nothing to judge."}
    assert summary["naive"]["rmse"] > 0
    assert conclusion.end.forecaster is None
    assert not (tmp_path / "model").exists()


def test_settings_that_every_trial_replaces_are_not_needed_to_conclude(search: Search, tmp_path: Path) -> None:
    """With `search.windows.lags` and `search.data.features`, the config's own lags and features are nobody's."""
    config = search.config
    unused = replace(
        search,
        config=replace(
            config,
            windows=replace(config.windows, lags=200, transform="relative"),
            data=replace(config.data, features=["not loaded"]),
        ),
    )
    conclude_in(tmp_path / "used", search, list(search.results))
    conclude_in(tmp_path / "unused", unused, list(search.results))
    for name in ("forecasts.parquet", "leaderboard.csv"):
        assert (tmp_path / "used" / name).read_bytes() == (tmp_path / "unused" / name).read_bytes()
