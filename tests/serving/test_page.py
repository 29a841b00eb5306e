"""The page in a real browser: what stands on it is what the process says, and it asks nothing of anyone else."""

from dataclasses import replace
from typing import Any

import pytest

from tests.browser import Page
from tests.report.test_page import CUT_OFF, FAINT, HOSTILE, UNNAMED
from tests.serving.pages import READY, follow, in_words, text
from tests.serving.servers import Site, live_site
from tests.serving.stepping import SteppingProcess


@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_page_is_complete_and_quiet_and_asks_nothing_of_others(
    shown: tuple[Site, Page], width: int, dark: bool
) -> None:
    site, page = shown
    page.visit(site.address, width, dark=dark)
    page.wait(READY)
    assert page.complaints == []
    asked = {each for each in page.requests if not each.startswith(("data:", "about:"))}
    assert asked == {site.address, f"{site.address}live"}
    assert page.ask("performance.getEntriesByType('resource').every((each) => each.name.startsWith(location.origin))")
    page.ask("document.getElementById('numbers').open = true")
    for wrong in (CUT_OFF, FAINT, UNNAMED):
        assert page.ask(wrong) == []
    assert page.ask("document.documentElement.scrollWidth") <= width
    for line in (
        "Actual, forecast and naive",
        "3.2 % of the inputs",
        "2 bars did not come",
        "challenger: toy version 4",
    ):
        assert page.ask(f"document.body.innerText.includes({line!r})"), line


@pytest.mark.slow
def test_paper_has_its_colours_and_its_width(shown: tuple[Site, Page]) -> None:
    site, page = shown
    page.visit(site.address, 1280, dark=True)
    page.wait(READY)
    wide = page.ask("document.getElementById('chart').clientWidth")
    page.ask("dispatchEvent(new Event('beforeprint'))")
    paper = page.ask("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(255, 255, 255)"
    assert page.ask("document.getElementById('chart').clientWidth") < 700 < wide
    end = "Math.max(...document.querySelector('#chart path.forecast').getAttribute('d').match(/[\\d.]+ /g).map(Number))"
    assert 600 < page.ask(end) < 700
    page.ask("dispatchEvent(new Event('afterprint'))")
    assert page.ask("document.getElementById('chart').clientWidth") == wide


@pytest.mark.slow
def test_numbers_on_the_page_are_those_of_the_view(shown: tuple[Site, Page], long: SteppingProcess) -> None:
    _, page = shown
    for bars in (0, 1, 5):
        long.step(bars)
        follow(page, long)
        view = long.view
        assert view.forecast is not None
        step = view.forecast.steps[0]
        assert text(page, "next") == in_words(step.price)
        assert text(page, "next-time") == f"Forecast for {step.time[:10]} UTC"
        facts = text(page, "next-facts")
        assert f"{in_words(step.low or 0)} to {in_words(step.high or 0)}" in facts
        assert in_words(view.forecast.naive) in facts
        assert f"{100 * step.held / step.judged:.1f} % of {step.judged}" in facts
        judgement = view.judgements[0]
        assert text(page, "judged") == judgement.sentence
        assert text(page, "needed") == judgement.needed
        judged = text(page, "judgements")
        assert f"{judgement.skill:+.2%}".replace("%", " %").replace("-", "−") in judged
        assert f"{float(f'{judgement.wealth[-1]:.3g}'):g}; a claim takes 20" in judged
        rows = page.ask("[...document.getElementById('steps').rows].map((row) => row.innerText.split('\\t'))")
        assert [row[2] for row in rows] == [in_words(each.price) for each in view.forecast.steps]


@pytest.mark.slow
def test_table_has_every_bar_that_is_drawn(shown: tuple[Site, Page], long: SteppingProcess) -> None:
    _, page = shown
    page.ask("document.getElementById('all').click()")
    page.ask("document.getElementById('numbers').open = true")
    table = (
        "[...document.querySelector('#numbers tbody').rows].map((row) => [...row.cells].map((cell) => cell.innerText))"
    )
    page.wait("document.querySelector('#numbers tbody').rows.length > 0")
    rows: list[list[str]] = page.ask(table)
    assert len(rows) == 300 + 2
    for row, point in zip(rows[:1:-1], long.view.points, strict=True):
        values = (point.actual, point.forecast, point.low, point.high, point.naive, point.challenger)
        assert row[0] == point.time[:10]
        assert row[1:7] == ["–" if value is None else in_words(value) for value in values]


@pytest.mark.slow
def test_lines_lie_where_their_prices_are(shown: tuple[Site, Page], long: SteppingProcess) -> None:
    _, page = shown
    page.ask("document.getElementById('all').click()")
    actual: str = page.ask("document.querySelector('#chart path.actual').getAttribute('d')")
    heights = [float(part.split()[1]) for part in actual.replace("h0", "").lstrip("M").split("L")]
    prices = [float(point.actual or 0) for point in long.view.points]
    (slope, offset) = _line(prices, heights)
    assert slope < 0
    assert (
        max(abs(offset + slope * price - height) for price, height in zip(prices, heights, strict=True)) < 0.11
    )  # both ends of the line are rounded, too


def _line(x: list[float], y: list[float]) -> tuple[float, float]:
    low, high = x.index(min(x)), x.index(max(x))
    slope = (y[high] - y[low]) / (x[high] - x[low])
    return slope, y[low] - slope * x[low]


@pytest.mark.slow
def test_nothing_harmful_of_a_view_runs(browser: Page) -> None:
    process = SteppingProcess()
    process.step(60)
    champion = process.view.versions[0]
    process.show(
        name=HOSTILE,
        series=HOSTILE,
        said=HOSTILE,
        warnings=(HOSTILE,),
        holes=(HOSTILE,),
        versions=(replace(champion, label=HOSTILE, verdict=HOSTILE, settings={HOSTILE: HOSTILE}),),
        judgements=tuple(replace(each, title=HOSTILE, sentence=HOSTILE) for each in process.view.judgements),
    )
    with live_site(process) as site:
        browser.complaints.clear()
        browser.visit(site.address, 390)
        browser.wait(READY)
        assert browser.ask("window.harmed") is None
        assert browser.complaints == []
        assert browser.ask("document.body.innerText").count(HOSTILE[:20]) > 5
        browser.visit("about:blank", 390)


def test_page_holds_no_outside_address_and_runs_only_its_own(site: Site) -> None:
    answer = site.ask("/")
    page = answer.body.decode()
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert page.count("<script>") == policy.split("script-src")[1].split(";")[0].count("'sha256-")
    outside: Any = [part for part in page.split('"') if part.startswith(("http://", "https://", "//"))]
    assert set(outside) <= {"http://www.w3.org/2000/svg"}
