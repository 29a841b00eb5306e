"""A page in a real browser, and how it is asked; conftest.py imports the fixtures."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.browser import Page, chromium
from tests.serving.servers import Site, live_site
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
