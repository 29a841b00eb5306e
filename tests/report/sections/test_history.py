"""The history of a search against its journal."""

import math
from pathlib import Path

import numpy as np
import pytest

from lstm_sweep.report.page.build import write_report
from lstm_sweep.stats.best_of import best_of
from lstm_sweep.storage.lines import JOURNAL
from lstm_sweep.trials.outcome import FitStatus
from tests.report.folder import make_sweep
from tests.report.reading import Reader
from tests.storage.raw_lines import raw_lines


def test_dots_and_best_so_far_are_those_of_the_journal(tmp_path: Path) -> None:
    folder = make_sweep(tmp_path / "example")
    views = Reader(write_report(folder).read_text()).figures["history"]
    lines = [line for line in raw_lines(folder) if line["kind"] == "trial_end"]
    start = next(line for line in raw_lines(folder) if line["kind"] == "run")["timestamp"]
    assert list(views) == ["by trial", "by second"]
    for name, x in (
        ("by trial", [1, 2, 3, 4]),
        ("by second", [(line["timestamp"] - start) / 1000 for line in lines]),
    ):
        *_, dots, best = views[name]["data"]
        assert dots["x"] == pytest.approx(x, abs=0.01)
        assert dots["customdata"] == [line["trial_id"] for line in lines]
        skills = [100 * (1 - math.exp(line["score"])) for line in lines]
        assert dots["y"] == pytest.approx(skills, rel=1e-6)
        assert best["y"] == pytest.approx([max(skills[: place + 1]) for place in range(4)], rel=1e-6)


def test_luck_is_the_best_of_as_many_of_the_same_scores(tmp_path: Path) -> None:
    folder = make_sweep(tmp_path / "example")
    worse, better, expected, *_ = Reader(write_report(folder).read_text()).figures["history"]["by trial"]["data"]
    scores = np.array([line["score"] for line in raw_lines(folder) if line["kind"] == "trial_end"])
    luck = best_of(scores, np.arange(1, 5))
    for trace, of in ((worse, luck.high), (better, luck.low), (expected, luck.expected)):
        assert trace["x"] == [1, 2, 3, 4]
        np.testing.assert_allclose(trace["y"], 100 * (1 - np.exp(of)), rtol=1e-6)


def test_trials_without_a_score_are_crosses_at_the_edge(tmp_path: Path) -> None:
    lost = {1: (FitStatus.DIVERGED, "the loss stopped being finite")}
    page = Reader(write_report(make_sweep(tmp_path / "example", lost=lost)).read_text())
    dots = page.figures["history"]["by trial"]["data"][3]
    assert dots["marker"]["symbol"] == ["circle", "x", "circle", "circle"]
    assert dots["y"][1] == page.figures["history"]["by trial"]["layout"]["yaxis"]["range"][0] < min(dots["y"][2:])
    assert dots["text"][1].endswith("did not complete")
    assert "✕ at the lower edge: 1 trial that did not complete." in page.texts["history"]


def test_lines_of_luck_are_steps_and_cut_ones_are_said(tmp_path: Path) -> None:
    folder = make_sweep(tmp_path / "example", scores={3: 1.0})
    page = Reader(write_report(folder).read_text())
    for view in page.figures["history"].values():
        worse, better, expected, _, best = view["data"]
        assert {trace["line"]["shape"] for trace in (worse, better, expected, best)} == {"hv"}
    floor = page.figures["history"]["by trial"]["layout"]["yaxis"]["range"][0]
    assert min(worse["y"]) < floor
    assert "Cut at the lower edge: the shading" in page.texts["history"]
    whole = Reader(write_report(make_sweep(tmp_path / "whole")).read_text())
    assert "Cut at the lower edge" not in whole.texts["history"]


def test_history_without_a_journal_is_left_out(tmp_path: Path) -> None:
    folder = make_sweep(tmp_path / "example")
    (folder / JOURNAL).unlink()
    assert "It takes two trials that completed" in Reader(write_report(folder).read_text()).texts["history"]


def test_history_looks_at_validation_alone(tmp_path: Path) -> None:
    """What a choice of settings might be made by holds nothing of the test span."""
    one = make_sweep(tmp_path / "one" / "example")
    other = make_sweep(tmp_path / "other" / "example", windows=60)
    views = [Reader(write_report(folder).read_text()).figures["history"]["by trial"]["data"] for folder in (one, other)]
    assert views[0] == views[1]
