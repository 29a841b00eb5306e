"""The page as it moves: by keys, mouse, new bars and lost connections."""

import time

import pytest

from lstm_sweep.cli.composition.compose import compose_live
from lstm_sweep.serving.app import build_app
from tests.browser import Page
from tests.commands import wait_for
from tests.serving.pages import READY, follow, in_words, press, text
from tests.serving.servers import Site, live_site, running
from tests.serving.stepping import SteppingProcess


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
