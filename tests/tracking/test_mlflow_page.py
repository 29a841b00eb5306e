"""From a sweep to MLflow's comparison of its trials: the address that is told, opened in a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import Page, chromium
from tests.commands import run
from tests.tracking.servers import mlflow_server

pytestmark = pytest.mark.slow

NUM_RUNS = 2 + 7  # trials; naive, five baselines and the ensemble
SETTINGS = ("name=seen", "search.model.dropout=[0.1,0.3]", "model.units=4", "training.epochs=2", "seeds=2")
OF_MLFLOW = ("AG Grid", "404", "ResizeObserver")
"""Complaints of MLflow's own page, which it has without us."""

HEADERS = """
    [...document.querySelectorAll('[role=columnheader][col-id]')]
        .sort((one, other) => one.getBoundingClientRect().left - other.getBoundingClientRect().left)
        .map(each => each.innerText.trim())
"""
ROWS = "document.querySelectorAll('.ag-center-cols-container [role=row]').length"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """An MLflow server without runs, and a folder to work in."""
    folder = tmp_path_factory.mktemp("pages")
    with mlflow_server(f"sqlite:///{folder}/mlflow.db", folder) as running:
        yield running.address, folder


@pytest.fixture(scope="module")
def address(server: tuple[str, Path]) -> str:
    """Of the comparison of a real sweep, as it is told in the terminal."""
    uri, folder = server
    swept = run(folder, "src.sweep", *SETTINGS, f"tracking.uri={uri}", "tracking.tensorboard=false")
    assert swept.returncode == 0, swept.stderr
    told = run(folder, "src.sync", "sweep=seen").stdout.splitlines()[-1]
    return told.rpartition(" ")[2]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


def wait_for(page: Page, text: str) -> None:
    page.wait(f"Boolean(document.body?.innerText.includes('{text}'))")


def text_of(page: Page) -> str:
    return str(page.ask("document.body.innerText"))


def test_one_click_shows_all_trials_and_naive_best_first_with_what_was_swept(
    server: tuple[str, Path], address: str, page: Page
) -> None:
    assert address.startswith(server[0])
    page.visit(address, 1920)
    wait_for(page, f"{NUM_RUNS} matching runs")
    page.wait(f"{ROWS} >= {NUM_RUNS}")
    shown = text_of(page)
    for name in ("dropout=0.1", "dropout=0.3", "naive", "drift", "ses", "ets", "arima", "ridge", "ensemble"):
        assert f"\n{name}\n" in shown
    headers = page.ask(HEADERS)
    wanted = ["model.dropout", "score", "test_skill", "test_rmse", "test_mape", "test_mse"]
    assert [name for name in headers if name in wanted] == wanted
    cells = page.ask(
        "[...document.querySelectorAll('[role=gridcell][col-id=\"metrics.`score`\"]')].map(x => x.innerText)"
    )
    scores = [float(text.rstrip("…")) for text in cells if text.strip() not in ("", "-")]
    assert len(scores) == NUM_RUNS - 1  # the ensemble has none on validation
    assert scores == sorted(scores)
    assert complaints_of(page) == []


def test_its_charts_are_scores_parallel_coordinates_and_learning_curves(address: str, page: Page) -> None:
    page.visit("about:blank", 1920)
    page.visit(f"{address}&compareRunsMode=CHART", 1920, 1400)
    page.wait(r"/Comparison\s+\(3\)/.test(document.body?.innerText)")
    page.wait("document.querySelectorAll('.js-plotly-plot').length >= 2")
    shown = text_of(page)
    for title in ("\nscore\n", "\nParallel Coordinates\n", "\nval_loss\n"):
        assert title in shown
    page.wait(
        "document.body.innerText.includes('val_loss') && document.querySelectorAll('.barlayer .point').length > 0"
    )
    assert page.ask("document.querySelectorAll('.barlayer .point').length") == NUM_RUNS - 1
    assert complaints_of(page) == []


def test_the_menu_has_the_sweep_by_its_name_and_all_sweeps(address: str, page: Page) -> None:
    page.visit("about:blank", 1920)
    page.visit(address.replace(address.rpartition("=")[2], "sweeps"), 1920)
    wait_for(page, f"{NUM_RUNS} matching runs")
    wait_for(page, "all sweeps")
    page.ask(
        "document.querySelector('[data-testid=saved-views-trigger]').dispatchEvent("
        "new PointerEvent('pointerdown', {bubbles: true, button: 0}))"
    )
    page.wait("[...document.querySelectorAll('[role=menu]')].some(each => each.innerText.includes('seen'))")
    assert complaints_of(page) == []


def complaints_of(page: Page) -> list[str]:
    return [each for each in page.complaints if not any(word in each for word in OF_MLFLOW)]
