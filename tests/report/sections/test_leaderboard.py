"""Every number of the table is the one on disk."""

import csv
import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from lstm_sweep.report.page.build import write_report
from lstm_sweep.report.page.sections import leaderboard, marks
from lstm_sweep.trials.outcome import FitStatus
from tests.report.folder import make_sweep
from tests.report.reading import Reader


def written(folder: Path) -> tuple[Reader, list[dict[str, str]], dict[str, Any]]:
    page = Reader(write_report(folder).read_text())
    board = list(csv.DictReader((folder / "leaderboard.csv").read_text().splitlines()))
    return page, board, json.loads((folder / "summary.json").read_text())


def by_name(page: Reader) -> dict[str, dict[str, str]]:
    header, *rows = page.tables["leaderboard"]
    return {row[0].split()[0]: dict(zip(header, row, strict=True)) for row in rows}


def test_numbers_of_trials_are_those_of_the_file(tmp_path: Path) -> None:
    page, board, summary = written(make_sweep(tmp_path / "example"))
    rows = by_name(page)
    for row in board:
        shown = rows[row["trial"]]
        assert shown["score"] == f"{float(row['score']):.4f} ± {float(row['score_std']):.4f}"
        assert shown["validation skill %"] == f"{100 * (1 - math.exp(float(row['score']))):.2f}"
        skill, deviation = float(row["test_skill"]), float(row["test_skill_std"])
        assert shown["test skill %"] == f"{100 * skill:.2f} ± {100 * deviation:.2f}"
        assert shown["test MAPE %"] == f"{float(row['test_mape']):.3f} ± {float(row['test_mape_std']):.3f}"
        rmse, spread = map(float, shown["test RMSE"].split(" ± "))
        assert rmse == pytest.approx(float(row["test_rmse"]), rel=1e-4)
        assert spread == pytest.approx(float(row["test_rmse_std"]), rel=1e-2)
        assert shown["dropout"] == row["model.dropout"]
        assert shown["P(best)"] == f"{100 * summary['ties']['probability_best'][row['trial']]:.0f} %"


def test_all_digits_are_under_the_pointer(tmp_path: Path) -> None:
    page, board, _ = written(make_sweep(tmp_path / "example"))
    pairs = zip(page.tables["leaderboard"], page.titles["leaderboard"], strict=True)
    titles = {row[0].split()[0]: hidden for row, hidden in pairs}
    for row in board:
        assert titles[row["trial"]][2:8] == [
            row[name] for name in ("val_skill", "test_skill", "score", "test_rmse", "test_mape", "test_mse")
        ]


def test_numbers_of_references_are_those_of_the_file(tmp_path: Path) -> None:
    page, _, summary = written(make_sweep(tmp_path / "example"))
    rows = by_name(page)
    assert (rows["naive"]["score"], rows["naive"]["test skill %"]) == ("0.0000", "0.00")
    assert float(rows["naive"]["test RMSE"]) == pytest.approx(summary["naive"]["rmse"], rel=1e-4)
    ridge = summary["baselines"][0]
    assert rows["ridge"]["score"] == f"{ridge['validation_score']:.4f}"
    assert rows["ridge"]["test skill %"] == f"{100 * ridge['test_skill']:.2f}"
    assert rows["ensemble"]["test MAPE %"] == f"{summary['ensemble']['test_mape']:.3f}"
    assert [row[0].split()[0] for row in page.tables["leaderboard"][1:5]] == ["naive", "ridge", "arima", "ensemble"]


def test_what_a_baseline_is_stands_under_the_pointer(tmp_path: Path) -> None:
    page, *_ = written(make_sweep(tmp_path / "example"))
    assert page.titles["leaderboard"][2][0] == "ridge on 5 inputs"


def test_rounding_leaves_no_negative_zero(tmp_path: Path) -> None:
    arima = {"name": "arima", "failure": None, "validation_score": -3e-16, "best": False, "test_skill": -1e-15}
    page, *_ = written(make_sweep(tmp_path / "example", summary={"baselines": [arima]}))
    arima_row = by_name(page)["arima"]
    assert [arima_row[name] for name in ("score", "validation skill %", "test skill %")] == ["0.0000", "0.00", "0.00"]


def test_naive_among_the_baselines_is_shown_once(tmp_path: Path) -> None:
    naive = {"name": "naive", "failure": None, "validation_score": 0.0, "best": False, "test_rmse": 1.0}
    page, *_ = written(make_sweep(tmp_path / "example", summary={"baselines": [naive]}))
    assert [row[0] for row in page.tables["leaderboard"]].count("naive") == 1


def test_marks_stand_beside_whom_they_belong_to(tmp_path: Path) -> None:
    lost = {3: (FitStatus.DIVERGED, "the loss stopped being finite")}
    page, *_ = written(make_sweep(tmp_path / "example", lost=lost))
    assert [(row[0], row[-1]) for row in page.tables["leaderboard"][1:-1]] == [
        ("naive", "may be best"),
        ("ridge", "best baseline"),
        ("arima failed", ""),
        ("ensemble", ""),
        ("0000 best", "may be best copy-cat"),
        ("0001", "better on test tied"),
        ("0002", ""),
        ("0003 diverged", ""),
    ]
    for word in ("tied", "better on test", "may be best", "copy-cat", "best baseline"):
        assert marks.MEANINGS[word] in page.texts["leaderboard"]


def test_marks_that_nobody_has_are_not_explained(tmp_path: Path) -> None:
    page, *_ = written(make_sweep(tmp_path / "example", summary={"marks": None}))
    assert marks.BETTER_ON_TEST.text not in page.texts["leaderboard"]


def test_rows_beyond_the_first_fifty_are_hidden_and_there(tmp_path: Path) -> None:
    values = [{"model.units": number} for number in range(leaderboard.MOST_ROWS + 7)]
    folder = make_sweep(tmp_path / "example", values=values)
    page, board, _ = written(folder)
    assert {row["trial"] for row in board} <= by_name(page).keys()
    rows = re.findall(r'<tr[^>]* data-trial="(\d+)"( hidden)?>', write_report(folder).read_text())
    assert [trial for trial, hidden in rows if not hidden] == [row["trial"] for row in board[: leaderboard.MOST_ROWS]]
    assert [trial for trial, hidden in rows if hidden] == [row["trial"] for row in board[leaderboard.MOST_ROWS :]]


def test_settings_of_one_name_keep_their_section(tmp_path: Path) -> None:
    values = [{"model.rate": number, "training.rate": number, "model.units": 4} for number in range(2)]
    page, *_ = written(make_sweep(tmp_path / "example", values=values))
    assert page.tables["leaderboard"][0][:4] == ["trial", "model.rate", "units", "training.rate"]


def test_values_are_written_as_they_are_typed(tmp_path: Path) -> None:
    values = [{"model.x": None}, {"model.x": True}, {"model.x": 0.0030302111897036878}]
    page, *_ = written(make_sweep(tmp_path / "example", values=values))
    rows = by_name(page)
    assert [rows[f"000{number}"]["x"] for number in range(3)] == ["null", "true", "0.00303"]
    assert "0.0030302111897036878" in page.titles["leaderboard"][-2]
