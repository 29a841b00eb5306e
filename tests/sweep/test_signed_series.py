"""Whole sweeps over values at or below zero, and over prices of any size, against loops over what they left."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lstm_sweep
from lstm_sweep import FinishedSweep, UserError
from lstm_sweep.evaluation.audit import retrain

SETTINGS: dict[str, Any] = {
    "data": "csv",
    "windows": {"transform": "difference", "lags": 5},
    "model.units": 4,
    "training": {"epochs": 8, "learning_rate": 0.01},
    "seeds": 2,
    "cache": False,
    "tracking": {"uri": None, "tensorboard": False},
    "search.model.dropout": [0.0],
}
MISSING_ROW = 870
RUNNERS = ("fused", "sequential")


def temperatures() -> list[float]:
    """AR(1) around zero: half of what makes a value is gone at the next, so naive is easily beaten."""
    generator, values = np.random.default_rng(3), [0.0]
    for noise in generator.normal(0.0, 8.0, 899):
        values.append(0.2 * values[-1] + noise)
    return [round(float(value), 1) for value in values]


def write_csv(path: Path, values: list[float]) -> str:
    days = pd.date_range("2020-01-01", periods=len(values)).strftime("%Y-%m-%d")
    rows = [f"{day},{value!r}" for row, (day, value) in enumerate(zip(days, values, strict=True)) if row != MISSING_ROW]
    path.write_text("\n".join(["date,close", *rows]) + "\n")
    return str(path)


@pytest.fixture(scope="module", params=RUNNERS)
def sweep(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FinishedSweep:
    folder = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        path = write_csv(folder / "temperature.csv", temperatures())
        return lstm_sweep.run_sweep(SETTINGS | {"data.path": path, "runner": request.param})


def errors_by_loop(sweep: FinishedSweep, fit: str, span: str) -> tuple[float, float]:
    """RMSE of a fit and of naive over the real bars of a span, in units of the series."""
    values, squared, squared_naive = temperatures(), [], []
    rows = sweep.forecasts()
    for _, row in rows[rows["span"] == span].iterrows():
        target = (row["target"] - pd.Timestamp("2020-01-01")).days
        if target == MISSING_ROW:
            continue
        last = values[target - 1] if target - 1 != MISSING_ROW else values[target - 2]
        squared.append((row[fit] - values[target]) ** 2)
        squared_naive.append((last - values[target]) ** 2)
    assert len(squared) == (134 if span == "test" else 135)
    return math.sqrt(sum(squared) / len(squared)), math.sqrt(sum(squared_naive) / len(squared))


def test_score_skill_and_rmse_of_a_signed_series_equal_a_loop_on_both_runners(sweep: FinishedSweep) -> None:
    board, logs, errors = sweep.leaderboard(), [], []
    for seed in range(2):
        rmse, naive = errors_by_loop(sweep, f"0000/seed_{seed}", "validation")
        logs.append(math.log(rmse / naive))
        errors.append(errors_by_loop(sweep, f"0000/seed_{seed}", "test"))
    assert board["score"][0] == pytest.approx(sum(logs) / 2, rel=1e-6)
    assert board["test_rmse"][0] == pytest.approx(sum(rmse for rmse, _ in errors) / 2, rel=1e-9)
    assert board["test_skill"][0] == pytest.approx(sum(1 - rmse / naive for rmse, naive in errors) / 2, rel=1e-9)
    skill = 1 - math.sqrt((errors[0][0] ** 2 + errors[1][0] ** 2) / 2) / errors[0][1]
    assert sweep.summary["verdict"]["skill"] == pytest.approx(skill, rel=1e-9)


def test_verdict_on_a_predictable_signed_series_is_right_and_says_what_its_errors_are(sweep: FinishedSweep) -> None:
    verdict = sweep.summary["verdict"]
    assert verdict["beats_naive"]
    assert verdict["is_signed"]
    assert "Errors are in units of the series, which has values at or below zero." in sweep.verdict
    assert sweep.summary["data"]["is_signed"]
    assert sweep.summary["diagnostics"]["leakage"]["passed"]
    assert not sweep.summary["diagnostics"]["copycat"]["fires"]


def test_mape_is_left_out_everywhere(sweep: FinishedSweep) -> None:
    assert np.isnan(sweep.leaderboard()["test_mape"]).all()
    summary = json.loads((sweep.folder / "summary.json").read_text())
    assert summary["naive"]["mape"] is None
    end = [json.loads(line) for line in (sweep.folder / "journal.jsonl").read_text().splitlines()][-1]
    assert "RMSE" in end["table"]
    assert "MAPE %" not in end["table"]
    assert "values at or below zero" in " ".join(end["table"].split())
    page = (sweep.folder / "report.html").read_text()
    assert "MAPE is left out" in page
    assert "test MAPE" not in page


def test_every_baseline_forecasts_a_signed_series(sweep: FinishedSweep) -> None:
    baselines = {each["name"]: each for each in sweep.summary["baselines"]}
    assert [name for name, each in baselines.items() if each["failure"]] == []
    assert "of values" in baselines["arima"]["description"]
    assert "of values" in baselines["ets"]["description"]
    assert not baselines["drift"]["description"].endswith("% a bar")
    assert all(baselines[name]["test_skill"] > 0.1 for name in ("ses", "arima", "ridge"))


def test_audit_of_a_signed_series_finds_what_was_recorded(sweep: FinishedSweep) -> None:
    assert max(retrain(sweep.folder, None).values()) < 1e-3


def test_forecaster_of_a_signed_series_takes_values_below_zero(sweep: FinishedSweep) -> None:
    forecasts = sweep.forecasts()
    row = forecasts[forecasts["span"] == "test"].iloc[3]
    target = (row["target"] - pd.Timestamp("2020-01-01")).days
    past = pd.DataFrame({"price": temperatures()[:target]})
    assert (past["price"].tail(6) < 0).any()
    assert sweep.best_forecaster().forecast(past)[0] == pytest.approx(row[sweep.summary["best"]["fit"]], rel=1e-4)


def test_advice_to_take_a_signed_series_by_its_differences_leads_to_a_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = SETTINGS | {"data.path": write_csv(tmp_path / "t.csv", temperatures()), "training": {"epochs": 1}}
    wrong = settings | {"windows": {"lags": 5}}
    with pytest.raises(
        UserError, match=r"t.csv, line 2: close must be a price above 0, .* windows.transform=difference"
    ):
        lstm_sweep.run_sweep(wrong)
    swept = settings | {"search.windows.transform": ["difference", "log_return"]}
    with pytest.raises(UserError, match="use windows.transform=difference in every trial"):
        lstm_sweep.run_sweep(swept)
    assert lstm_sweep.run_sweep(wrong | {"windows.transform": "difference"}).summary["verdict"]["is_signed"]


@pytest.mark.parametrize("size", [1e-8, 1e12])
def test_prices_of_any_size_are_judged_as_the_same_prices_around_a_hundred(
    size: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    prices = [100.0 + value for value in temperatures()]
    found = []
    for name, factor in {"plain": 1.0, "sized": size / 100.0}.items():
        path = write_csv(tmp_path / f"{name}.csv", [factor * price for price in prices])
        found.append(lstm_sweep.run_sweep(SETTINGS | {"data.path": path, "name": name}))
    plain, sized = (each.leaderboard().iloc[0] for each in found)
    assert sized["test_rmse"] == pytest.approx(plain["test_rmse"] * size / 100.0, rel=1e-3)
    assert sized["test_skill"] == pytest.approx(plain["test_skill"], rel=1e-3)
    assert found[0].verdict.split(":")[0] == found[1].verdict.split(":")[0]
    assert [each["failure"] for each in found[1].summary["baselines"]] == [None] * 6


def test_the_shared_file_of_small_prices_shows_four_digits(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    path = str(shared_data / "reports2" / "d21.csv")
    settings = {"data.path": path, "training": {"epochs": 1}, "windows": {"lags": 5}, "seeds": 1}
    sweep = lstm_sweep.run_sweep(SETTINGS | settings)
    naive = next(line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("naive "))
    assert naive[2:4] == ["9.017e-15", "9.496e-08"]
    assert "9.496e-08" in (sweep.folder / "report.html").read_text()
