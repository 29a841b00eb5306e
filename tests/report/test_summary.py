"""summary.json: every section, equal to what the functions say, and nothing that JSON does not know."""

import json
import math
import time
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lstm_sweep.evaluation.ended_search import EndedSearch
from lstm_sweep.evaluation.evaluate import Evaluation, median_fit
from lstm_sweep.evaluation.selection import Selection, find_winner
from lstm_sweep.evaluation.sentence import sentence_of
from lstm_sweep.evaluation.verdict import Conclusion, Verdict
from lstm_sweep.report.summary import summarize, write_summary
from lstm_sweep.stats.effects import Effect
from lstm_sweep.stats.importance import Importance, Method
from lstm_sweep.stats.marks import Marks
from lstm_sweep.timing import Clock
from lstm_sweep.windows.stationarity import transform_stationarity
from lstm_sweep.windows.windows import build_windows
from tests.small_search import Concluded

SECTIONS = (
    *("name", "command", "data", "trials", "fits", "stopped", "notes", "seconds", "fits_per_second", "usd", "best"),
    *("naive", "test", "verdict", "baselines", "ensemble", "steps", "ties", "marks", "diagnostics", "stationarity"),
    *("effects", "importance"),
)


@pytest.fixture(scope="module")
def summary(folder: Path, concluded: Concluded) -> dict[str, Any]:
    return json.loads((folder / "summary.json").read_text(), parse_constant=pytest.fail)


def summarized(
    search: EndedSearch, evaluation: Evaluation | None, selection: Selection | None = None
) -> dict[str, Any]:
    chosen = selection or Selection(find_winner(search.results))
    return summarize(search, chosen, evaluation, Clock(time.perf_counter(), {"search": 2.0}))


def test_every_section_is_there_in_its_order(summary: dict[str, Any]) -> None:
    assert tuple(summary) == SECTIONS


def test_sweep_and_its_data_are_named(summary: dict[str, Any], folder: Path, search: EndedSearch) -> None:
    assert (summary["name"], summary["command"]) == (folder.name, "python -m src.sweep")
    assert (summary["trials"], summary["fits"], summary["fits_per_second"]) == (3, 6, 3.0)
    assert (summary["stopped"], summary["usd"]) == (None, None)
    assert set(summary["seconds"]) == {"search", "evaluation", "total"}
    expected = {"name": "example", "bars": 300, "digest": search.series.digest, "features": ["volume", "mood"]}
    expected["is_signed"] = False
    assert summary["data"] == expected


def test_best_is_the_winner_with_the_fit_that_is_registered(summary: dict[str, Any], search: EndedSearch) -> None:
    winner = min(search.results, key=lambda result: result.score)
    assert summary["best"] == {
        "trial": winner.trial.trial_id,
        "values": winner.trial.values,
        "fit": median_fit(winner).spec.fit_id,
        "score": winner.score,
        "score_std": winner.score_std,
    }


def test_test_span_and_verdict_are_those_of_the_evaluation(summary: dict[str, Any], evaluation: Evaluation) -> None:
    targets, verdict = evaluation.targets, evaluation.verdict
    assert verdict is not None
    assert summary["naive"] == {name: getattr(evaluation.naive, name) for name in ("mse", "rmse", "mape")}
    days = {"first_target": targets.first_day, "last_target": targets.last_day}
    assert summary["test"] == days | {"windows": len(targets.actual)}
    told = summary["verdict"]
    assert (told["sentence"], told["beats_naive"]) == (sentence_of(verdict), False)
    assert told["p_value"] is None, "57 windows are too few for a test: nan becomes null"
    assert told["detectable_skill"] == verdict.detectable_skill
    assert told["interval"] == list(verdict.interval)
    for name in (field.name for field in fields(Verdict) if field.name not in ("p_value", "statistic", "interval")):
        assert told[name] == getattr(verdict, name), name


def test_baselines_and_ensemble_are_told_with_their_scores(summary: dict[str, Any], evaluation: Evaluation) -> None:
    names = [each["name"] for each in summary["baselines"]]
    assert names == ["naive", "drift", "ses", "ets", "arima", "ridge", "ridge_all"]
    for told, reference in zip(summary["baselines"], evaluation.references, strict=True):
        assert reference.scores is not None
        assert (told["description"], told["failure"]) == (reference.description, None)
        assert told["validation_score"] == reference.validation_score
        for name in ("mse", "rmse", "mape", "mae", "skill"):
            assert told[f"test_{name}"] == getattr(reference.scores, name)
    assert evaluation.rival is not None
    assert [each["name"] for each in summary["baselines"] if each["best"]] == [evaluation.rival.name]
    assert evaluation.ensemble is not None
    assert summary["ensemble"] == {
        f"test_{name}": getattr(evaluation.ensemble, name) for name in ("mse", "rmse", "mape", "mae", "skill")
    }


def test_baseline_that_failed_is_told_with_its_reason_and_no_scores(
    search: EndedSearch, evaluation: Evaluation
) -> None:
    *others, last = evaluation.references
    failed = replace(last, description="It could not.", scores=None, forecast=None, validation_score=math.nan)
    *_, told = summarized(search, replace(evaluation, references=[*others, failed]))["baselines"]
    assert (told["name"], told["failure"], told["best"]) == ("ridge_all", "It could not.", False)
    assert not [name for name in told if name.startswith("test_")]


def test_diagnostics_are_those_of_the_winner(summary: dict[str, Any], evaluation: Evaluation) -> None:
    copycat = evaluation.copycats[summary["best"]["trial"]]
    assert summary["diagnostics"] == {
        "clark_west_p": copycat.signal_p,
        "copycat": {"fires": copycat.is_copy, "exact": copycat.is_exact, "correlation": copycat.correlation},
        "leakage": {"passed": True, "sentence": ""},
        "test_uses": 1,
    }


def test_stationarity_is_told_before_and_after_the_transform(summary: dict[str, Any], search: EndedSearch) -> None:
    found = transform_stationarity(build_windows(search.series, search.config.windows, ()))
    for name, side in (("before", found.before), ("after", found.after)):
        told = summary["stationarity"][name]
        assert told["conclusion"] == side.conclusion
        assert told["adf"]["p_value"] == pytest.approx(side.adf.p_value)
        assert told["kpss"]["p_value"] == pytest.approx(side.kpss.p_value)


def test_marks_are_told_with_their_reason_where_windows_are_too_few(summary: dict[str, Any]) -> None:
    marks = summary["marks"]
    assert (marks["superior"], marks["confidence_set"], marks["p_value"], marks["draws"]) == ([], [], None, 0)
    assert "cannot support marks" in marks["reason"]


def test_marks_are_told_by_trial_and_baseline(search: EndedSearch, evaluation: Evaluation) -> None:
    marked = replace(
        evaluation,
        marks=Marks(np.array([True, False]), 0.004, 2, 2000),
        superior=frozenset({"0000"}),
        confidence_set=frozenset({"ridge", "0000", "0001"}),
    )
    told = summarized(search, marked)
    assert told["marks"] == {
        "superior": ["0000"],
        "confidence_set": ["0000", "0001", "ridge"],
        "p_value": 0.004,
        "draws": 2000,
        "reason": "",
    }
    assert [each["name"] for each in told["baselines"] if each["in_confidence_set"]] == ["ridge"]


def test_ties_effects_and_importance_are_those_of_the_selection(search: EndedSearch) -> None:
    selection = Selection(
        find_winner(search.results),
        frozenset({"0001", "0000"}),
        {"0000": 0.25, "0001": 0.75},
        {"model.units": [Effect(8, 0.1, 0.02, 3), Effect(None, 0.2, math.nan, 1)]},
        Importance({"model.units": 0.6}, Method.ANOVA, "", {"model.units": 0.2}, {"model.units": 0.9}),
    )
    told = summarized(search, None, selection=selection)
    assert told["ties"] == {"tied": ["0000", "0001"], "probability_best": {"0000": 0.25, "0001": 0.75}}
    first, second = told["effects"]["model.units"]
    assert first == {"value": 8, "mean": 0.1, "low": 0.1 - 0.02, "high": 0.1 + 0.02, "num_trials": 3}
    assert (second["value"], second["mean"], second["num_trials"]) == (None, 0.2, 1)
    assert told["importance"] == {
        "method": "share of variance (omega squared)",
        "values": {"model.units": 0.6},
        "low": {"model.units": 0.2},
        "high": {"model.units": 0.9},
    }


def test_importance_that_cannot_be_told_gives_its_reason(summary: dict[str, Any]) -> None:
    assert list(summary["importance"]) == ["reason"]
    assert "trials" in summary["importance"]["reason"]


def test_numbers_that_are_not_finite_become_null_however_deep(tmp_path: Path) -> None:
    numbers = {"nan": math.nan, "deep": [{"inf": (math.inf, np.float64("nan"), 1.5, True, None, "nan")}]}
    write_summary(numbers, tmp_path / "summary.json")
    read = json.loads((tmp_path / "summary.json").read_text())
    assert read == {"nan": None, "deep": [{"inf": [None, None, 1.5, True, None, "nan"]}]}
    assert list(tmp_path.iterdir()) == [tmp_path / "summary.json"]


def beaten(evaluation: Evaluation, leak: str | None) -> Evaluation:
    """The same evaluation, had the winner beaten naive."""
    assert evaluation.verdict is not None
    return replace(evaluation, verdict=replace(evaluation.verdict, conclusion=Conclusion.BEATS_NAIVE), leak=leak)


def test_leak_withholds_the_verdict_and_its_numbers(search: EndedSearch, evaluation: Evaluation) -> None:
    sound, leaking = (summarized(search, beaten(evaluation, leak)) for leak in (None, "It peeks."))
    assert sound["verdict"]["beats_naive"] is True
    assert sound["verdict"]["conclusion"] == "beats_naive"
    assert leaking["verdict"] == {"beats_naive": False, "sentence": "No verdict, for the future leaks: It peeks."}
    assert leaking["diagnostics"]["leakage"] == {"passed": False, "sentence": "It peeks."}


def test_there_is_a_sentence_whatever_became_of_the_sweep(search: EndedSearch, evaluation: Evaluation) -> None:
    def sentence(found: Evaluation | None) -> str:
        return str(summarized(search, found)["verdict"]["sentence"])

    assert evaluation.verdict is not None
    assert sentence(evaluation) == sentence_of(evaluation.verdict)
    assert "evaluation.test=false" in sentence(None)
    assert sentence(replace(evaluation, verdict=None)) == "No trial completed: nothing to judge."
