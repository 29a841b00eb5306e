"""A forecast as a picture: the last bars, what may come after them, and naive."""

import textwrap
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lstm_sweep.data.series import Series
from lstm_sweep.live.path import ForecastPath

_FEWEST = 60
"""Past bars that are drawn, or five times as many as are forecast."""


def draw(path: ForecastPath, past: Series, model: str, verdict: str, file: Path) -> None:
    """Write the picture of a forecast as PNG.

    Args:
        path: the forecast.
        past: the series up to its origin.
        model: what made it, for people.
        verdict: the sentence of its sweep.
        file: to write.
    """
    figure = Figure(figsize=(9.6, 5.4), dpi=150, layout="constrained")
    axes = figure.subplots()
    rows = slice(-max(_FEWEST, 5 * len(path.steps)), None)
    draw_lines(axes, path, past.timestamps[rows], past.values[rows])
    axes.set_title(_plain(f"{path.series}, by {model}"), loc="left", fontsize=11)
    axes.grid(axis="y", alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="best", fontsize=9)
    axes.set_xlabel("time (UTC)" if path.timed else "bar")
    lines = textwrap.wrap(_plain(f"Verdict of the sweep: {verdict}"), 180)
    figure.supxlabel("\n".join(lines), fontsize=7, x=0.01, ha="left")
    figure.savefig(file, format="png")


def draw_lines(axes: Axes, path: ForecastPath, times: np.ndarray, prices: np.ndarray) -> None:
    """The lines and the interval: past bars at `times`, then the steps ahead, all from the last price on."""
    origin = path.origin
    ahead = np.array([origin, *(step.time for step in path.steps)])
    low, high = (np.array([path.naive, *(getattr(step, end) for step in path.steps)]) for end in ("low", "high"))
    if not path.timed:
        times, ahead = (each.astype("datetime64[s]").astype(np.int64) for each in (times, ahead))
    marker = "o" if len(path.steps) < 30 else ""
    axes.plot(times, prices, color="#1b1f27", linewidth=1.2, label="actual")
    axes.fill_between(ahead, low, high, color="#2f55c7", alpha=0.18, linewidth=0, label=_interval(path))
    axes.plot(
        ahead,
        [path.naive, *(step.price for step in path.steps)],
        color="#2f55c7",
        label="forecast",
        marker=marker,
        markersize=3,
    )
    axes.plot(ahead, np.full(len(ahead), path.naive), color="#8a5a00", linestyle=":", label="naive: the last price")


def _interval(path: ForecastPath) -> str:
    judged = sum(step.judged for step in path.steps)
    if not judged:
        return "no interval"
    held = 100 * sum(step.held for step in path.steps) / judged
    return f"interval meant to hold {100 * path.coverage:g} %; held {held:.0f} % so far"


def _plain(text: str) -> str:
    """Text that matplotlib takes for no formula."""
    return text.replace("$", r"\$")
