"""Scores by step are those on disk, beside naive's, and what is left out is said."""

import csv
from pathlib import Path

import pytest

from lstm_sweep.report.page.build import write_report
from lstm_sweep.report.page.sections import steps
from lstm_sweep.report.page.sections.steps import MOST_STEPS, spaced
from lstm_sweep.trials.outcome import FitStatus
from tests.report.folder import make_sweep
from tests.report.reading import Reader


def test_every_trial_has_its_scores_of_each_step(tmp_path: Path) -> None:
    lost = {3: (FitStatus.DIVERGED, "the loss stopped being finite")}
    folder = make_sweep(tmp_path / "example", horizon=3, lost=lost)
    rows = Reader(write_report(folder).read_text()).tables["by-step"]
    board = list(csv.DictReader((folder / "leaderboard.csv").read_text().splitlines()))
    assert rows[0] == ["trial", "dropout", "skill % 1", "skill % 2", "skill % 3"]
    assert rows[1] == ["naive", "", "0.00", "0.00", "0.00"]
    assert rows[2] == ["ridge", "", "-0.10", "-0.20", "-0.30"]
    for shown, row in zip(rows[3:7], board, strict=True):
        expected = [row[f"test_skill_step_{step}"] for step in (1, 2, 3)]
        assert shown == [row["trial"], row["model.dropout"], *(f"{100 * float(e):.2f}" if e else "–" for e in expected)]
    assert rows[7] == ["trial", "dropout", "RMSE 1", "RMSE 2", "RMSE 3"]
    assert rows[8] == ["naive", "", "3.5000", "4.5000", "5.5000"]
    for shown, row in zip(rows[10:], board, strict=True):
        expected = [row[f"test_rmse_step_{step}"] for step in (1, 2, 3)]
        assert shown[2:] == [f"{float(e):.4f}" if e else "–" for e in expected]


def test_one_step_ahead_needs_no_table(tmp_path: Path) -> None:
    assert ": " in Reader(write_report(make_sweep(tmp_path / "example")).read_text()).texts["by-step"]


def test_steps_that_have_no_column_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "MOST_STEPS", 3)
    page = Reader(write_report(make_sweep(tmp_path / "example", horizon=5)).read_text())
    assert page.tables["by-step"][0][2:] == ["skill % 1", "skill % 3", "skill % 5"]
    assert "3 steps of 5; leaderboard.csv has all." in page.texts["by-step"]


@pytest.mark.parametrize("count", [1, MOST_STEPS, MOST_STEPS + 1, 30, 365])
def test_spaced_steps_are_as_far_apart_as_whole_numbers_can_be(count: int) -> None:
    found = spaced(list(range(1, count + 1)))
    assert (found[0], found[-1], len(found)) == (1, count, min(count, MOST_STEPS))
    gaps = [later - earlier for earlier, later in zip(found, found[1:], strict=False)]
    assert not gaps or max(gaps) - min(gaps) <= 1
