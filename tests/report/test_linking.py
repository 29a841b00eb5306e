"""A trial that is looked at anywhere lights up everywhere, with two trials as with two thousand."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lstm_sweep.report.page.build import write_report
from tests.browser import Page, chromium
from tests.report.folder import make_sweep

MOST_BYTES = {2: 8e6, 60: 8e6, 2000: 12e6}

FINISHED = "new Promise((resume) => requestAnimationFrame(() => requestAnimationFrame(resume)))"

LIT = """
Object.fromEntries([...document.querySelectorAll('figure[data-plot]')]
  .map((each) => [each.dataset.plot, each.querySelectorAll('.lit > *').length]).filter(([, count]) => count > 0))
"""
"""How many marks of a trial are drawn over each plot."""

OVERLAPS = """
[...document.querySelectorAll('figure[data-plot]')].filter((figure) => {
  const box = (selector) => figure.querySelector(selector)?.getBoundingClientRect();
  const legend = box('.legend'), titles = [box('.xtitle'), box('.ytitle')];
  const meet = (one, other) => one && other && one.width > 0 && other.width > 0
    && one.left < other.right - 1 && other.left < one.right - 1
    && one.top < other.bottom - 1 && other.top < one.bottom - 1;
  const bar = box('.modebar');
  return titles.some((title) => meet(legend, title)) || (innerWidth < 600 && meet(legend, bar));
}).map((figure) => figure.dataset.plot)
"""
"""Figures in which the legend lies over the title of an axis, or on phones under the tool bar."""

DOTS = """
[...document.querySelectorAll('.js-plotly-plot')].flatMap((plot) => plot.data
  .filter((trace) => Array.isArray(trace.customdata) && trace.type === 'scatter')
  .flatMap((trace) => trace.y.filter((y) => {
    const [low, high] = plot._fullLayout.yaxis.range;
    return y === null || y < low || y > high;
  })))
"""
"""Dots of trials that lie outside of their axis."""

TIMES = """
(async () => {
  const all = document.querySelectorAll('tr[data-trial]');
  const rows = Array.from({ length: 20 }, (_, number) => all[number % all.length]);
  const pictures = [...document.querySelectorAll('.js-plotly-plot'), rows[0].closest('table')];
  const frame = () => new Promise(requestAnimationFrame);
  const timed = async (...steps) => {
    const start = performance.now();
    for (const step of steps) {
      step();
      await frame();
      await frame();
    }
    return performance.now() - start;
  };
  const fade = (row, on) => {
    pictures.forEach((each) => each.classList.toggle('looking', on));
    row.classList.toggle('looked', on);
  };
  const point = (row, kind) => row.dispatchEvent(new PointerEvent(kind, { bubbles: true, pointerType: 'mouse' }));
  const looked = [], faded = [];
  for (const row of rows) {
    faded.push(await timed(() => fade(row, true), () => fade(row, false)));
    looked.push(await timed(() => point(row, 'pointerover'), () => point(row, 'pointerout')));
  }
  return [looked, faded];
})()
"""
"""Milliseconds of twenty looks at a trial, and of fading the pictures by hand as those do: on and off, each drawn."""

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Case:
    """A report over so many trials."""

    num_trials: int
    report: Path


@pytest.fixture(scope="module", params=[2, 60, 2000])
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    count: int = request.param
    generator = np.random.default_rng(0)
    values: list[dict[str, Any]] = [
        {
            "training.learning_rate": float(10 ** generator.uniform(-4, -1)),
            "model.dropout": float(generator.uniform(0, 0.5)),
            "model.activation": str(generator.choice(["tanh", "relu"])) if number > 1 else ("tanh", "relu")[number],
        }
        for number in range(count)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)  # what is invented need not survive a power cut
        folder = make_sweep(tmp_path_factory.mktemp("sweeps") / "example", values=values, seeds=1, windows=60)
    return Case(count, write_report(folder))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


def point_at(page: Page, trial: str, kind: str = "pointerover") -> None:
    page.ask(f"""
        document.querySelector('tr[data-trial="{trial}"]')
          .dispatchEvent(new PointerEvent('{kind}', {{ bubbles: true, pointerType: 'mouse' }}));
    """)
    page.ask(FINISHED)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pictures_are_quiet_whole_and_do_not_overlap(case: Case, page: Page, width: int, dark: bool) -> None:
    page.complaints.clear()
    page.open(case.report, width, dark=dark)
    assert page.complaints == []
    assert page.ask(OVERLAPS) == []
    assert page.ask(DOTS) == []
    assert page.ask("document.documentElement.scrollWidth <= innerWidth")
    unnamed = "[...document.querySelectorAll('.plot')].filter((each) => !each.ariaLabel).length"
    assert page.ask(unnamed) == 0
    assert case.report.stat().st_size < MOST_BYTES[case.num_trials]


def test_row_lights_its_trial_up_in_every_picture_and_leaving_restores(case: Case, page: Page) -> None:
    page.open(case.report, 1280)
    assert page.ask(LIT) == {}
    point_at(page, "0001")
    names = {"learning", "history", "parallel", "effect-0", "effect-1", "effect-2"}
    assert page.ask(LIT) == dict.fromkeys(names, 1)
    assert page.ask("[...document.querySelectorAll('.looked')].map((each) => each.dataset.trial)") == ["0001"]
    point_at(page, "0001", "pointerout")
    assert page.ask(LIT) == {}
    assert page.ask("document.querySelectorAll('.looked, .looking').length") == 0


def test_dot_under_the_pointer_lights_its_row_up(case: Case, page: Page) -> None:
    page.open(case.report, 1280, height=1000)
    page.ask("document.querySelector('[data-plot=history]').scrollIntoView({ block: 'center' })")
    place = page.ask("""(() => {
        const plot = document.querySelector('[data-plot=history] .js-plotly-plot');
        const trace = plot.data.find((each) => Array.isArray(each.customdata));
        const { xaxis, yaxis } = plot._fullLayout, box = plot.getBoundingClientRect();
        return [box.left + xaxis._offset + xaxis.d2p(trace.x[0]), box.top + yaxis._offset + yaxis.d2p(trace.y[0])];
    })()""")
    page.send("Input.dispatchMouseEvent", type="mouseMoved", x=place[0] + 200, y=place[1] + 90)
    page.send("Input.dispatchMouseEvent", type="mouseMoved", x=place[0], y=place[1])
    page.wait("document.querySelector('.looked') !== null")
    trial = page.ask("document.querySelector('.looked').dataset.trial")
    assert int(trial) <= case.num_trials // 100, "one that lies under the pointer"
    assert page.ask(LIT)["learning"] == 1
    for kind in ("mousePressed", "mouseReleased"):
        page.send("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)
    page.send("Input.dispatchMouseEvent", type="mouseMoved", x=5, y=5)
    page.wait("document.querySelector('[data-trial][aria-current]') !== null")
    page.ask(FINISHED)
    assert page.ask("document.querySelector('.looked').dataset.trial") == trial, "a click pins"
    page.ask("document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))")
    page.ask(FINISHED)
    assert page.ask("document.querySelectorAll('.looked, [aria-current]').length") == 0


def test_keyboard_goes_from_row_to_row(case: Case, page: Page) -> None:
    page.open(case.report, 1280)
    assert page.ask("document.querySelectorAll('[data-trial][tabindex=\"0\"]').length") == 1
    page.ask("document.querySelector('[data-trial][tabindex=\"0\"]').focus()")
    looked = []
    for key in ("ArrowDown", "ArrowUp"):
        page.ask(
            f"document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {{ key: '{key}', bubbles: true }}))"
        )
        page.ask(FINISHED)
        looked.append(page.ask("document.querySelector('.looked').dataset.trial"))
    assert looked == ["0001", "0000"]


def test_lit_line_meets_the_axes_where_the_trial_is(case: Case, page: Page) -> None:
    """Against the ticks, whose places Plotly draws and whose values it was told."""
    page.open(case.report, 1280)
    point_at(page, "0001")
    found = page.ask("""(() => {
        const figure = document.querySelector('[data-plot=parallel]'), trace = figure.querySelector('.plot').data[0];
        const point = trace.customdata.indexOf('0001');
        const line = figure.querySelector('.lit polyline'), home = figure.querySelector('.lit').getBoundingClientRect();
        return [...figure.querySelectorAll('.parcoords .y-axis')].map((axis, place) => {
            const dimension = trace.dimensions[place];
            const ticks = [...axis.querySelectorAll('.tick line')]
                .map((tick) => tick.getBoundingClientRect().top - home.top);
            return [dimension.values[point], dimension.tickvals, ticks, line.points[place].y];
        });
    })()""")
    assert len(found) == 4
    for value, ticks, pixels, drawn in found:
        order = np.argsort(pixels)[::-1]  # a higher value lies higher on the page
        if len(ticks) > 1:
            slope, start = np.polyfit(ticks, np.array(pixels)[order], 1)
            assert drawn == pytest.approx(start + slope * value, abs=1.5)


def test_looking_around_takes_no_longer_than_fading_the_pictures(case: Case, page: Page) -> None:
    """Against the browser's own work, which no code of the page can spare, one after the other on the same machine."""
    page.open(case.report, 1280)
    looked, faded = page.ask(TIMES)
    assert len(looked) == len(faded) == 20
    assert np.median(looked) < 2 * np.median(faded)
