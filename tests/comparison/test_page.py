"""sweeps/index.html in a real browser: complete, quiet, escaped, sorted by a click or a key."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lstm_sweep.comparison.compare import compare
from lstm_sweep.comparison.scale import skill_bars
from lstm_sweep.errors import UserError
from tests.browser import Page, chromium
from tests.comparison.sweeps import add_sweep, verdict
from tests.report.test_page import CUT_OFF, HOSTILE

TABLE = "[...document.querySelectorAll('table')].find((table) => table.innerText.includes('middle'))"
FIRST = f"[...{TABLE}.tBodies[0].rows].map((row) => row.cells[0].innerText)"
HEADINGS = f"[...{TABLE}.tHead.rows[0].cells].map((cell) => cell.innerText)"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three sweeps on the same prices, one on others of a harmful name, one that is not finished."""
    sweeps = tmp_path_factory.mktemp("folder") / "sweeps"
    skills = {"middle": 0.01, "best": 0.1, "ünïcode": -0.02}
    for number, (name, skill) in enumerate(skills.items()):
        found = verdict("beats_naive" if skill == 0.1 else "worse", skill=skill, interval=[skill - 0.01, skill + 0.02])
        best = {"trial": "0000", "values": {"model.activation": HOSTILE}, "score": number / 10}
        settings = {"model": {"units": number, "activation": HOSTILE if number else "tanh"}}
        add_sweep(sweeps, name, settings=settings, summary={"verdict": found, "best": best})
    harmful = {"name": HOSTILE, "bars": 900, "digest": HOSTILE}
    add_sweep(sweeps, "a-sweep-with-a-name-as-long-as-names-of-sweeps-are-at-times", summary={"data": harmful})
    (add_sweep(sweeps, "stopped") / "summary.json").unlink()
    return compare(sweeps).write_page()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_page_is_complete_and_quiet(index: Path, page: Page, width: int, dark: bool) -> None:
    page.complaints.clear()
    page.requests.clear()
    page.open(index, width, dark=dark)
    assert page.complaints == []
    assert [address for address in page.requests if not address.startswith("data:")] == [index.as_uri()]
    assert page.ask(CUT_OFF) == []
    assert page.ask("window.harmed") is None
    assert page.ask("document.documentElement.scrollWidth") <= width
    assert page.ask("document.body.innerText.includes('stopped: unfinished')")


@pytest.mark.slow
def test_click_on_a_heading_sorts_by_its_numbers_and_once_more_turns_them(index: Path, page: Page) -> None:
    page.open(index, 1280)
    assert page.ask(FIRST) == ["middle", "best", "ünïcode"]
    place = page.ask(HEADINGS).index("test %")
    heading = f"{TABLE}.tHead.rows[0].cells[{place}]"
    page.ask(f"{heading}.querySelector('button').click()")
    assert (page.ask(FIRST), page.ask(f"{heading}.ariaSort")) == (["ünïcode", "middle", "best"], "ascending")
    page.ask(f"{heading}.querySelector('button').focus()")
    for kind in ("keyDown", "keyUp"):
        page.send("Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", windowsVirtualKeyCode=13, text="\r")
    assert (page.ask(FIRST), page.ask(f"{heading}.ariaSort")) == (["best", "middle", "ünïcode"], "descending")


@pytest.mark.slow
def test_links_lead_to_the_reports(index: Path, page: Page) -> None:
    page.open(index, 1280)
    links = page.ask("[...document.querySelectorAll('table a')].map((link) => link.href)")
    assert sorted(links) == sorted(
        path.as_uri() for path in index.parent.glob("*/report.html") if "stopped" not in str(path)
    )


def test_page_holds_no_outside_address_and_nothing_harmful(index: Path) -> None:
    text = index.read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=[\"']?(https?:)?//|@import|url\(", text)
    assert HOSTILE not in text
    assert "&lt;img src=x" in text


def test_skills_lie_on_one_scale(index: Path) -> None:
    (group,) = (each for each in compare(index.parent).groups if len(each.sweeps) == 3)
    lowest, highest = -0.03, 0.12
    for sweep in group.sweeps:
        bar, skill = skill_bars(group.sweeps)[sweep.name], sweep.number("verdict", "skill") or 0.0
        expected = [100 * (each - lowest) / (highest - lowest) for each in (skill - 0.01, skill + 0.02, skill, 0.0)]
        assert [bar.start, bar.stop, bar.dot, bar.zero] == pytest.approx(expected, abs=0.01)


def test_page_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    add_sweep(tmp_path / "sweeps", "one")
    (tmp_path / "sweeps" / "index.html").mkdir()
    with pytest.raises(UserError, match=r"sweeps/index.html must be writable, but is not \(.*\): make .*sweeps/ writ"):
        compare(tmp_path / "sweeps").write_page()


def test_folders_that_are_not_in_the_tables_are_counted_by_what_they_are(tmp_path: Path) -> None:
    add_sweep(tmp_path, "whole")
    for name in ("broken", "torn"):
        (add_sweep(tmp_path, name) / "summary.json").write_text("[]")
    (add_sweep(tmp_path, "stopped") / "summary.json").unlink()
    (tmp_path / "begun").mkdir()
    (tmp_path / "begun" / "command.json").write_text("[]")
    page = compare(tmp_path).write_page().read_text(encoding="utf-8")
    assert "Not in the tables: 2 not finished, 2 that cannot be read." in page


@pytest.mark.parametrize(("units", "num_grey"), [((9, 2, 400), 0), ((9, 9, 2, 2), 0), ((9, 9, 2), 2)])
def test_only_what_more_than_half_of_the_sweeps_have_is_grey(
    tmp_path: Path, units: tuple[int, ...], num_grey: int
) -> None:
    for number, each in enumerate(units):
        add_sweep(tmp_path, f"sweep_{number}", settings={"model": {"units": each}})
    page = compare(tmp_path).write_page().read_text(encoding="utf-8")
    assert page.count('class="usual"') == num_grey
    assert ("is grey" in page) == bool(num_grey)


@pytest.mark.slow
def test_results_have_room_on_a_usual_screen(tmp_path: Path, page: Page) -> None:
    values = {"windows.lags": 10, "model.units": 6, "model.recurrent_activation": "sigmoid", "model.dropout": 0.3}
    best = {"trial": "0000", "values": values | {"training.learning_rate": 0.003876}, "score": 0.1}
    summary = {"verdict": verdict(), "best": best, "stopped": "budget.seconds"}
    for number in range(2):
        add_sweep(tmp_path, f"sweep-{number}", values=[values], summary=summary)
    page.open(compare(tmp_path).write_page(), 1280)
    hidden = page.ask("[...document.querySelectorAll('.scroll')].map((each) => each.scrollWidth - each.clientWidth)")
    assert hidden == [0]
