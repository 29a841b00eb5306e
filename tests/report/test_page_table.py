"""The leaderboard in a real browser: it sorts, filters and stays in sight, and its dots lie where their numbers do."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lstm_sweep.report.page.build import write_report
from lstm_sweep.trials.outcome import FitStatus
from tests.browser import Page, chromium
from tests.report.folder import make_sweep

pytestmark = pytest.mark.slow

ROWS = "[...document.querySelectorAll('#leaderboard tr[data-trial]')]"
SHOWN = f"{ROWS}.filter((row) => row.getBoundingClientRect().height > 0).map((row) => row.dataset.trial)"
ABOVE = """[...document.querySelectorAll('#leaderboard .above tr')]
  .filter((row) => row.getBoundingClientRect().height > 0).map((row) => row.cells[0].firstChild.data.trim())"""
STATUS = "document.querySelector('#leaderboard .status').textContent"

BARS = """[...document.querySelectorAll('#leaderboard .bar')].filter((bar) => bar.clientWidth > 0).map((bar) => {
  const box = (name) => {
    const each = bar.querySelector(name)?.getBoundingClientRect();
    return each && [each.left, each.right];
  };
  return { name: bar.closest('tr').cells[0].firstChild.data.trim(), hint: bar.title, dot: box('.dot') ?? null,
    span: box('.span'), box: [bar.getBoundingClientRect().left, bar.getBoundingClientRect().right],
    left: box('.beyond.left') ?? null, right: box('.beyond.right') ?? null };
})"""
TICKS = """[...document.querySelectorAll('#leaderboard .ticks i')].map((tick) => {
  const box = tick.getBoundingClientRect();
  return [Number(tick.textContent), (box.left + box.right) / 2];
})"""

BAD, WORST, LOST = 5, 9, 7
"""Trials: a very bad one, one that is bad beyond all measure, and one that diverged."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty trials with words, numbers, nulls and ranges, of which a few went wrong."""
    words = ("tanh", "relu", "hard_sigmoid", None)
    values = [
        {"model.activation": words[number % 4], "model.units": 8 * (number % 7), "training.rate": 1e-4 * 1.1**number}
        for number in range(60)
    ]
    scores = {number: 0.004 * math.sin(number) for number in range(60)} | {BAD: 3.0, WORST: 600.0}
    lost = {LOST: (FitStatus.DIVERGED, "the loss stopped being finite")}
    folder = make_sweep(tmp_path_factory.mktemp("sweeps") / "example", values=values, scores=scores, lost=lost)
    write_report(folder)
    return folder


@pytest.fixture(scope="module")
def board(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "leaderboard.csv", dtype={"trial": str}, keep_default_na=True)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def page(browser: Page, folder: Path) -> Page:
    """The report, with all rows shown."""
    browser.complaints.clear()
    browser.open(folder / "report.html", 1280)
    browser.ask("document.querySelector('#leaderboard .more').click()")
    return browser


def narrow(page: Page, typed: str) -> list[str]:
    """The trials that are shown once that was typed."""
    page.ask(f"""(() => {{
        const input = document.querySelector('#leaderboard input');
        input.value = {json.dumps(typed)};
        input.dispatchEvent(new Event('input'));
    }})()""")
    return list(page.ask(SHOWN))


def by_click(page: Page, title: str) -> list[str]:
    page.ask(
        "[...document.querySelectorAll('#leaderboard thead button')]"
        f".find((each) => each.textContent === '{title}').click()"
    )
    return list(page.ask(SHOWN))


@pytest.mark.parametrize("width", [1280, 390])
def test_every_dot_lies_on_the_scale_where_its_number_does(
    folder: Path, board: pd.DataFrame, browser: Page, width: int
) -> None:
    browser.open(folder / "report.html", width)
    browser.ask("document.querySelector('#leaderboard .more').click()")
    ticks: list[Any] = browser.ask(TICKS)
    assert len(ticks) >= 2
    (low, left), (high, right) = ticks[0], ticks[-1]
    pixels = (right - left) / (high - low)
    by_name = board.set_index("trial")
    clipped, bars = set(), {each["name"]: each for each in browser.ask(BARS)}
    assert bars.keys() == {"naive", "ridge", *board["trial"]} - {f"{LOST:04}"}
    for name, bar in bars.items():
        score = {"naive": 0.0, "ridge": 0.0005}.get(name, by_name["score"].get(name))
        spread = by_name["score_std"].get(name, 0.0)
        ends = [left + pixels * (100 * (1 - math.exp(end)) - low) for end in (score, score + spread, score - spread)]
        inside = [min(max(end, bar["box"][0]), bar["box"][1]) for end in ends]
        if bar["dot"] is None:
            clipped.add(name)
            assert ends[0] < bar["box"][0]
            assert bar["left"][0] == pytest.approx(bar["box"][0], abs=0.5)
            assert "beyond the scale" in bar["hint"]
            continue
        assert bar["box"][0] <= bar["dot"][0] < bar["dot"][1] <= bar["box"][1]
        assert sum(bar["dot"]) / 2 == pytest.approx(ends[0], abs=0.75)
        assert bar["span"][0] == pytest.approx(inside[1], abs=0.75)
        assert bar["span"][1] == pytest.approx(inside[2], abs=1.75)  # a span is a pixel wide at least
        assert (bar["left"] is not None) == (ends[1] < bar["box"][0] - 0.5)
    assert clipped == {f"{BAD:04}", f"{WORST:04}"}


def test_titles_sort_up_then_down_then_as_ranked(page: Page, board: pd.DataFrame) -> None:
    ranked = board["trial"].tolist()
    assert page.ask(SHOWN) == ranked
    for title, column in (
        ("units", "model.units"),
        ("rate", "training.rate"),
        ("score", "score"),
        ("test RMSE", "test_rmse"),
    ):
        for ascending in (True, False):
            expected = board.sort_values(column, ascending=ascending, kind="stable", na_position="last")[
                "trial"
            ].tolist()
            if column == "score":  # a trial without a number comes last, whichever way is up
                expected = [trial for trial in expected if trial != f"{LOST:04}"] + [f"{LOST:04}"]
            assert by_click(page, title) == expected, (title, ascending)
            direction = page.ask("document.querySelector('#leaderboard th[aria-sort]').getAttribute('aria-sort')")
            assert direction == ("ascending" if ascending else "descending")
        assert by_click(page, title) == ranked
        assert page.ask("document.querySelector('#leaderboard th[aria-sort]')") is None
    assert page.ask(ABOVE) == ["naive", "ridge", "arima", "ensemble"]


def test_words_sort_and_what_is_missing_comes_last(page: Page, board: pd.DataFrame) -> None:
    words = board["model.activation"].fillna("null")
    expected = board.assign(word=words).sort_values("word", kind="stable")["trial"].tolist()
    assert by_click(page, "activation") == expected


def test_titles_sort_by_keyboard(page: Page, board: pd.DataFrame) -> None:
    page.ask("document.querySelectorAll('#leaderboard thead button')[2].focus()")
    for kind in ("keyDown", "keyUp"):
        page.send("Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", text="\r", windowsVirtualKeyCode=13)
    assert page.ask(SHOWN) == board.sort_values("model.units", kind="stable")["trial"].tolist()


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("units=8", "units == 8"),
        ("model.units=8", "units == 8"),
        ("activation=relu", "activation == 'relu'"),
        ("activation=null", "activation == 'null'"),
        ("activation!=relu units>=16", "activation != 'relu' and units >= 16"),
        ("units=8..24, rate<0.001", "8 <= units <= 24 and rate < 0.001"),
        ("score<0", "score < 0"),
        ("validation skill>0.1", "val_skill > 0.001"),
        ("test_skill<-2", "test_skill < -0.02"),
        ("SIGMOID", "activation == 'hard_sigmoid'"),
        ("diverged", "status == 'diverged'"),
        ("units=", "units >= 0"),
        ("test skill %<-2", "test_skill < -0.02"),
        ("test skill % < -2 %", "test_skill < -0.02"),
        ("Validation Skill > 0.1 units=8", "val_skill > 0.001 and units == 8"),
        ("units = 8", "units == 8"),
        ("units=8,24", "units in (8, 24)"),
        ("units = 8, 24 activation=relu", "units in (8, 24) and activation == 'relu'"),
        ("activation=relu,tanh, score<0", "activation in ('relu', 'tanh') and score < 0"),
        ("units!=8,24", "units not in (8, 24)"),
        ("units=40..", "units >= 40"),
        ("units=..8", "units <= 8"),
        ("units=..8,40..", "units <= 8 or units >= 40"),
        ("relu units=16", "activation == 'relu' and units == 16"),
        ("±", "units < 0"),
        ("0.00", "trial.str.contains('0.00') or rate.astype('str').str.contains('0.00')"),
        ("units=9", "units == 9"),
    ],
)
def test_conditions_leave_the_rows_that_meet_them(page: Page, board: pd.DataFrame, typed: str, query: str) -> None:
    frame = board.rename(columns=lambda name: name.rpartition(".")[2])
    frame["activation"] = frame["activation"].fillna("null")
    found = narrow(page, typed)
    assert found == frame.query(query, engine="python")["trial"].tolist()
    assert page.ask(ABOVE) == ["naive", "ridge", "arima", "ensemble"]
    if not found:
        assert page.ask(STATUS) == f"No trial has {typed}."


def test_example_in_the_box_finds_the_best(page: Page, board: pd.DataFrame) -> None:
    example = page.ask("document.querySelector('#leaderboard input').placeholder")
    assert board["trial"][0] in narrow(page, example)
    for each in page.ask("[...document.querySelectorAll('#leaderboard .hint code')].map((each) => each.textContent)"):
        assert narrow(page, each), each
        assert "no column" not in page.ask(STATUS)


def test_unknown_column_is_said(page: Page) -> None:
    assert len(narrow(page, "dropuot=0.3")) == 60
    assert page.ask(STATUS).startswith("There is no column dropuot: the columns are trial, activation, units, rate,")


def test_value_is_found_by_what_is_shown_and_by_all_its_digits(page: Page, board: pd.DataFrame) -> None:
    row = board.iloc[3]
    assert row["trial"] in narrow(page, f"rate={float(row['training.rate'])!r}")
    assert row["trial"] in narrow(page, f"rate={row['training.rate']:.4g}")


def test_first_rows_are_shown_until_all_are_asked_for(browser: Page, folder: Path, board: pd.DataFrame) -> None:
    browser.open(folder / "report.html", 1280)
    assert browser.ask(SHOWN) == board["trial"].tolist()[:50]
    assert browser.ask(STATUS) == "50 of 60 trials."
    browser.ask("document.querySelector('#leaderboard .more').click()")
    assert browser.ask(SHOWN) == board["trial"].tolist()
    assert browser.ask("document.querySelector('#leaderboard .more').hidden")


@pytest.mark.parametrize("width", [1280, 390])
def test_titles_naive_and_scale_stay_in_sight(browser: Page, folder: Path, width: int) -> None:
    browser.open(folder / "report.html", width)
    top, bottom, box = browser.ask("""(() => {
        const box = document.querySelector('#leaderboard .tall');
        box.scrollIntoView();
        box.scrollTo(60, 700);
        const place = (name) => box.querySelector(name).getBoundingClientRect();
        const start = box.getBoundingClientRect().top;
        return [[place('thead th').top, place('thead th').bottom, place('.above th').top],
                [place('tfoot td').bottom], [start, start + box.clientHeight]];
    })()""")
    assert top[0] == pytest.approx(box[0], abs=1.5)
    assert top[2] == pytest.approx(top[1], abs=2)
    assert bottom[0] == pytest.approx(box[1], abs=2)
    left = browser.ask("document.querySelector('#leaderboard tr[data-trial] th').getBoundingClientRect().left")
    assert left == pytest.approx(
        browser.ask("document.querySelector('#leaderboard .tall').getBoundingClientRect().left"), abs=1
    )


def test_meaning_of_every_title_and_mark_is_written_and_under_the_pointer(page: Page) -> None:
    without = page.ask("""[...document.querySelectorAll('#leaderboard thead th, #leaderboard .mark')]
        .filter((each) => !each.title).map((each) => each.textContent)""")
    assert set(without) == {"trial", "activation", "units", "rate"}
