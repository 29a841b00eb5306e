"""Stationarity, problems, and how the sweep was made."""

from pathlib import Path

import yaml

from lstm_sweep.report.page.build import write_report
from lstm_sweep.storage.lines import JOURNAL
from lstm_sweep.trials.outcome import FitStatus
from tests.report.folder import DATA, ENVIRONMENT, make_sweep
from tests.report.reading import Reader


def test_tests_of_stationarity_are_those_of_the_summary(tmp_path: Path) -> None:
    page = Reader(write_report(make_sweep(tmp_path / "example")).read_text())
    assert page.tables["stationarity"][1:] == [
        ["the price", "-1.500", "0.52", "7", "2.125", "0.010", "18", "unit root"],
        ["after log_return", "-20.25", "< 0.001", "1", "0.06250", "0.10", "4", "stationary"],
    ]


def test_lost_fits_are_listed_with_their_causes(tmp_path: Path) -> None:
    lost = {1: (FitStatus.DIVERGED, "the loss stopped being finite"), 2: (FitStatus.FAILED, "out of memory")}
    page = Reader(write_report(make_sweep(tmp_path / "example", lost=lost)).read_text())
    assert page.tables["problems"][1:] == [
        ["0001/seed_0", "0001: dropout=0.1", "the loss stopped being finite diverged", "5"],
        ["0002/seed_0", "0002: dropout=0.2", "out of memory failed", "5"],
    ]
    assert "2 trials of 4 lost a fit, and rank last for it." in page.texts["problems"]
    assert "Baseline arima: It did not converge on 720 bars." in page.texts["problems"]


def test_nothing_wrong_is_said(tmp_path: Path) -> None:
    page = Reader(write_report(make_sweep(tmp_path / "example", summary={"baselines": None})).read_text())
    assert "Nothing: all of 8 fits completed, and the journal is whole." in page.texts["problems"]


def test_last_line_that_a_kill_cut_is_no_damage_to_speak_of(tmp_path: Path) -> None:
    folder = make_sweep(tmp_path / "example", summary={"baselines": None})
    whole = (folder / JOURNAL).read_bytes()
    (folder / JOURNAL).write_bytes(whole + b'{"kind": "epo')
    assert "the journal is whole" in Reader(write_report(folder).read_text()).texts["problems"]


def test_everything_that_repeats_it_is_there(tmp_path: Path) -> None:
    folder = make_sweep(tmp_path / "example")
    page = Reader(write_report(folder).read_text())
    for text in (
        "Python 3.11.9, jax 0.10.2, keras 3.15.1",
        "fused on jax",
        "2 x cpu",
        ENVIRONMENT["processor"],
        ENVIRONMENT["code"],
        "4 trials, 8 fits, 0.640 fits per second",
        "0.0123 USD",
    ):
        assert text in page.texts["making"], text
    assert ["search", "12.50"] in page.tables["making"]
    settings = page.texts["making"].partition("All settings")[2]
    assert yaml.safe_load(settings) == yaml.safe_load((folder / "config.yaml").read_text())


def test_how_the_data_were_understood_is_there(tmp_path: Path) -> None:
    page = Reader(write_report(make_sweep(tmp_path / "example")).read_text())
    for text in ("example, 900 bars, 2020-01-01 to 2022-06-18", DATA.digest, *DATA.notes):
        assert text in page.texts["data"], text
