"""`python -m src.forecast`, as it is typed."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from lstm_sweep.cli.forecast import COMMAND
from tests.small_search import SERIES, Concluded, concluded, folder, search

__all__ = ["concluded", "folder", "search"]


@pytest.fixture
def project(tmp_path: Path, folder: Path, concluded: Concluded, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a finished sweep, and its prices as a file."""
    shutil.copytree(folder, tmp_path / "sweeps" / "mine")
    (tmp_path / "sweeps" / "mine" / "journal.jsonl").touch()
    columns = {"day": SERIES.timestamps, "price": SERIES.values, **SERIES.covariates}
    pd.DataFrame(columns).to_csv(tmp_path / "prices.csv", index=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_next_bars_of_a_file_are_forecast(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert COMMAND.main(["sweep=mine", "data=csv", "data.path=prices.csv", "out=next.json", "coverage=0.8"]) == 0
    printed, plain = capsys.readouterr().out, json.loads((project / "next.json").read_text())
    assert "prices.csv after 2020-10-26" in printed
    assert [step["time"] for step in plain["steps"]] == ["2020-10-27T00:00:00Z", "2020-10-28T00:00:00Z"]
    for step in plain["steps"]:
        assert f"{step['forecast']:.4f}" in printed
    assert plain["coverage"] == 0.8
    assert plain["verdict"] in " ".join(printed.split())


def test_settings_that_were_typed_are_added_to_those_of_the_sweep(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sweep read S&P 500 prices, every day of them: weeks have another first bar."""
    assert COMMAND.main(["sweep=mine", "bars=1", "data.every=7D", "members=ensemble"]) == 0
    printed = capsys.readouterr().out
    assert "sp500 after 2018-12-" in printed
    assert "bars are 7D apart" in printed
    assert "mean of 2 seeds" in printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sweep=other"], "choose one of mine"),
        (["bars=1"], "add sweep=NAME"),
        (["sweep=mine", "bars=seven"], "bars must be a whole number"),
        (["sweep=mine", "bars=1.5"], "bars must be a whole number"),
        (["sweep=mine", "coverage=much"], "coverage must be a number"),
        (["sweep=mine", "members=all"], "median"),
        (["sweep=mine", "out=next.xlsx"], "out=forecast.csv"),
        (["sweep=mine", "steps=2"], "bars=NUMBER"),
        (["sweep=mine", "windows.horizon=2"], "data.SETTING=..."),
        (["sweep=mine", "data.features=[high]"], "leave"),
        (["sweep=mine", "model=mine"], "leave one out"),
        (["sweep=mine", "data=csv", "data.path=none.csv"], "none.csv"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert COMMAND.main(arguments) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
