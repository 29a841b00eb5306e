"""What people see who open TensorBoard with the command of this project."""

import re
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser import Page, chromium
from tests.commands import QUICK, run, started, wait_for
from tests.tracking.many_trials import write_sweep
from tests.tracking.servers import ask, free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

WIDTHS = (1280, 390)
OWN_COMPLAINTS = ("Multiple instances of Three.js", "is deprecated. Please use app-layout instead")
"""Of TensorBoard's, about itself."""

TEXT = """(() => {
    const text = node => node.nodeType === 3 ? node.data : ['SCRIPT', 'STYLE'].includes(node.nodeName) ? '' :
        [...(node.shadowRoot || node).childNodes, ...(node.shadowRoot ? node.childNodes : [])].map(text).join(' ');
    return text(document.body || document).replace(/\\s+/g, ' ');
})()"""
"""All words of the page, those inside of its components too."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real sweep, and two of many trials with invented numbers."""
    path = tmp_path_factory.mktemp("work")
    done = run(path, "src.sweep", *QUICK, "name=real", "search.model.dropout=[0.0,0.25]", "tracking.uri=null")
    assert done.returncode == 0, done.stderr
    write_sweep(path / "sweeps" / "sixty", 60)
    write_sweep(path / "sweeps" / "thousands", 2000)
    return path


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@contextmanager
def opened(folder: Path, *options: str, num_lines: int = 4) -> Iterator[list[str]]:
    """The lines that the command prints; nothing else comes, and Ctrl-C ends it well."""
    with started(folder, "src.tensorboard", f"port={free_port()}", *options) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(num_lines)]
        assert lines[0], process.communicate()
        yield lines
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
        assert (process.returncode, output, errors) == (0, "", "")


def addresses(lines: list[str]) -> list[str]:
    """Of the curves, of the table and of the verdict."""
    return [re.findall(r"http://\S+", line)[0] for line in lines[1:4]]


def wait_for_words(page: Page, *words: str) -> str:
    """The text of the page once it has these words."""
    wait_for(lambda: all(word in page.ask(TEXT) for word in words), 120)
    return str(page.ask(TEXT))


def look(page: Page, address: str, width: int, *words: str) -> str:
    """The text of a page that has these words, and makes no complaints."""
    page.visit("about:blank", width)
    page.complaints.clear()
    page.visit(address, width)
    text = wait_for_words(page, *words)
    assert [each for each in page.complaints if not any(own in each for own in OWN_COMPLAINTS)] == []
    return text


def rows(table: str) -> set[str]:
    """What the rows of the HParams tab are called; the page itself holds no more of them than fit into the window."""
    question = {"startIndex": 0, "sliceSize": 5000, "colParams": [], "allowedStatuses": ["STATUS_SUCCESS"]}
    groups = ask(table.replace("#hparams", "data/plugin/hparams/session_groups"), question)["sessionGroups"]
    return {group["name"] for group in groups}


def folders_of_links() -> set[Path]:
    """What the command makes for TensorBoard, and removes; others may be at work, too."""
    return set(Path(tempfile.gettempdir()).glob("tensorboard-*/dropout=0.25"))


def is_ticked(page: Page) -> bool:
    """Whether TensorBoard draws the runs that it lists, without anybody asking for them one by one."""
    boxes = "[...document.querySelectorAll('mat-checkbox')].slice(0, 5).map(box => box.className)"
    return all("mat-mdc-checkbox-checked" in each for each in page.ask(boxes))


@pytest.mark.parametrize("width", WIDTHS)
def test_one_sweep_shows_its_curves_naive_and_its_verdict(folder: Path, page: Page, width: int) -> None:
    before = folders_of_links()
    with opened(folder, "sweep=real") as lines:
        assert lines[0] == "TensorBoard of real (Ctrl-C ends it)\n"
        curves, table, verdict = addresses(lines)
        look(page, curves, width, "dropout=0.0/seed_0", "dropout=0.25/test", "naive", "loss /validation")
        text = look(page, table, width, "naive of real", "dropout=0.25 of real")
        assert "Show Metrics dropout score test skill test RMSE test MSE test MAPE " in text
        look(page, verdict, width, "any plausible skill", "test RMSE", "lower is better")
    assert folders_of_links() <= before


def test_many_sweeps_show_all_their_verdicts_at_once(folder: Path, page: Page) -> None:
    with opened(folder, "sweep=real,sixty") as lines:
        assert lines[0] == "TensorBoard of 2 sweeps (Ctrl-C ends it)\n"
        curves, table, verdict = addresses(lines)
        look(page, verdict, 1280, "real", "any plausible skill", "sixty", "not finished")
        look(page, curves, 1280, "real/dropout=0.0/seed_0", "real/naive")
        look(page, table, 1280, "drift of real", "dropout=0.0 of real", " lags ")
        assert {"naive of real", "naive of sixty", "dropout=0.0 of real"} <= rows(table)


def test_of_sixty_trials_all_are_shown(folder: Path, page: Page) -> None:
    with opened(folder, "sweep=sixty") as lines:
        curves, table, verdict = addresses(lines)
        look(page, verdict, 1280, "Nothing here is shown to beat naive.", "10 trials of lower rank")
        look(page, table, 1280, "of sixty", " lags ")
        assert "naive of sixty" in rows(table)
        assert len(rows(table)) == 60 + 3
        look(page, curves, 1280, "seed_0")
        assert len(ask(curves.replace("#timeseries", "data/runs"))) == 2 * 60 + 4
        assert is_ticked(page)


def test_of_thousands_of_trials_the_best_are_shown_with_their_curves(folder: Path, page: Page) -> None:
    with opened(folder, "sweep=thousands", num_lines=5) as lines:
        curves, table, verdict = addresses(lines)
        look(page, verdict, 1280, "Nothing here is shown to beat naive.", "1,950 trials of lower rank")
        look(page, curves, 1280, "seed_0")
        runs = ask(curves.replace("#timeseries", "data/runs"))
        assert len(runs) == 500
        numbers = {int(found) for each in runs for found in re.findall(r"\((\d{4})\)/seed_0", each)}
        assert numbers == set(range(2000 - 249, 2000))
        assert is_ticked(page)
        assert lines[4].startswith("  500 of 4,004 runs are shown, the best trials first: runs=all shows every one")


def test_all_runs_are_shown_where_that_is_asked_for(folder: Path, page: Page) -> None:
    with opened(folder, "sweep=thousands", "runs=all") as lines:
        _, table, verdict = addresses(lines)
        look(page, verdict, 1280, "Nothing here is shown to beat naive.")
        wait_for(lambda: len(ask(verdict.partition("#")[0] + "data/runs")) == 4004, 120)
        look(page, table, 1280, " lags ")
        assert len(rows(table)) >= 2000


def test_a_run_that_begins_while_it_is_open_is_found(folder: Path) -> None:
    with opened(folder, "sweep=real") as lines:
        address = addresses(lines)[0].replace("#timeseries", "data/runs")
        wait_for(lambda: "naive" in ask(address), 60)
        later = folder / "sweeps" / "real" / "tensorboard" / "later"
        later.mkdir()
        (file,) = (later.parent / "naive").iterdir()
        (later / file.name).write_bytes(file.read_bytes())
        wait_for(lambda: "later" in ask(address), 60)
        subprocess.run(["rm", "-r", str(later)], check=True)
