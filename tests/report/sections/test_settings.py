"""Parallel coordinates, effects and importance."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lstm_sweep.report.page.build import write_report
from lstm_sweep.trials.outcome import FitStatus
from tests.report.folder import make_sweep
from tests.report.reading import Reader


def figure_of(folder: Path, name: str, **wanted: Any) -> dict[str, Any]:
    figures = Reader(write_report(make_sweep(folder, **wanted)).read_text()).figures
    return dict(figures[name][""]["data"][0])


def test_axes_hold_the_values_of_every_completed_trial(tmp_path: Path) -> None:
    values = [
        {"model.activation": name, "model.units": size} for name, size in (("tanh", 32), ("relu", 8), ("elu", 16))
    ]
    lost = {1: (FitStatus.FAILED, "no memory")}
    activation, units, skill = figure_of(tmp_path / "example", "parallel", values=values, lost=lost)["dimensions"]
    shown = [
        [axis["ticktext"][axis["tickvals"].index(value)] for value in axis["values"]] for axis in (activation, units)
    ]
    assert shown == [["tanh", "elu"], ["32", "16"]]
    assert units["ticktext"] == ["16", "32"]
    scores = [0.00015, 0.00215]
    np.testing.assert_allclose(skill["values"], [100 * (1 - math.exp(score)) for score in scores], rtol=1e-6)


def test_values_of_many_kinds_stand_in_order(tmp_path: Path) -> None:
    values = [{"model.x": value} for value in ("b", 10, None, 9.5, True, "a")]
    axis = figure_of(tmp_path / "example", "parallel", values=values)["dimensions"][0]
    assert axis["ticktext"] == ["null", "true", "9.5", "10", "a", "b"]


def test_wide_ranges_are_logarithmic(tmp_path: Path) -> None:
    rates = np.geomspace(1e-4, 1e-2, 20)
    values = [{"training.learning_rate": float(rate)} for rate in rates]
    axis = figure_of(tmp_path / "example", "parallel", values=values)["dimensions"][0]
    np.testing.assert_allclose(axis["values"], np.log10(rates), rtol=1e-5)
    assert axis["ticktext"] == ["0.0001", "0.00032", "0.001", "0.0032", "0.01"]


def test_effects_are_those_of_the_summary(tmp_path: Path) -> None:
    folder = make_sweep(tmp_path / "example")
    effects = json.loads((folder / "summary.json").read_text())["effects"]["model.dropout"]
    trace = Reader(write_report(folder).read_text()).figures["effect-0"][""]["data"][0]
    assert trace["x"] == ["0.0", "0.1", "0.2", "0.3"]
    for place, effect in enumerate(effects):
        low, mean, high = (100 * (1 - math.exp(effect[name])) for name in ("high", "mean", "low"))
        assert trace["y"][place] == pytest.approx(mean, abs=1e-5)
        assert trace["error_y"]["array"][place] == pytest.approx(high - mean, abs=1e-5)
        assert trace["error_y"]["arrayminus"][place] == pytest.approx(mean - low, abs=1e-5)
        assert trace["text"][place] == f"{effect['value']} (1 trial)"


def test_effects_without_a_band_are_drawn(tmp_path: Path) -> None:
    effects = {
        "model.x": [{"value": value, "mean": 0.1, "low": None, "high": None, "num_trials": 2} for value in (1, 2)]
    }
    trace = figure_of(tmp_path / "example", "effect-0", summary={"effects": effects})
    assert trace["error_y"]["array"] == [None, None]


def test_setting_with_one_value_has_no_effect(tmp_path: Path) -> None:
    effects = {"model.x": [{"value": 1, "mean": 0.1, "low": None, "high": None, "num_trials": 2}]}
    page = Reader(write_report(make_sweep(tmp_path / "example", summary={"effects": effects})).read_text())
    assert "Left out: No setting has two values" in page.texts["effects"]


def test_shares_are_those_of_the_summary(tmp_path: Path) -> None:
    page = Reader(write_report(make_sweep(tmp_path / "example")).read_text())
    rows = [["model.dropout", "75.0 %"], ["interactions", "5.0 %"]]
    assert page.tables["importance"] == [["setting", "share of variance"], *rows]
