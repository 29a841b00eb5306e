"""Curves against the lines of the journal."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lstm_sweep.report.page.build import write_report
from lstm_sweep.report.page.scale import ClippedScale
from lstm_sweep.report.page.sections import learning
from lstm_sweep.storage.journal import Journal
from lstm_sweep.storage.lines import JOURNAL
from lstm_sweep.training.epoch_metrics import EPOCH_METRICS, MetricKind
from lstm_sweep.trials.outcome import FitStatus
from tests.examples import make_record
from tests.report.folder import make_sweep
from tests.report.reading import Reader
from tests.storage.raw_lines import raw_lines

SKILL = next(metric.name for metric in EPOCH_METRICS if metric.kind is MetricKind.SKILL)


@pytest.mark.parametrize("folds", [None, 2])
def test_curve_is_the_mean_over_the_fits(tmp_path: Path, folds: int | None) -> None:
    folder = make_sweep(tmp_path / "example", seeds=3, folds=folds)
    views = Reader(write_report(folder).read_text()).figures["learning"]
    lines = [line for line in raw_lines(folder) if line["kind"] == "epoch"]
    assert list(views) == [metric.title for metric in reversed(EPOCH_METRICS)]
    for metric in EPOCH_METRICS:
        view, name, factor = metric.title, metric.name, 100 if metric.kind is MetricKind.SKILL else 1
        assert {trace["name"] for trace in views[view]["data"]} == {"0000", "0001", "0002", "0003"}
        for trace in views[view]["data"]:
            for epoch, value in zip(trace["x"], trace["y"], strict=True):
                own = [each for each in lines if each["trial_id"] == trace["name"] and each["epoch"] == epoch]
                assert len(own) == 3 * (folds or 1)
                assert value == pytest.approx(factor * sum(each[name] for each in own) / len(own), rel=1e-6)


def test_curve_ends_where_the_first_of_its_seeds_does(tmp_path: Path) -> None:
    views = Reader(write_report(make_sweep(tmp_path / "example", seeds=3)).read_text()).figures["learning"]
    assert views["loss in training"]["data"][0]["x"] == [1, 2, 3]  # the seeds have 5, 4 and 3 epochs


def test_winner_is_drawn_on_top(tmp_path: Path) -> None:
    views = Reader(write_report(make_sweep(tmp_path / "example")).read_text()).figures["learning"]
    assert views["loss in training"]["data"][-1]["name"] == "0000"


def test_epochs_that_are_no_numbers_leave_a_hole(tmp_path: Path) -> None:
    lost = {3: (FitStatus.DIVERGED, "the loss stopped being finite")}
    views = Reader(write_report(make_sweep(tmp_path / "example", seeds=1, lost=lost)).read_text()).figures["learning"]
    curve = next(trace for trace in views["loss on validation"]["data"] if trace["name"] == "0003")
    assert curve["y"][-1] is None
    assert None not in curve["y"][:-1]


def test_many_epochs_are_thinned_and_the_last_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "MOST_POINTS", 8)
    views = Reader(write_report(make_sweep(tmp_path / "example", seeds=1)).read_text()).figures["learning"]
    assert [trace["x"] for trace in views["loss in training"]["data"]] == [[1, 4, 5]] * 4


def test_only_the_best_of_very_many_trials_are_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "MOST_TRIALS", 3)
    page = Reader(write_report(make_sweep(tmp_path / "example")).read_text())
    assert {trace["name"] for trace in page.figures["learning"]["loss in training"]["data"]} == {"0000", "0001", "0002"}
    assert "The best 3 of 4 trials." in page.texts["learning"]


def test_a_terrible_start_does_not_set_the_scale() -> None:
    low, high = ClippedScale.of([-9000.0, *np.linspace(-1.0, 0.5, 200)]).limits
    assert -10 < low < -1
    assert 0.5 < high < 2


def test_curves_that_end_below_the_picture_are_marked_and_said(tmp_path: Path) -> None:
    folder = make_sweep(tmp_path / "example", seeds=1)
    record = make_record(6, trial_id="0003")
    with Journal(folder) as journal:
        journal.write_epoch(replace(record, metrics={**record.metrics, SKILL: -50.0}))
    page = Reader(write_report(folder).read_text())
    view = page.figures["learning"]["skill on validation"]
    mark = view["data"][-1]
    assert (mark["customdata"], mark["x"], mark["marker"]["symbol"]) == (["0003"], [6], ["triangle-down"])
    assert view["layout"]["yaxis"]["range"][0] == mark["y"][0]
    assert "skill -5000 %" in mark["text"][0]
    assert "▼" in page.texts["learning"]


def test_damaged_lines_are_left_out_and_counted(tmp_path: Path) -> None:
    folder = make_sweep(tmp_path / "example", seeds=1)
    lines = (folder / JOURNAL).read_bytes().splitlines(keepends=True)
    broken = next(number for number, line in enumerate(lines) if b'"epoch": 5' in line and b'"0002"' in line)
    lines[broken] = lines[broken].replace(b'"epoch": 5', b'"epoch": 6')
    (folder / JOURNAL).write_bytes(b"".join(lines))
    page = Reader(write_report(folder).read_text())
    curves = {trace["name"]: trace["x"] for trace in page.figures["learning"]["loss in training"]["data"]}
    assert (curves["0001"], curves["0002"]) == ([1, 2, 3, 4, 5], [1, 2, 3, 4])
    assert "1 line of journal.jsonl cannot be read" in page.texts["problems"]


def test_mean_of_nothing_is_nothing() -> None:
    for fits, name in (([[make_record(1)], [make_record(2)]], "loss"), ([[make_record(1)]], "later")):
        epochs, values = learning.mean_curve(fits, name)
        assert epochs == []
        assert values.size == 0
    assert math.isnan(learning.mean_curve([[make_record(1, loss=math.nan)]], "loss")[1][0])
