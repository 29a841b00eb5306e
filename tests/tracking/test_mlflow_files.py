"""The picture and the table that a sweep leaves in MLflow."""

import json
import math
import re
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from mlflow import MlflowClient

from lstm_sweep.storage.facts import SweepEnd
from lstm_sweep.tracking.mlflow.files import MOST_POINTS, forecast_picture, log_files
from lstm_sweep.tracking.mlflow.line_chart import line_chart

SVG = "{http://www.w3.org/2000/svg}"
DAYS = list(pd.date_range("2024-01-01", periods=4))


def paths_of(picture: str) -> list[str]:
    """What is drawn of each line; the strokes of the legend are between them."""
    found = ElementTree.fromstring(picture).iter(f"{SVG}path")
    return [path.attrib["d"] for path in found if " h" not in path.attrib["d"]]


def texts_of(picture: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(picture).iter(f"{SVG}text")]


def test_a_higher_value_is_drawn_higher_and_a_later_one_further_to_the_right() -> None:
    (path,) = paths_of(line_chart("title", DAYS, {"price": [1.0, 4.0, 2.0, 3.0]}))
    points = [tuple(map(float, pair)) for pair in re.findall(r"([\d.]+) ([\d.]+)", path)]
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    assert sorted(range(4), key=lambda each: -points[each][1]) == [0, 2, 3, 1]


def test_what_is_not_finite_is_a_gap() -> None:
    (path,) = paths_of(line_chart("title", DAYS, {"price": [1.0, math.nan, 2.0, 3.0]}))
    assert [word[0] for word in re.findall(r"[ML]", path)] == ["M", "M", "L"]


@pytest.mark.parametrize("values", [[math.nan] * 4, [2.0] * 4])
def test_lines_without_a_height_are_a_picture_too(values: list[float]) -> None:
    assert "a < b" in texts_of(line_chart("a < b", DAYS, {"price": values}))


@pytest.mark.parametrize(("hour", "written"), [("00:00", "2024-01-04"), ("06:30", "2024-01-04 06:30")])
def test_hours_are_written_where_there_are_any(hour: str, written: str) -> None:
    times = list(pd.date_range(f"2024-01-01 {hour}", periods=4))
    assert written in texts_of(line_chart("title", times, {"price": [1.0, 2.0, 3.0, 4.0]}))


def write_sweep(folder: Path, best: dict[str, str] | None) -> None:
    (folder / "summary.json").write_text(json.dumps({"best": best}))
    (folder / "leaderboard.csv").write_text("trial,model.dropout\n0001,0.5\n")
    targets = pd.date_range("2024-01-01", periods=400)
    span = ["validation"] * 200 + ["test"] * 200
    prices = [float(each) for each in range(400)]
    columns = {"span": span, "step": 1, "target": targets, "actual": prices, "naive": prices, "0001/seed_0": prices}
    pd.DataFrame(columns).to_parquet(folder / "forecasts.parquet")


def test_the_picture_is_of_the_best_fit_on_the_last_targets_of_the_test_span(tmp_path: Path) -> None:
    write_sweep(tmp_path, {"fit": "0001/seed_0"})
    picture = forecast_picture(tmp_path)
    assert picture is not None
    assert {"One step ahead, the last 120 of 200 targets of the test span", "LSTM, fit 0001/seed_0"} < {
        *texts_of(picture)
    }
    assert [path.count("L") for path in paths_of(picture)] == [MOST_POINTS - 1] * 3


@pytest.mark.parametrize("best", [None, {"fit": "0009/seed_0"}])
def test_a_sweep_without_a_winner_has_no_picture(best: dict[str, str] | None, tmp_path: Path) -> None:
    write_sweep(tmp_path, best)
    assert forecast_picture(tmp_path) is None


def test_files_are_logged_again_without_a_change_and_damaged_ones_stop_nothing(store: str, tmp_path: Path) -> None:
    write_sweep(tmp_path, {"fit": "0001/seed_0"})
    client = MlflowClient(store)
    run_id = client.create_run(client.create_experiment("files", (tmp_path / "kept").as_uri())).info.run_id
    end = SweepEnd(metrics={}, tags={}, files=("leaderboard.csv", "gone.html"))
    texts = []
    for _ in range(2):
        log_files(client, run_id, tmp_path, end)
        texts.append(Path(client.download_artifacts(run_id, "leaderboard.json", str(tmp_path))).read_text())
    assert texts[0] == texts[1]
    assert json.loads(texts[0]) == {"columns": ["trial", "model/dropout"], "data": [["0001", 0.5]]}
    assert [each.path for each in client.list_artifacts(run_id, "figures")] == ["figures/forecast.svg"]
    (tmp_path / "forecasts.parquet").write_bytes(b"PAR1")
    log_files(client, run_id, tmp_path, end)
