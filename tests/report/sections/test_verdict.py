"""The top of the page says what is on disk, and no more than it may."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from lstm_sweep.report.page.build import render, write_report
from lstm_sweep.report.page.material import read_material
from lstm_sweep.report.page.sections.verdict import opening
from tests.report.folder import SENTENCE, make_sweep
from tests.report.reading import Reader

VERDICT = {
    "beats_naive": False,
    "sentence": SENTENCE,
    "conclusion": "not_shown",
    "skill": -0.00234,
    "p_value": 0.834,
    "interval": [-0.0123, 0.0234],
    "detectable_skill": 0.0171,
}


def page_of(folder: Path, **wanted: Any) -> Reader:
    return Reader(write_report(make_sweep(folder, **wanted)).read_text())


@pytest.mark.parametrize(
    ("conclusion", "headline", "tone"),
    [
        ("beats_naive", "It beats naive", "good"),
        ("not_shown", "Nothing here is shown to beat naive", "warn"),
        ("worse", "It is worse than naive", "bad"),
        ("too_few_windows", "Too few windows for a verdict", "plain"),
        (None, "No verdict", "plain"),
    ],
)
def test_headline_says_the_conclusion(tmp_path: Path, conclusion: str | None, headline: str, tone: str) -> None:
    verdict = VERDICT | {"conclusion": conclusion, "beats_naive": conclusion == "beats_naive"}
    shown = opening(read_material(make_sweep(tmp_path / "example", summary={"verdict": verdict})))
    assert (shown.headline, shown.tone) == (headline, tone)
    repeated = f"{headline}: "
    assert shown.sentence == SENTENCE.replace(f"{repeated}b", "B" if conclusion == "not_shown" else f"{repeated}b")


@pytest.mark.parametrize(
    ("conclusion", "sentence", "headline", "rest"),
    [
        ("beats_naive", "dropout=0.3 beats naive: skill +2.0 %", "dropout=0.3 beats naive", "Skill +2.0 %"),
        ("worse", "Worse than naive: best of 4 has skill -2 %", "Worse than naive", "Best of 4 has skill -2 %"),
        ("worse", "It is bad.", "It is worse than naive", "It is bad."),
        ("too_few_windows", "9 windows cannot: really", "Too few windows for a verdict", "9 windows cannot: really"),
    ],
)
def test_headline_is_not_repeated(tmp_path: Path, conclusion: str, sentence: str, headline: str, rest: str) -> None:
    verdict = VERDICT | {"conclusion": conclusion, "beats_naive": conclusion == "beats_naive", "sentence": sentence}
    shown = opening(read_material(make_sweep(tmp_path / "example", summary={"verdict": verdict})))
    assert (shown.headline, shown.sentence) == (headline, rest)


def test_no_headline_claims_what_the_summary_does_not(tmp_path: Path) -> None:
    verdict = VERDICT | {"conclusion": "beats_naive"}
    shown = opening(read_material(make_sweep(tmp_path / "example", summary={"verdict": verdict})))
    assert shown.headline == "No verdict"


def test_leak_takes_the_verdict_away(tmp_path: Path) -> None:
    verdict = VERDICT | {"conclusion": "beats_naive", "beats_naive": True}
    diagnostics = {"leakage": {"passed": False, "sentence": "The forecast moved."}}
    folder = make_sweep(tmp_path / "example", summary={"verdict": verdict, "diagnostics": diagnostics})
    shown = opening(read_material(folder))
    assert (shown.headline, shown.tone) == ("No verdict: the future leaks", "bad")
    assert ("bad", "Leak: The forecast moved. Nothing on this page can be trusted.") in shown.checks.lines


def test_numbers_are_those_of_the_summary(tmp_path: Path) -> None:
    text = page_of(tmp_path / "example", summary={"verdict": VERDICT}).texts["basis"]
    for number in ("-0.23 % (about 90 % between -1.23 % and +2.34 %)", "p = 0.83", "1.71 %", "120 windows"):
        assert number in text


def test_only_configuration_is_told_by_its_main_settings(tmp_path: Path) -> None:
    folder = make_sweep(tmp_path / "example", values=[{}])
    settings = {"model": {"layers": 1, "units": 8}, "windows": {"lags": 5}, "training": {"learning_rate": 0.01}}
    (folder / "config.yaml").write_text(yaml.safe_dump(settings))
    text = Reader(write_report(folder).read_text()).texts["basis"]
    assert "0000: model.layers=1, model.units=8, windows.lags=5, training.learning_rate=0.01" in text


def test_skill_in_units_of_the_price_is_told_where_it_is_another_number(tmp_path: Path) -> None:
    told = "Skill in units of the price"
    assert told in page_of(tmp_path / "price").texts["basis"]
    summary = {"data": {"name": "spread", "is_signed": True}}
    assert told not in page_of(tmp_path / "signed", summary=summary).texts["basis"]


def test_checks_are_those_of_the_summary(tmp_path: Path) -> None:
    text = page_of(tmp_path / "example").texts["basis"]
    for sentence in (
        "No leak",
        "Copy-cat: the winner's forecast repeats the last price (correlation of changes 0.97).",
        "no sign of signal beside the last price (Clark-West p = 0.40, a test that",
        "1 trial is better than naive there by more than chance explains (SPA, the test for superior predictive",
        "This describes only: the verdict is about the one trial that validation chose",
        "the number of trials: p = 0.21)",
        "The test span was used by 3 sweeps; the p-value is multiplied by 3: evaluation.test=false",
    ):
        assert sentence in text


@pytest.mark.parametrize(
    ("copycat", "sentence"),
    [
        ({"fires": True, "exact": True, "correlation": None}, "forecast is the last price, throughout"),
        ({"fires": False, "correlation": 0.97}, "but holds signal beside it: no copy"),
        ({"fires": False, "correlation": 0.31}, "is no copy of the last price (correlation of changes 0.31)"),
        ({"fires": False, "correlation": None}, "is no copy of the last price."),
    ],
)
def test_copycat_is_put_into_words(tmp_path: Path, copycat: dict[str, Any], sentence: str) -> None:
    folder = make_sweep(tmp_path / "example", summary={"diagnostics": {"copycat": copycat}})
    assert sentence in " ".join(line for _, line in opening(read_material(folder)).checks.lines)


def test_skill_stands_between_the_ends_of_its_interval(tmp_path: Path) -> None:
    scale = opening(read_material(make_sweep(tmp_path / "example", summary={"verdict": VERDICT}))).scale
    assert scale is not None
    assert scale.reach is not None
    assert 0 < scale.start < scale.dot < scale.zero < scale.reach < scale.stop < 100
    # One line, one scale: equal distances in skill are equal distances on it.
    assert (scale.zero - scale.dot) / 0.00234 == pytest.approx((scale.stop - scale.start) / 0.0357, rel=0.01)


def test_interval_that_could_not_be_found_is_not_shown(tmp_path: Path) -> None:
    material = read_material(
        make_sweep(tmp_path / "example", summary={"verdict": VERDICT | {"interval": [None, None]}})
    )
    assert "between" not in Reader(render(material)).texts["basis"]


def test_why_a_sweep_ended_early_is_said(tmp_path: Path) -> None:
    text = page_of(tmp_path / "example", summary={"stopped": "budget.fits=20 was reached"}).texts["basis"]
    assert "budget.fits=20 was reached" in text


@pytest.mark.parametrize(("reach", "is_said"), [(0.65, True), (0.19, False)])
def test_skill_that_nobody_has_is_said_to_mean_too_few_windows(tmp_path: Path, reach: float, is_said: bool) -> None:
    summary = {"verdict": VERDICT | {"detectable_skill": reach}}
    text = page_of(tmp_path / "example", summary=summary).texts["basis"]
    assert f"{100 * reach:.2f} %, 4 times in 5" in text
    assert ("too few windows, for no forecast of prices is that good" in text) is is_said
