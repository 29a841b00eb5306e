"""What is said of trials that figures of skill cannot draw."""

from pathlib import Path

import pytest

from lstm_sweep.report.page.build import write_report
from lstm_sweep.trials.outcome import FitStatus
from tests.report.folder import make_sweep
from tests.report.reading import Reader


def test_lost_trials_and_their_values_are_said(tmp_path: Path) -> None:
    values = [{"training.rate": rate, "model.units": units} for rate in (0.1, 1e30) for units in (1, 2, 3)]
    lost = dict.fromkeys((3, 4, 5), (FitStatus.DIVERGED, "the loss stopped being finite"))
    effects = {
        "training.rate": [{"value": 0.1, "mean": 0.1, "low": 0.0, "high": 0.2, "num_trials": 3}],
        "model.units": [{"value": value, "mean": 0.1, "low": 0.0, "high": 0.2} for value in (1, 2, 3)],
    }
    folder = make_sweep(tmp_path / "example", values=values, lost=lost, summary={"effects": effects})
    page = Reader(write_report(folder).read_text())
    said = "3 trials that diverged are not drawn: rate=1e+30 in all of them and in no other."
    assert said in page.texts["effects"]
    assert said in page.texts["parallel"]
    assert "No picture of training.rate: all trials that completed have 0.1." in page.texts["effects"]


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        ((1,), "1 trial that diverged is not drawn (0001: dropout=0.1)."),
        ((1, 2), "2 trials that diverged are not drawn: none with dropout=0.1 or 0.2 completed."),
        ((), ""),
    ],
)
def test_single_trials_that_are_lost_are_named(tmp_path: Path, lost: tuple[int, ...], said: str) -> None:
    ends = dict.fromkeys(lost, (FitStatus.DIVERGED, "the loss stopped being finite"))
    text = Reader(write_report(make_sweep(tmp_path / "example", lost=ends)).read_text()).texts["parallel"]
    assert said in text
    assert ("not drawn" in text) == bool(lost)
