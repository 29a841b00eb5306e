"""The page in a real browser: complete, quiet, and nothing cut off, at a desk, on a phone and on paper."""

import base64
from collections.abc import Iterator
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


def test_page_prints(report: Path, page: Page) -> None:
    page.open(report, 1280)
    paper = base64.b64decode(page.send("Page.printToPDF", printBackground=True)["data"])
    assert paper.startswith(b"%PDF")
    assert page.complaints == []
