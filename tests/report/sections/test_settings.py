"""Parallel coordinates, effects and importance."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from lstm_sweep.report.page.build import write_report
from lstm_sweep.stats.effects import grouped
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


def test_many_numbers_of_a_wide_list_are_logarithmic_with_round_ticks(tmp_path: Path) -> None:
    rates = np.geomspace(1e-4, 1e-2, 20)
    values = [{"training.learning_rate": float(rate)} for rate in rates]
    axis = figure_of(tmp_path / "example", "parallel", values=values)["dimensions"][0]
    np.testing.assert_allclose(axis["values"], np.log10(rates), rtol=1e-5)
    assert axis["ticktext"] == ["0.0001", "0.0003", "0.001", "0.003", "0.01"]
    np.testing.assert_allclose(10 ** np.array(axis["tickvals"]), [float(text) for text in axis["ticktext"]], rtol=1e-6)
    assert axis["range"][0] < min(axis["values"]) < max(axis["values"]) < axis["range"][1]
    assert axis["label"] == "learning_rate (log)"


def test_numbers_have_four_digits_at_most(tmp_path: Path) -> None:
    values = [{"model.dropout": each} for each in (0.123456789, 0.2, 1e-05)]
    axis = figure_of(tmp_path / "example", "parallel", values=values)["dimensions"][0]
    assert axis["ticktext"] == ["1e-05", "0.1235", "0.2"]


def test_very_many_trials_are_thinned_to_the_best_and_a_spread(tmp_path: Path) -> None:
    values = [{"model.units": number} for number in range(450)]
    page = Reader(write_report(make_sweep(tmp_path / "example", values=values, seeds=1, windows=30)).read_text())
    for name in ("parallel", "effect-0"):
        shown = page.figures[name][""]["data"][0]["customdata"]
        assert shown[:200] == [f"{number:04}" for number in range(200)]
        assert (len(shown), len(set(shown)), shown[-1]) == (400, 400, "0449")
    assert "Drawn: the best 200 of 450 trials, and 200 spread evenly." in page.texts["parallel"]
    assert len(page.figures["history"]["by trial"]["data"][3]["customdata"]) == 450


def test_effects_are_those_of_the_summary(tmp_path: Path) -> None:
    folder = make_sweep(tmp_path / "example")
    effects = json.loads((folder / "summary.json").read_text())["effects"]["model.dropout"]
    view = Reader(write_report(folder).read_text()).figures["effect-0"][""]
    cloud, trace = view["data"]
    assert view["layout"]["xaxis"]["ticktext"] == ["0.0", "0.1", "0.2", "0.3"]
    assert trace["x"] == view["layout"]["xaxis"]["tickvals"] == [0, 1, 2, 3]
    floor = view["layout"]["yaxis"]["range"][0]
    for place, effect in enumerate(effects):
        low, mean, high = (100 * (1 - math.exp(effect[name])) for name in ("high", "mean", "low"))
        drawn = max(mean, floor)
        assert trace["y"][place] == pytest.approx(drawn, abs=1e-5)
        assert trace["error_y"]["array"][place] == pytest.approx(max(high - drawn, 0), abs=1e-5)
        assert trace["error_y"]["arrayminus"][place] == pytest.approx(drawn - low, abs=1e-5)
        assert trace["text"][place] == f"{effect['value']} (1 trial)<br>mean skill {mean:.4g} %"


def floor_of(skills: list[float]) -> float:
    low, middle, high = min(skills), float(np.median(skills)), max(skills)
    return max(low, middle - 4 * (high - middle))


def test_dots_of_effects_are_the_trials_beside_their_value(tmp_path: Path) -> None:
    cloud = figure_of(tmp_path / "example", "effect-0", values=[{"model.dropout": each} for each in (0.0, 0.5)] * 3)
    assert cloud["customdata"] == [f"{number:04}" for number in range(6)]
    for number, (x, y) in enumerate(zip(cloud["x"], cloud["y"], strict=True)):
        assert round(x) == number % 2
        assert y == pytest.approx(100 * (1 - math.exp(0.001 * number + 0.00015)), rel=1e-5)
    assert len(set(cloud["x"])) == 6


@pytest.mark.parametrize(("log", "kind"), [(True, "log"), (False, "linear")])
def test_swept_ranges_lie_on_their_own_scale(tmp_path: Path, log: bool, kind: str) -> None:
    rates = np.geomspace(1e-3, 1e-2, 6)
    folder = make_sweep(tmp_path / "example", values=[{"training.learning_rate": float(rate)} for rate in rates])
    settings = yaml.safe_load((folder / "config.yaml").read_text())
    settings["search"] = {"training": {"learning_rate": {"low": 1e-3, "high": 1e-2, "log": log}}}
    (folder / "config.yaml").write_text(yaml.safe_dump(settings))
    view = Reader(write_report(folder).read_text()).figures["effect-0"][""]
    np.testing.assert_allclose(view["data"][0]["x"], np.log10(rates) if kind == "log" else rates, rtol=1e-6)
    assert view["layout"]["xaxis"]["title"]["text"] == "learning_rate" + (", logarithmic" if log else "")


def test_means_of_a_range_reach_over_their_group(tmp_path: Path) -> None:
    numbers = [float(each) for each in np.random.default_rng(0).permutation(20)]
    labels = grouped(numbers)
    effects = {
        "model.x": [{"value": label, "mean": 0.001, "low": 0.0, "high": 0.002} for label in dict.fromkeys(labels)]
    }
    folder = make_sweep(
        tmp_path / "example", values=[{"model.x": each} for each in numbers], summary={"effects": effects}
    )
    _, across, means = Reader(write_report(folder).read_text()).figures["effect-0"][""]["data"]
    expected = []
    for label in dict.fromkeys(labels):
        inside = [each for each, of in zip(numbers, labels, strict=True) if of == label]
        expected += [min(inside), max(inside)]
    assert sorted(expected) == [each for each in across["x"] if each is not None]
    assert len(means["x"]) == 5


def test_trials_far_below_are_drawn_at_the_edge_and_said(tmp_path: Path) -> None:
    folder = make_sweep(tmp_path / "example", values=[{"model.units": number} for number in range(8)])
    board = pd.read_csv(folder / "leaderboard.csv", dtype={"trial": str})
    board.loc[7, "score"] = 3.0
    board.to_csv(folder / "leaderboard.csv", index=False)
    page = Reader(write_report(folder).read_text())
    cloud = page.figures["effect-0"][""]["data"][0]
    skills = [100 * (1 - math.exp(score)) for score in board["score"]]
    assert skills[7] < cloud["y"][7] < floor_of(skills) < min(cloud["y"][:7])
    assert cloud["marker"]["symbol"] == ["circle"] * 7 + ["triangle-down"]
    assert "skill -1909 %" in cloud["text"][7]
    low, high = page.figures["effect-0"][""]["layout"]["yaxis"]["range"]
    assert low == cloud["y"][7] < max(cloud["y"]) < high
    assert "▼ at the lower edge: 1 trial worse than" in page.texts["effects"]
    skill = page.figures["parallel"][""]["data"][0]["dimensions"][-1]
    assert skill["values"][7] == skill["range"][0] == skill["tickvals"][0]
    assert skill["ticktext"][0].startswith("▼")


def test_nothing_above_the_end_of_the_axis_is_clipped(tmp_path: Path) -> None:
    """Naive's 0 is on every axis: trials far below the best, but above naive, have room and stand where they are."""
    skills = [0.1, 1.0, 3.4, 3.5, 3.6, 3.7]
    scores = {place: math.log(1 - skill / 100) - 0.00015 for place, skill in enumerate(skills)}
    values = [{"model.units": number} for number in range(7)]
    lost = {6: (FitStatus.DIVERGED, "the loss stopped being finite")}
    folder = make_sweep(tmp_path / "example", values=values, scores=scores, lost=lost)
    page = Reader(write_report(folder).read_text())
    assert "▼" not in page.texts["effects"] + page.texts["parallel"] + page.texts["history"]
    effect, history = page.figures["effect-0"][""], page.figures["history"]["by trial"]
    np.testing.assert_allclose(effect["data"][0]["y"], skills[::-1], rtol=1e-5)
    dots = history["data"][3]
    np.testing.assert_allclose(dots["y"][:6], skills, rtol=1e-5)
    assert dots["y"][6] == history["layout"]["yaxis"]["range"][0] < 0
    skill = page.figures["parallel"][""]["data"][0]["dimensions"][-1]
    np.testing.assert_allclose(skill["values"], skills[::-1], rtol=1e-5)
    assert skill["range"][0] < 0


@pytest.mark.parametrize(("seeds", "said"), [(2, "They rest on 2 seeds"), (3, ""), (1, "There are no bars")])
def test_few_seeds_are_said_of_bars(tmp_path: Path, seeds: int, said: str) -> None:
    ends = {"low": 0.0, "high": 0.002} if seeds > 1 else {"low": None, "high": None}
    effects = {"model.dropout": [{"value": value, "mean": 0.001, "num_trials": 1} | ends for value in (0.0, 0.1)]}
    text = Reader(write_report(make_sweep(tmp_path / "example", seeds=seeds, summary={"effects": effects})).read_text())
    assert said in text.texts["effects"]
    assert ("rest on 2 seeds" in text.texts["effects"]) == (seeds == 2)
    assert ("Bars show the seed noise" in text.texts["effects"]) == (seeds > 1)


def test_effects_without_a_band_are_drawn(tmp_path: Path) -> None:
    effects = {
        "model.dropout": [
            {"value": value, "mean": 0.001, "low": None, "high": None, "num_trials": 2} for value in (0.0, 0.1)
        ]
    }
    page = Reader(write_report(make_sweep(tmp_path / "example", summary={"effects": effects})).read_text())
    assert page.figures["effect-0"][""]["data"][1]["error_y"]["array"] == [None, None]


def test_setting_with_one_value_has_no_effect(tmp_path: Path) -> None:
    effects = {"model.x": [{"value": 1, "mean": 0.1, "low": None, "high": None, "num_trials": 2}]}
    page = Reader(write_report(make_sweep(tmp_path / "example", summary={"effects": effects})).read_text())
    assert ": No setting has two values" in page.texts["effects"]


SHARES = {"model.dropout": 0.75, "interactions": 0.05}


def importance(folder: Path, **ends: Any) -> Reader:
    told = {"method": "share of variance", "values": SHARES, **ends}
    return Reader(write_report(make_sweep(folder, summary={"importance": told})).read_text())


def test_shares_and_whiskers_are_those_of_the_summary(tmp_path: Path) -> None:
    low, high = {"model.dropout": 0.5, "interactions": 0.0}, {"model.dropout": 0.9, "interactions": 0.2}
    page = importance(tmp_path / "example", low=low, high=high)
    view = page.figures["importance"][""]
    bars = view["data"][0]
    assert view["layout"]["yaxis"]["ticktext"] == ["interactions", "model.dropout"]
    np.testing.assert_allclose(bars["x"], [5, 75])
    np.testing.assert_allclose(bars["error_x"]["array"], [15, 15])
    np.testing.assert_allclose(bars["error_x"]["arrayminus"], [5, 25])
    assert bars["text"][1] == "model.dropout: 75.0 % (50 to 90 %)"
    assert "share of variance" in page.texts["importance"]
    assert "in 90 of 100 such sweeps" in page.texts["importance"]


def test_shares_of_older_sweeps_have_no_whiskers(tmp_path: Path) -> None:
    page = importance(tmp_path / "example")
    assert "error_x" not in page.figures["importance"][""]["data"][0]
    assert "whisker" not in page.texts["importance"]


def test_uncertainty_that_covers_everything_is_said_in_words(tmp_path: Path) -> None:
    low, high = dict.fromkeys(SHARES, 0.0), {"model.dropout": 0.9, "interactions": 0.2}
    page = importance(tmp_path / "example", low=low, high=high)
    assert "importance" not in page.figures
    assert "No setting is shown to matter" in page.texts["importance"]
    assert "model.dropout at most 90 %, interactions at most 20 %" in page.texts["importance"]
