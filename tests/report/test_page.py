"""The page in a real browser: complete, quiet, and nothing cut off, at a desk, on a phone and on paper."""

import base64
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from lstm_sweep.report.page.build import write_report
from lstm_sweep.trials.outcome import FitStatus
from tests.browser import Page, chromium
from tests.report.folder import make_sweep

HOSTILE = "</script><img src=x onerror='window.harmed = 1'><b>x</b>"

CUT_OFF = """
[...document.querySelectorAll('main *')]
  .filter((each) => !each.closest('.scroll, script, style, .modebar') && each.getBoundingClientRect().width > 0)
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 || each.getBoundingClientRect().left < -1)
  .map((each) => each.outerHTML.slice(0, 200))
"""
"""Elements that reach beyond the window; what is too wide must scroll in its own box."""

UNDRAWN = """
[...document.querySelectorAll('figure[data-plot]')]
  .filter((each) => !(each.querySelector('.main-svg')?.getBoundingClientRect().height > 100))
  .map((each) => each.dataset.plot)
"""

WIDTHS = "[...document.querySelectorAll('.js-plotly-plot')].map((each) => each.querySelector('.main-svg').clientWidth)"

FAINT = """
(() => {
  const read = (colour) => (colour.match(/[\\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const over = (front, back) => {
    const opacity = front[3] ?? 1;
    return [0, 1, 2].map((place) => opacity * front[place] + (1 - opacity) * back[place]);
  };
  const light = (colour) => colour.map((each) => each / 255)
    .map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4))
    .reduce((sum, each, place) => sum + each * [0.2126, 0.7152, 0.0722][place], 0);
  const behind = (element) => {
    const layers = [];
    for (let each = element; each !== null; each = each.parentElement) layers.unshift(each);
    return layers.reduce((back, each) => over(read(getComputedStyle(each).backgroundColor), back), [255, 255, 255]);
  };
  const contrast = (element) => {
    const style = getComputedStyle(element), back = behind(element);
    const front = over(read(element instanceof SVGElement ? style.fill : style.color), back);
    const [low, high] = [light(front), light(back)].sort((one, other) => one - other);
    return (high + 0.05) / (low + 0.05);
  };
  const isText = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== '';
  return [...document.querySelectorAll('body *')]
    .filter((each) => each.closest('script, style, noscript, tr[hidden], option, .axis-extent-text') === null)
    .filter((each) => [...each.childNodes].some(isText) && each.getBoundingClientRect().width > 0)
    .filter((each) => contrast(each) < 4.5)
    .map((each) => `${contrast(each).toFixed(2)} ${each.outerHTML.slice(0, 160)}`);
})()
"""
"""Text whose contrast to what lies behind it is below that of the Web Content Accessibility Guidelines, level AA."""

UNNAMED = """
[...document.querySelectorAll('table, .scroll[tabindex], figure, input, select, nav, .scale')]
  .filter((each) => !(each.ariaLabel || each.labels?.length || each.querySelector('figcaption')?.textContent.trim()))
  .map((each) => each.outerHTML.slice(0, 160))
"""
"""Parts that somebody who hears the page would be told nothing of."""

HEADINGS = "[...document.querySelectorAll('h1, h2, h3, h4')].map((each) => Number(each.tagName[1]))"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty trials, ten settings, seven steps, names that mean harm, fits that are lost."""
    names = ("tanh", "relu", "elu", HOSTILE)
    values = [
        {f"model.setting_{place}": number % (place + 2) for place in range(8)}
        | {"model.activation": names[number % 4], "training.learning_rate": 1e-4 * 1.1**number}
        for number in range(60)
    ]
    lost = {7: (FitStatus.DIVERGED, "the loss stopped being finite"), 8: (FitStatus.FAILED, f"no memory {HOSTILE}")}
    folder = make_sweep(
        tmp_path_factory.mktemp("sweeps") / "example", values=values, lost=lost, horizon=7, folds=2, windows=400
    )
    return write_report(folder)


@pytest.fixture(scope="module")
def of_size(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Reports of so many trials with seven settings, made once."""

    @cache
    def make(count: int) -> Path:
        values = [
            {f"model.setting_{place}": number % (place + 2) for place in range(5)}
            | {"model.dropout": number / count, "training.learning_rate": 1e-4 * 1.002**number}
            for number in range(count)
        ]
        scores = {number: 0.002 * (number * 37 % count) / count - 0.001 for number in range(count)}
        folder = tmp_path_factory.mktemp("sweeps") / f"of-{count}"
        return write_report(make_sweep(folder, values=values, scores=scores, seeds=1, windows=40))

    return make


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_page_is_complete_and_quiet(report: Path, page: Page, width: int, dark: bool) -> None:
    page.complaints.clear()
    page.requests.clear()
    page.open(report, width, dark=dark)
    assert page.complaints == []
    assert set(page.requests) == {report.as_uri()}
    assert page.ask("document.documentElement.scrollWidth <= innerWidth")
    assert page.ask(CUT_OFF) == []
    assert page.ask(UNDRAWN) == []
    assert page.ask("window.harmed") is None
    assert page.ask(FAINT) == []


def test_parts_have_names_and_headings_their_order(report: Path, page: Page) -> None:
    page.open(report, 1280)
    assert page.ask(UNNAMED) == []
    levels = page.ask(HEADINGS)
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in zip(levels, levels[1:], strict=False))


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
@pytest.mark.parametrize(("count", "megabytes"), [(2, 8), (2000, 12)])
def test_page_holds_few_trials_and_many(
    of_size: Callable[[int], Path], page: Page, count: int, megabytes: int, width: int, dark: bool
) -> None:
    path = of_size(count)
    assert path.stat().st_size < megabytes * 1e6
    page.complaints.clear()
    page.requests.clear()
    page.open(path, width, dark=dark)
    assert page.complaints == []
    assert set(page.requests) == {path.as_uri()}
    assert page.ask("document.documentElement.scrollWidth <= innerWidth")
    assert page.ask(CUT_OFF) == []
    assert page.ask(FAINT) == []
    assert page.ask("document.querySelectorAll('#leaderboard tr[data-trial]').length") == count
    # A click is answered in a breath, however many rows there are.
    assert (
        page.ask("""(() => {
        const start = performance.now();
        document.querySelector('#leaderboard thead button').click();
        document.body.getBoundingClientRect();
        return performance.now() - start;
    })()""")
        < 1500
    )


def test_what_went_wrong_has_the_width_of_a_phone(report: Path, page: Page) -> None:
    """One cell below the other, each as wide as the box, and nothing to scroll sideways for."""
    page.open(report, 390)
    box, *widths = page.ask("""(() => {
        const box = document.querySelector('#problems .scroll');
        return [box.clientWidth, box.scrollWidth,
                ...[...box.querySelectorAll('tbody th, tbody td')].map((cell) => Math.round(cell.offsetWidth))];
    })()""")
    assert len(widths) > 4
    assert set(widths) == {box}


def test_plots_of_phones_have_no_tool_bar(report: Path, page: Page) -> None:
    page.open(report, 390)
    assert page.ask("document.querySelectorAll('.modebar-btn').length") == 0
    page.open(report, 1280)
    assert page.ask("document.querySelectorAll('.modebar:not(.modebar--hover)').length") == 0


def test_what_is_folded_is_open_on_paper(report: Path, page: Page) -> None:
    page.open(report, 1280)
    folded = "document.querySelectorAll('details:not([open])').length"
    before = page.ask(folded)
    assert before > 0
    page.ask("dispatchEvent(new Event('beforeprint'))")
    assert page.ask(folded) == 0
    page.ask("dispatchEvent(new Event('afterprint'))")
    assert page.ask(folded) == before


def test_plots_take_the_colours_of_the_page(report: Path, page: Page) -> None:
    ink = "getComputedStyle(document.body).color"
    label = "getComputedStyle(document.querySelector('[data-plot=forecast] .xtick text')).fill"
    inks = []
    for dark in (False, True):
        page.open(report, 1280, dark=dark)
        assert page.ask(ink) == page.ask(label)
        inks.append(page.ask(ink))
    assert inks[0] != inks[1]


def test_another_step_can_be_chosen(report: Path, page: Page) -> None:
    page.open(report, 1280)
    first_change = "document.querySelector('[data-plot=forecast] .js-plotly-plot').data[3].y[0]"
    before = page.ask(first_change)
    page.ask("""
        const choice = document.querySelector('[data-plot=forecast] select');
        choice.value = '7 steps ahead';
        choice.dispatchEvent(new Event('change'));
    """)
    assert page.ask(first_change) != before


def test_plots_fit_on_paper_and_come_back(report: Path, page: Page) -> None:
    page.open(report, 390, dark=True)
    on_screen = page.ask(WIDTHS)
    page.ask("dispatchEvent(new Event('beforeprint'))")
    on_paper = page.ask(WIDTHS)
    assert max(on_paper) <= 690 < max(on_screen)  # parallel coordinates scroll on a screen
    assert max(width for width in on_screen if width <= 390) < 500 < max(on_paper)
    assert page.ask("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.ask("dispatchEvent(new Event('afterprint'))")
    page.wait(f"JSON.stringify({WIDTHS}) === '{str(on_screen).replace(' ', '')}'")


def test_tables_fit_on_paper(report: Path, page: Page) -> None:
    page.open(report, 1010)
    page.send("Emulation.setEmulatedMedia", media="print")
    page.ask("dispatchEvent(new Event('beforeprint'))")
    too_wide = """[...document.querySelectorAll('table')]
        .filter((each) => each.getBoundingClientRect().right > (each.closest('.landscape') ? 1010 : 690) + 1)
        .map((each) => [each.ariaLabel, each.getBoundingClientRect().right])"""
    assert page.ask(too_wide) == []
    page.send("Emulation.setEmulatedMedia", media="")


def test_page_prints(report: Path, page: Page) -> None:
    page.open(report, 1280)
    paper = base64.b64decode(page.send("Page.printToPDF", printBackground=True)["data"])
    assert paper.startswith(b"%PDF")
    assert page.complaints == []
