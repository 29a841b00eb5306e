"""The look that all plots share, as Plotly's `data` and `layout`.

Colours are names of the page's style sheet, `var(--accent)`: page.js puts the colour in, as it is at that moment, so
that plots follow the page into the dark and onto paper.
"""

import html
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.formats import decimals_for

Plain = dict[str, Any]

INK, SOFT, GRID = "var(--ink)", "var(--soft)", "var(--grid)"
WINNER, NAIVE, FAINT = "var(--accent)", "var(--naive)", "var(--faint)"
CLEAR = "rgba(0,0,0,0)"

NAIVE_NAME: Plain = {
    "text": "naive",
    "xref": "paper",
    "x": 1,
    "xanchor": "left",
    "y": 0,
    "yanchor": "middle",
    "showarrow": False,
    "font": {"size": 11, "color": SOFT},  # its own colour is too pale for letters
}
"""Names the line of naive, beside its right end."""


def figure(traces: Sequence[Plain], x: Plain, y: Plain, **layout: Any) -> Plain:
    """A plot of `traces` over one pair of axes.

    Args:
        traces: Plotly's.
        x: horizontal axis, from `axis`.
        y: vertical axis.
        layout: whatever else Plotly's layout takes.
    """
    plain = {
        "xaxis": x,
        "yaxis": y,
        "font": {"size": 12, "color": INK},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "margin": {"l": 8, "r": 38 if "annotations" in layout else 8, "t": 28, "b": 8},
        "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "bgcolor": CLEAR},
        "hoverlabel": {"bgcolor": "var(--panel)", "bordercolor": GRID, "font": {"color": INK}, "align": "left"},
        "showlegend": False,
    }
    return {"data": list(traces), "layout": plain | layout}


def axis(title: str, **changes: Any) -> Plain:
    """An axis that makes room for its own labels."""
    plain = {
        "title": {"text": title, "standoff": 8},
        "automargin": True,
        "gridcolor": GRID,
        "linecolor": GRID,
        "zeroline": False,
        "layer": "below traces",  # a mark at the edge is not crossed out
    }
    return plain | changes


def digits_of(values: Iterable[float]) -> Plain:
    """What an axis is told of numbers so small or so large that they need an exponent; nothing of others.

    Plotly would write them with the prefixes of units: 8 millionths of a price as '8μ'.
    """
    sizes = np.abs(np.fromiter(values, dtype=np.float64))
    sizes = sizes[np.isfinite(sizes)]
    needs_exponent = sizes.size > 0 and decimals_for(float(np.median(sizes))) is None
    return {"exponentformat": "e", "hoverformat": ".6~g"} if needs_exponent else {}


def line(x: Sequence[Any], y: Sequence[Any], name: str, colour: str, width: float = 1.5, **changes: Any) -> Plain:
    """A line; `name` is text that may have come from anyone."""
    plain = {"type": "scatter", "mode": "lines", "x": x, "y": y, "name": plotted(name)}
    return plain | {"line": {"color": colour, "width": width}} | changes


def naive_axis(title: str, **changes: Any) -> Plain:
    """An axis of something that is 0 for naive: a line in its colour runs there."""
    return axis(title, zeroline=True, zerolinecolor=NAIVE, zerolinewidth=1.5, **changes)


def plotted(text: str) -> str:
    """Text as Plotly shows it letter by letter: it would read some tags."""
    return html.escape(text, quote=False)


def numbers(values: NDArray[Any] | Iterable[float]) -> list[float | None]:
    """Seven digits of each, null for what is not finite."""
    return [float(f"{value:.7g}") if np.isfinite(value) else None for value in np.asarray(values, dtype=np.float64)]


def times(values: NDArray[np.datetime64]) -> list[str]:
    """ISO 8601, without the time of day where all are midnight."""
    is_daily = bool((values == values.astype("datetime64[D]")).all())
    return np.datetime_as_string(values, unit="D" if is_daily else "s").tolist()
