"""Errors by step, by volatility and over time, against plain loops over the file."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.report.page.build import write_report
from lstm_sweep.report.page.forecasts import read_forecasts
from lstm_sweep.report.page.sections.breakdown import by_step, by_volatility, past_volatility
from tests.report.folder import make_sweep
from tests.report.reading import Reader

SEEDS = ["0000/seed_0", "0000/seed_1"]


def losses(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Squared errors relative to the last price, one row per target: of the winner's seeds in the mean, of naive."""
    frame = pd.read_parquet(folder / "forecasts.parquet")
    test = frame[(frame["span"] == "test") & frame["scored"]].copy()
    test["winner"] = sum(((test[seed] - test["actual"]) / test["naive"]) ** 2 for seed in SEEDS) / len(SEEDS)
    test["other"] = ((test["naive"] - test["actual"]) / test["naive"]) ** 2
    return frame, test


def test_error_by_step_is_that_of_a_loop(tmp_path: Path) -> None:
    folder = make_sweep(tmp_path / "example", horizon=7, unscored=(3, 80))
    _, test = losses(folder)
    forecasts, _ = read_forecasts(folder / "forecasts.parquet")
    assert forecasts is not None
    groups = by_step(forecasts, SEEDS)
    assert [group.name for group in groups] == [f"step {step}" for step in range(1, 8)]
    for step, group in enumerate(groups, 1):
        rows = test[test["step"] == step]
        assert group.count == len(rows)
        assert group.winner == pytest.approx(math.sqrt(rows["winner"].mean()), rel=1e-9)
        assert group.naive == pytest.approx(math.sqrt(rows["other"].mean()), rel=1e-9)


def test_error_by_volatility_is_that_of_a_loop(tmp_path: Path) -> None:
    folder = make_sweep(tmp_path / "example", horizon=2, unscored=(3, 80))
    frame, test = losses(folder)
    forecasts, _ = read_forecasts(folder / "forecasts.parquet")
    assert forecasts is not None
    origins = frame.drop_duplicates("origin").set_index("origin")["naive"]
    origins = origins[origins.index.isin(test["origin"]) | (origins.index < test["origin"].min())]
    volatility = np.log(origins).diff().rolling(20).std(ddof=0)
    volatility = volatility[volatility.index.isin(test["origin"])]
    low, high = volatility.quantile([1 / 3, 2 / 3])
    thirds = [volatility <= low, (volatility > low) & (volatility <= high), volatility > high]
    for group, third in zip(by_volatility(forecasts, SEEDS), thirds, strict=True):
        chosen = test[test["origin"].isin(volatility.index[third])].groupby("origin")[["winner", "other"]].mean()
        assert group.count == len(chosen)
        assert group.winner == pytest.approx(math.sqrt(chosen["winner"].mean()), rel=1e-9)
        assert group.naive == pytest.approx(math.sqrt(chosen["other"].mean()), rel=1e-9)


def test_volatility_looks_at_nothing_later() -> None:
    prices = 100 * np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.02, 80)))
    changed = prices.copy()
    changed[50:] *= 10
    np.testing.assert_array_equal(past_volatility(prices)[:50], past_volatility(changed)[:50])
    assert np.isnan(past_volatility(prices)[:20]).all()
    assert np.isfinite(past_volatility(prices)[20:]).all()
    assert np.isnan(past_volatility(prices[:10])).all()


def test_sum_of_gains_ends_at_the_skill_of_the_verdict(tmp_path: Path) -> None:
    folder = make_sweep(tmp_path / "example", horizon=3)
    page = Reader(write_report(folder).read_text())
    _, test = losses(folder)
    by_window = test.groupby("origin")[["winner", "other"]].mean()
    gain = page.figures["gain"][""]["data"][0]["y"]
    np.testing.assert_allclose(gain, 1e4 * (by_window["other"] - by_window["winner"]).cumsum(), rtol=1e-5)


def test_table_shows_the_groups(tmp_path: Path) -> None:
    folder = make_sweep(tmp_path / "example", horizon=7)
    page = Reader(write_report(folder).read_text())
    names = [row[0] for row in page.tables["breakdown"][1:]]
    assert names == ["calm third", "middle third", "wild third", *(f"step {step}" for step in range(1, 8))]
    forecasts, _ = read_forecasts(folder / "forecasts.parquet")
    assert forecasts is not None
    for group, row, hidden in zip(
        by_step(forecasts, SEEDS), page.tables["breakdown"][4:], page.titles["breakdown"][4:], strict=True
    ):
        assert row[4] == f"{100 * (1 - group.winner / group.naive):+.2f} %"
        assert float(hidden[2]) == pytest.approx(100 * group.winner)


def test_one_step_has_no_table_of_steps(tmp_path: Path) -> None:
    page = Reader(write_report(make_sweep(tmp_path / "example")).read_text())
    assert "steps" not in page.figures
    assert len(page.tables["breakdown"]) == 4


def test_skill_by_volatility_adds_up_to_that_of_the_leaderboard(tmp_path: Path) -> None:
    folder = make_sweep(tmp_path / "example", seeds=1)
    forecasts, _ = read_forecasts(folder / "forecasts.parquet")
    assert forecasts is not None
    groups = by_volatility(forecasts, ["0000/seed_0"])
    total = [sum(group.count * getattr(group, who) ** 2 for group in groups) for who in ("winner", "naive")]
    skill = json.loads((folder / "summary.json").read_text())["verdict"]["skill"]
    assert 1 - math.sqrt(total[0] / total[1]) == pytest.approx(skill, rel=1e-9)


def test_errors_of_a_signed_series_are_in_its_own_units(tmp_path: Path) -> None:
    data = {"name": "example", "bars": 900, "digest": "ab" * 32, "features": [], "is_signed": True}
    folder = make_sweep(tmp_path / "example", horizon=2, unscored=(3,), summary={"data": data})
    frame = pd.read_parquet(folder / "forecasts.parquet")
    test = frame[(frame["span"] == "test") & frame["scored"]]
    page = Reader(write_report(folder).read_text())
    header, *rows = page.tables["breakdown"]
    assert header[2:4] == ["RMSE, winner", "RMSE, naive"]
    shown = {row[0]: float(row[3]) for row in rows}
    for step in (1, 2):
        errors = [row["naive"] - row["actual"] for _, row in test[test["step"] == step].iterrows()]
        naive = math.sqrt(sum(error**2 for error in errors) / len(errors))
        assert shown[f"step {step}"] == pytest.approx(naive, rel=1e-3)
    assert "MAPE is left out" in page.texts["leaderboard"]
    assert "test MAPE %" not in page.tables["leaderboard"][0]
    assert page.figures["forecast"]["1 step ahead"]["layout"]["yaxis2"]["title"]["text"] == (
        "change in units of the series"
    )
