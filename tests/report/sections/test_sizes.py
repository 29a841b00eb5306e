"""Prices of any size keep four digits on the page: in cells, on axes and under the pointer."""

import json
from pathlib import Path

import pandas as pd
import pytest

from lstm_sweep.report.page.build import write_report
from lstm_sweep.report.page.cells import number_cell
from lstm_sweep.report.page.figures import digits_of
from tests.report.folder import make_sweep
from tests.report.reading import Reader

EXPONENT = {"exponentformat": "e", "hoverformat": ".6~g"}


def sized(folder: Path, factor: float) -> Path:
    """The example with all prices multiplied."""
    frame = pd.read_parquet(folder / "forecasts.parquet")
    prices = [name for name in frame.columns if name in ("actual", "naive", "ensemble") or "/" in name]
    frame[prices] *= factor
    frame.to_parquet(folder / "forecasts.parquet", index=False)
    board = pd.read_csv(folder / "leaderboard.csv", dtype={"trial": str})
    board[["test_rmse", "test_rmse_std"]] *= factor
    board.to_csv(folder / "leaderboard.csv", index=False)
    summary = json.loads((folder / "summary.json").read_text())
    summary["naive"]["rmse"] *= factor
    (folder / "summary.json").write_text(json.dumps(summary))
    return folder


@pytest.mark.parametrize("factor", [1e-10, 1e10])
def test_small_and_large_prices_have_four_digits_and_an_exponent(factor: float, tmp_path: Path) -> None:
    folder = sized(make_sweep(tmp_path / "example"), factor)
    page = Reader(write_report(folder).read_text())
    header, *rows = page.tables["leaderboard"]
    board = pd.read_csv(folder / "leaderboard.csv", dtype={"trial": str}).set_index("trial")
    shown = {row[0].split()[0]: row[header.index("test RMSE")] for row in rows}
    for trial, row in board.iterrows():
        assert shown[str(trial)] == f"{row['test_rmse']:.3e} ± {row['test_rmse_std']:.3e}"
    layout = page.figures["forecast"]["1 step ahead"]["layout"]
    assert {name: layout["yaxis"].get(name) for name in EXPONENT} == EXPONENT
    assert not EXPONENT.keys() & layout["yaxis2"].keys(), "changes in percent are of any size but these"


def test_usual_prices_are_drawn_as_ever(tmp_path: Path) -> None:
    page = Reader(write_report(make_sweep(tmp_path / "example")).read_text())
    assert not EXPONENT.keys() & page.figures["forecast"]["1 step ahead"]["layout"]["yaxis"].keys()


@pytest.mark.parametrize(
    ("values", "told"), [([8e-6, -9e-6, float("nan")], EXPONENT), ([3e12], EXPONENT), ([0.5, 1e-9, 20.0], {}), ([], {})]
)
def test_an_axis_is_told_of_sizes_that_need_an_exponent_alone(values: list[float], told: dict[str, str]) -> None:
    assert digits_of(values) == told


def test_a_cell_shows_four_digits_and_hides_all() -> None:
    cell = number_cell(9.495570755423603e-08, None)
    assert (cell.text, cell.full) == ("9.496e-08", "9.495570755423603e-08")
