"""What a sweep leaves in its folder, read back from the files."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.evaluation.ended_search import EndedSearch
from lstm_sweep.evaluation.evaluate import Evaluation, median_fit
from lstm_sweep.evaluation.ledger import LEDGER
from lstm_sweep.evaluation.sentence import sentence_of
from lstm_sweep.forecaster import Forecaster
from lstm_sweep.trials.outcome import TrialResult
from lstm_sweep.windows.windows import build_windows
from tests.small_search import FILLED, HORIZON, Concluded, conclude_in, only


def test_folder_holds_what_readme_promises_and_nothing_half_done(folder: Path, concluded: Concluded) -> None:
    assert sorted(path.name for path in folder.iterdir()) == [
        *("config.yaml", "fits", "forecasts.parquet", "leaderboard.csv", "model", "report.html", "summary.json")
    ]
    _, end = concluded
    assert end.files == ("leaderboard.csv", "summary.json", "report.html")
    assert end.forecaster


def test_forecasts_hold_every_fit_for_every_target_of_both_spans(
    folder: Path, concluded: Concluded, search: EndedSearch, evaluation: Evaluation
) -> None:
    frame = pd.read_parquet(folder / "forecasts.parquet")
    fits = [f"{trial}/seed_{k}" for trial in ("0000", "0001") for k in (0, 1)] + ["0002/seed_0"]
    others = [*(f"baseline/{name}" for name in ("drift", "ses", "ets", "arima", "ridge", "ridge_all")), "ensemble"]
    assert list(frame.columns) == ["span", "origin", "step", "target", "scored", "actual", "naive", *fits, *others]
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
        for column in others:
            assert rows[column].notna().all() == (name == "test"), "baselines and the ensemble answer the test span"
    test = frame[frame["span"] == "test"]
    for reference in evaluation.references[1:]:
        assert reference.forecast is not None
        assert test[f"baseline/{reference.name}"].tolist() == reference.forecast.ravel().tolist()
    winner = json.loads((folder / "summary.json").read_text())["best"]["trial"]
    mean = (test[f"{winner}/seed_0"] + test[f"{winner}/seed_1"]) / 2
    np.testing.assert_allclose(test["ensemble"], mean, rtol=1e-12)


@pytest.mark.parametrize("trial_id", ["0000", "0001"])
def test_best_model_forecasts_from_past_prices_what_was_evaluated(
    trial_id: str, search: EndedSearch, tmp_path: Path
) -> None:
    (winner,) = only(search, trial_id).results
    conclude_in(tmp_path, only(search, trial_id))
    forecaster, fit = Forecaster.load(tmp_path / "model"), median_fit(winner)
    rows = pd.read_parquet(tmp_path / "forecasts.parquet")
    rows = rows[rows["span"] == "test"]
    past = pd.DataFrame({"price": search.series.values, **search.series.covariates}, index=search.series.timestamps)
    # A stateful model has read more than its warmup by a later origin: only the first is read alike.
    origins = rows["origin"].unique()[: 1 if fit.spec.model.stateful else 10]
    for origin in origins:
        expected = rows.loc[rows["origin"] == origin, fit.spec.fit_id].to_numpy()
        np.testing.assert_allclose(forecaster.forecast(past.loc[:origin]), expected, rtol=1e-6)


def test_best_model_is_that_of_the_winner(folder: Path, concluded: Concluded, search: EndedSearch) -> None:
    best = json.loads((folder / "summary.json").read_text())["best"]["trial"]
    (winner,) = only(search, best).results
    assert winner.score == min(result.score for result in search.results)
    weights = median_fit(winner).weights
    assert weights is not None
    assert all(np.array_equal(*pair) for pair in zip(Forecaster.load(folder / "model").weights, weights, strict=True))


@pytest.mark.parametrize(
    ("scores", "median"), [([0.3], 0.3), ([0.3, 0.1], 0.1), ([0.3, 0.1, 0.2], 0.2), ([0.4, 0.1, 0.3, 0.2], 0.2)]
)
def test_median_fit_is_the_better_of_two_in_the_middle(scores: list[float], median: float, search: EndedSearch) -> None:
    (outcome, *_), trial = search.results[0].outcomes, search.results[0].trial
    fits = [
        replace(outcome, spec=replace(outcome.spec, replicate=each), score=score) for each, score in enumerate(scores)
    ]
    winner = TrialResult(trial, tuple(fits))
    assert median_fit(winner).score == median


def test_leaderboard_ranks_all_trials_and_scores_those_that_completed(folder: Path, concluded: Concluded) -> None:
    frame = pd.read_csv(folder / "leaderboard.csv", dtype={"trial": str})
    assert sorted(frame["trial"]) == ["0000", "0001", "0002"]
    assert frame["trial"].iloc[-1] == "0002"
    assert list(frame["score"]) == sorted(frame["score"])
    assert frame.set_index("trial")["test_rmse"].notna().to_dict() == {"0000": True, "0001": True, "0002": False}


def test_scores_by_step_are_those_of_a_loop_over_the_forecasts(folder: Path, concluded: Concluded) -> None:
    frame = pd.read_parquet(folder / "forecasts.parquet")
    rows = frame[(frame["span"] == "test") & frame["scored"]].to_dict("records")
    board = pd.read_csv(folder / "leaderboard.csv", dtype={"trial": str}).set_index("trial")
    summary = json.loads((folder / "summary.json").read_text())
    scores, end = concluded
    for step in (1, 2):
        of_step = [row for row in rows if row["step"] == step]
        naive = math.sqrt(sum(((row["actual"] - row["naive"]) / row["naive"]) ** 2 for row in of_step) / len(of_step))
        said = summary["steps"][step - 1]
        assert (said["step"], said["windows"]) == (step, len(of_step))

        def by_loop(column: str, of_step: list[dict[str, Any]] = of_step, naive: float = naive) -> dict[str, float]:
            errors = [row[column] - row["actual"] for row in of_step]
            relative = [error / row["naive"] for error, row in zip(errors, of_step, strict=True)]
            mse = sum(error**2 for error in errors) / len(errors)
            skill = 1 - math.sqrt(sum(error**2 for error in relative) / len(relative)) / naive
            shares = [abs(error) / row["actual"] for error, row in zip(errors, of_step, strict=True)]
            return {"mse": mse, "rmse": math.sqrt(mse), "skill": skill, "mape": 100 * sum(shares) / len(shares)}

        for trial in ("0000", "0001"):
            seeds = [by_loop(f"{trial}/seed_{seed}") for seed in (0, 1)]
            for name in ("mse", "rmse", "skill", "mape"):
                mean = (seeds[0][name] + seeds[1][name]) / 2
                assert board.loc[trial, f"test_{name}_step_{step}"] == pytest.approx(mean, rel=1e-9, abs=1e-12)
                if trial == summary["best"]["trial"]:
                    assert said["best"][f"test_{name}"] == pytest.approx(mean, rel=1e-9, abs=1e-12)
            rmse = board.loc[trial, f"test_rmse_step_{step}"]
            assert scores[trial][f"step_{step}/test_rmse"] == pytest.approx(rmse)
        columns = {"naive": "naive", "ridge": "baseline/ridge", "ensemble": "ensemble"}
        for title, column in columns.items():
            for name, value in by_loop(column).items():
                assert said[title][f"test_{name}"] == pytest.approx(value, rel=1e-9, abs=1e-12)
            assert end.references[title][f"step_{step}/test_skill"] == said[title]["test_skill"]
    assert math.isnan(board.loc["0002", "test_rmse_step_1"])


def test_trackers_are_told_scores_metrics_and_tags(
    concluded: Concluded, search: EndedSearch, evaluation: Evaluation
) -> None:
    rmses = [each.rmse for each in evaluation.scores["0001"]]
    scores, end = concluded
    assert sorted(scores) == ["0000", "0001"]
    assert scores["0001"]["test_rmse"] == pytest.approx(sum(rmses) / 2)
    metrics = end.metrics
    assert all(isinstance(number, int | float) for number in metrics.values())
    winner = min(search.results, key=lambda result: result.score)
    assert (metrics["score"], metrics["score_std"]) == (winner.score, winner.score_std)
    assert metrics["skill"] == pytest.approx(1 - math.exp(winner.score))
    assert scores[winner.trial.trial_id].items() <= metrics.items()
    assert metrics["verdict/num_uses"] == 1
    for reference in evaluation.references:
        assert reference.scores is not None
        assert end.references[reference.name]["test_rmse"] == reference.scores.rmse
    assert end.references["naive"]["skill"] == 0
    assert end.tags["beats_naive"] == "false"
    assert end.tags["best_trial"].startswith(("0000 (lags=8", "0001 (lags=20"))
    assert evaluation.verdict is not None
    assert end.tags["verdict"] == sentence_of(evaluation.verdict)
    names = [line.split()[0] for line in end.table.splitlines()[2:10]]
    assert names == ["naive", "drift", "ses", "ets", "arima", "ridge", "ridge_all", "ensemble"]


def test_test_span_stays_unseen_where_it_is_not_to_be_scored(search: EndedSearch, tmp_path: Path) -> None:
    folder = tmp_path / "sweep"
    scores, end = conclude_in(folder, search, test=False)
    summary = json.loads((folder / "summary.json").read_text())
    assert scores == {}
    for section in ("naive", "test", "baselines", "ensemble", "marks", "diagnostics"):
        assert summary[section] is None
    assert summary["verdict"] == {
        "beats_naive": False,
        "sentence": "The test span was not scored (evaluation.test=false): no verdict.",
    }
    frame = pd.read_parquet(folder / "forecasts.parquet")
    assert set(frame["span"]) == {"validation"}
    assert frame["target"].max() < pd.Timestamp(search.series.timestamps[240])
    assert not [name for name in frame if name.startswith("baseline") or name == "ensemble"]
    header = (folder / "leaderboard.csv").read_text().splitlines()[0]
    assert not [name for name in ("test_", "superior", "confidence", "copycat") if name in header]
    assert not [name for name in end.metrics if "test" in name or "verdict" in name]
    assert not (tmp_path / LEDGER).exists(), "a span that was not looked at was not used"
    assert (folder / "model" / "weights.npz").exists()


def test_sweep_of_which_nothing_completed_ends_with_naive_alone(search: EndedSearch, tmp_path: Path) -> None:
    _, end = conclude_in(tmp_path / "sweep", only(search, "0002"))
    summary = json.loads((tmp_path / "sweep" / "summary.json").read_text())
    assert summary["best"] is None
    assert summary["verdict"] == {"beats_naive": False, "sentence": "No trial completed: nothing to judge."}
    assert summary["naive"]["rmse"] > 0
    assert not end.forecaster
    assert not (tmp_path / "sweep" / "model").exists()
    assert not (tmp_path / LEDGER).exists(), "nothing was scored"


def test_settings_that_every_trial_replaces_are_not_needed_to_conclude(search: EndedSearch, tmp_path: Path) -> None:
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
    conclude_in(tmp_path / "used", search)
    conclude_in(tmp_path / "unused", unused)
    for name in ("forecasts.parquet", "leaderboard.csv"):
        assert (tmp_path / "used" / name).read_bytes() == (tmp_path / "unused" / name).read_bytes()


def test_sweeps_that_score_the_same_test_span_are_counted(search: EndedSearch, tmp_path: Path) -> None:
    def num_uses(name: str, seed: int) -> int:
        changed = replace(search, config=replace(search.config, name=name, seed=seed))
        conclude_in(tmp_path / name, only(changed, "0000"))
        summary = json.loads((tmp_path / name / "summary.json").read_text())
        assert summary["diagnostics"]["test_uses"] == summary["verdict"]["num_uses"]
        return int(summary["verdict"]["num_uses"])

    assert [num_uses("first", 0), num_uses("again", 0), num_uses("other", 1)] == [1, 1, 2]


def test_use_of_the_test_span_is_noted_down_before_anything_is_scored(
    search: EndedSearch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lstm_sweep.sweep.conclusion.evaluate", killed)
    with pytest.raises(KeyboardInterrupt):
        conclude_in(tmp_path / "sweep", search)
    (line,) = (tmp_path / LEDGER).read_text().splitlines()
    use = json.loads(line)
    assert (use["series"], use["data"], use["sweep"]) == ("example", search.series.digest, "sweep")
    assert (use["first_target"], use["last_target"]) == ("2020-08-28T00:00:00", "2020-10-26T00:00:00")


def test_sweep_does_not_fail_for_a_report_that_cannot_be_written(
    search: EndedSearch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "sweep" / "report.html.unfinished").mkdir(parents=True)
    _, end = conclude_in(tmp_path / "sweep", search)
    assert end.files == ("leaderboard.csv", "summary.json")
    assert "report.html could not be written (IsADirectoryError" in caplog.text
    assert "lstm-sweep report sweep=sweep tries again" in caplog.text
