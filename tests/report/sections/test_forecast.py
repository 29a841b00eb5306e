"""What is plotted is what forecasts.parquet holds."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.report.page.build import write_report
from lstm_sweep.report.page.sections import forecast
from tests.report.folder import make_sweep
from tests.report.reading import Reader


@pytest.mark.parametrize(("horizon", "folds"), [(1, None), (7, None), (3, 2)])
def test_lines_are_the_columns_of_the_file(tmp_path: Path, horizon: int, folds: int | None) -> None:
    folder = make_sweep(tmp_path / "example", horizon=horizon, folds=folds, unscored=(5,))
    views = Reader(write_report(folder).read_text()).figures["forecast"]
    frame = pd.read_parquet(folder / "forecasts.parquet")
    fit = json.loads((folder / "summary.json").read_text())["best"]["fit"]
    assert list(views) == [f"{step} step{'s' * (step > 1)} ahead" for step in range(1, horizon + 1)]
    for step, view in enumerate(views.values(), 1):
        rows = frame[(frame["span"] == "test") & (frame["step"] == step) & frame["scored"]]
        actual, naive, forecast, change, forecast_change = view["data"]
        assert actual["x"] == rows["target"].dt.strftime("%Y-%m-%d").tolist()
        for trace, column in ((actual, "actual"), (naive, "naive"), (forecast, fit)):
            np.testing.assert_allclose(trace["y"], rows[column], rtol=1e-6)
        np.testing.assert_allclose(change["y"], 100 * (rows["actual"] / rows["naive"] - 1), rtol=1e-5, atol=1e-9)
        np.testing.assert_allclose(forecast_change["y"], 100 * (rows[fit] / rows["naive"] - 1), rtol=1e-5, atol=1e-9)


def test_registered_seed_is_the_one_shown(tmp_path: Path) -> None:
    page = Reader(write_report(make_sweep(tmp_path / "example")).read_text())
    assert "(0000/seed_1)" in page.texts["forecast"]


def test_long_spans_show_their_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecast, "MOST_POINTS", 30)
    folder = make_sweep(tmp_path / "example", horizon=2)
    page = Reader(write_report(folder).read_text())
    last = pd.read_parquet(folder / "forecasts.parquet")["target"].max()
    assert len(page.figures["forecast"]["2 steps ahead"]["data"][0]["x"]) == 15
    assert page.figures["forecast"]["2 steps ahead"]["data"][0]["x"][-1] == f"{last:%Y-%m-%d}"
    assert "The latest 15 windows of 120." in page.texts["forecast"]


def test_times_of_day_are_kept_where_there_are_any() -> None:
    from lstm_sweep.report.page.figures import times

    days = np.array(["2020-01-01", "2020-01-02"], dtype="datetime64[ns]")
    assert times(days) == ["2020-01-01", "2020-01-02"]
    assert times(days + np.timedelta64(5, "m")) == ["2020-01-01T00:05:00", "2020-01-02T00:05:00"]
