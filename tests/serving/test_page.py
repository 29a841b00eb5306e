"""The page in a real browser: what stands on it is what the process says, and it asks nothing of anyone else."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from lstm_sweep.cli.composition.compose import compose_live
from lstm_sweep.serving.app import build_app
from tests.browser import Page, chromium
from tests.commands import wait_for
from tests.report.test_page import CUT_OFF, FAINT, HOSTILE, UNNAMED
from tests.serving.servers import Site, live_site, running
from tests.serving.stepping import SteppingProcess

READY = "document.documentElement?.dataset.ready === 'true'"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def long() -> SteppingProcess:
    """After 300 bars, with everything that a page may have to show."""
    process = SteppingProcess(3000)
    process.step(300)
    champion = process.view.versions[0]
    challenger = replace(champion, role="challenger", version="4", label="toy version 4", settings={"model.units": 16})
    process.show(
        versions=(champion, challenger),
        warnings=("3.2 % of the inputs lie outside of what training saw.",),
        holes=("from 2024-03-01 to 2024-03-03: 2 bars did not come",),
        events=("2024-04-01: version 3 was promoted",),
    )
    return process


@pytest.fixture
def shown(long: SteppingProcess, browser: Page) -> Iterator[tuple[Site, Page]]:
    browser.complaints.clear()
    browser.requests.clear()
    with live_site(long) as site:
        browser.visit(site.address, 1280)
        browser.wait(READY)
        yield site, browser
        browser.visit("about:blank", 1280)


def text(page: Page, node: str) -> str:
    return str(page.ask(f"document.getElementById('{node}').innerText"))


def follow(page: Page, process: SteppingProcess) -> None:
    page.wait(f"document.documentElement.dataset.number === '{process.view.number}'")


def press(page: Page, key: str, modifiers: int = 0) -> None:
    for kind in ("keyDown", "keyUp"):
        page.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, modifiers=modifiers)


def in_words(price: float) -> str:
    return f"{price:,.2f}"


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
def test_keys_move_a_cursor_and_the_window(shown: tuple[Site, Page], long: SteppingProcess) -> None:
    _, page = shown
    page.ask("document.getElementById('chart').focus()")
    assert page.ask("getComputedStyle(document.getElementById('chart')).outlineStyle") == "solid"
    for _ in range(3):
        press(page, "ArrowLeft")
    point = long.view.points[-1]
    expected = f"{point.time[:10]} UTC: actual {in_words(point.actual or 0)} · forecast {in_words(point.forecast or 0)}"
    assert text(page, "readout").startswith(expected)
    press(page, "Home")
    first = text(page, "readout")[:10]
    assert first == long.view.points[300 - 118].time[:10]
    press(page, "ArrowLeft")
    assert text(page, "readout")[:10] == long.view.points[300 - 119].time[:10]
    long.step()  # the window stays on its bars
    follow(page, long)
    assert text(page, "readout")[:10] == long.view.points[300 - 119].time[:10]
    seen = page.ask("Chart.visible().length")
    press(page, "+")
    assert page.ask("Chart.visible().length") == round(seen * 0.7)
    press(page, "Escape")
    assert text(page, "readout").startswith("Point at a bar")


@pytest.mark.slow
def test_mouse_shows_values_and_drags_the_window(shown: tuple[Site, Page], long: SteppingProcess) -> None:
    _, page = shown
    page.ask("document.getElementById('chart').scrollIntoView({block: 'center'})")
    where = "document.getElementById('chart').getBoundingClientRect()"
    left, top = page.ask(f"{where}.left"), page.ask(f"{where}.top")

    def middle_of(number: int) -> float:
        box = "Chart.box()"
        return float(left + page.ask(f"{box}.x({number})"))

    def mouse(kind: str, x: float, buttons: int = 0) -> None:
        place = {"x": x, "y": top + 100, "button": "left" if buttons else "none", "buttons": buttons}
        page.send("Input.dispatchMouseEvent", type=kind, clickCount=1, **place)

    for number in (200, 250, 299):
        mouse("mouseMoved", middle_of(number))
        point = long.view.points[number]
        assert text(page, "readout").startswith(f"{point.time[:10]} UTC: actual {in_words(point.actual or 0)}")
    first = page.ask("Chart.box().from")
    start, bar = middle_of(250), page.ask("Chart.box().bar")
    mouse("mousePressed", start, 1)
    mouse("mouseMoved", start + 20.4 * bar, 1)
    mouse("mouseReleased", start + 20.4 * bar)
    assert page.ask("Chart.box().from") == first - 20
    page.ask("document.getElementById('newest').click()")
    assert page.ask("Chart.box().from") == first


@pytest.mark.slow
def test_window_stays_on_its_bars_where_there_are_500(shown: tuple[Site, Page], long: SteppingProcess) -> None:
    _, page = shown
    long.step(300)
    follow(page, long)
    page.ask("document.getElementById('earlier').click()")
    before = page.ask("Chart.visible().map((row) => row.time)")
    for _ in range(3):
        long.step()
        follow(page, long)
    assert page.ask("Chart.visible().map((row) => row.time)") == before
    long.show(state="expired", said="too old")  # the steps ahead leave
    follow(page, long)
    assert page.ask("Chart.visible().map((row) => row.time)") == before


@pytest.mark.slow
def test_local_time_is_that_of_the_browser(shown: tuple[Site, Page], long: SteppingProcess) -> None:
    _, page = shown
    page.send("Emulation.setTimezoneOverride", timezoneId="Asia/Tokyo")
    try:
        page.ask("document.getElementById('zone').click()")
        assert long.view.forecast is not None
        day = long.view.forecast.steps[0].time[:10]
        page.wait(f"document.getElementById('next-time').innerText === 'Forecast for {day} 09:00 Asia/Tokyo'")
        assert page.ask("document.getElementById('zone').getAttribute('aria-pressed')") == "true"
        page.ask("document.getElementById('zone').click()")
        page.wait(f"document.getElementById('next-time').innerText === 'Forecast for {day} UTC'")
    finally:
        page.send("Emulation.setTimezoneOverride", timezoneId="")


@pytest.mark.slow
def test_states_are_said(shown: tuple[Site, Page], long: SteppingProcess) -> None:
    _, page = shown
    for state, said in (("stale", "the bar of 10:00 is 40 s late"), ("expired", "the model is older than 30 days")):
        long.show(state=state, said=said)
        follow(page, long)
        assert (text(page, "state"), text(page, "said")) == (state, said)
    assert (text(page, "next"), text(page, "next-time")) == ("–", "No forecast")


@pytest.mark.slow
def test_page_connects_again_by_itself(long: SteppingProcess, browser: Page) -> None:
    with live_site(long) as site:
        browser.visit(site.address, 1280)
        browser.wait(READY)
        port = site.connect().port
    browser.wait("document.getElementById('link').innerText.startsWith('not connected')")
    long.step()
    with running(build_app(long, compose_live([]), ("price",)), port):
        browser.wait("document.getElementById('link').innerText === 'connected'")
        follow(browser, long)
        browser.visit("about:blank", 1280)
    browser.complaints.clear()


@pytest.mark.slow
def test_hidden_page_leaves_its_connection_to_others(shown: tuple[Site, Page], long: SteppingProcess) -> None:
    site, page = shown
    hide = "Object.defineProperty(document, 'hidden', {value: %s, configurable: true})"
    for hidden, streams in (("true", 0), ("false", 1)):
        page.ask(f"{hide % hidden}; document.dispatchEvent(new Event('visibilitychange'))")
        counted = f"lstm_sweep_event_streams {streams}"
        wait_for(lambda counted=counted: counted in site.ask("/metrics").body.decode(), 10)  # type: ignore[misc]
        long.step()
    follow(page, long)


@pytest.mark.slow
def test_quick_bars_neither_fill_the_memory_nor_stop_the_page(shown: tuple[Site, Page], long: SteppingProcess) -> None:
    _, page = shown
    long.step(300)
    follow(page, long)

    def used() -> tuple[float, int]:
        page.send("HeapProfiler.collectGarbage")
        return page.send("Runtime.getHeapUsage")["usedSize"], page.ask("document.querySelectorAll('*').length")

    def run(bars: int) -> None:
        for _ in range(bars):
            long.step()
            time.sleep(0.05)
        follow(page, long)

    run(100)  # until all of it is compiled
    before = used()
    page.ask("frames = 0; (function count() { frames += 1; requestAnimationFrame(count); })()")
    began = time.monotonic()
    run(150)
    assert page.ask("frames") / (time.monotonic() - began) > 10
    after = used()
    assert after[0] < before[0] + 500_000
    assert after[1] < before[1] + 20
    assert page.ask("Chart.rows().length") == 502
    assert page.complaints == []


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
