"""All swept settings of all trials at once, as parallel coordinates."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from lstm_sweep.formats import counted, is_number
from lstm_sweep.report.page.blocks import Block, Figure, LeftOut, Part
from lstm_sweep.report.page.figures import figure, numbers, plotted
from lstm_sweep.report.page.material import Material
from lstm_sweep.trials.label import setting_text

MOST_NAMED = 12
"""Values of a setting that are each written beside its axis; more numbers than that are a range."""

_WIDE_RANGE = 50.0
"""Ratio of the largest to the smallest from which on a range is drawn on a logarithmic axis."""

_LONGEST = 14
_MOST_UPRIGHT = 8


def _blocks(material: Material) -> Sequence[Block]:
    rows = [row for row in material.board if row["status"] == "completed" and _score(row) is not None]
    if not material.swept:
        raise LeftOut("Nothing was swept.")
    if len(rows) < 2:
        raise LeftOut(f"{counted(len(rows), 'trial')} completed: there is nothing to compare.")
    skills = [100.0 * (1.0 - math.exp(_score(row) or 0.0)) for row in rows]
    floor = _floor(skills)
    clipped = [max(skill, floor) for skill in skills]
    trials = [material.values(row["trial"]) for row in rows]
    dimensions = [_dimension(path, [values.get(path) for values in trials]) for path in material.swept]
    dimensions.append({"label": "skill, %", "values": numbers(clipped)})
    below = sum(skill < floor for skill in skills)
    note = f" {counted(below, 'trial')} worse than {floor:.1f} % end at the bottom." if below else ""
    caption = (
        "One line per trial, the stronger its colour the higher its skill on validation. Drag along an axis to keep "
        f"only the trials that pass there; click to let go.{note}"
    )
    figure = _figure(dimensions, clipped)
    return [Figure("parallel", caption, {"": figure}, height=380, width=96 * len(dimensions))]


def _figure(dimensions: list[dict[str, Any]], skills: list[float]) -> dict[str, Any]:
    trace = {
        "type": "parcoords",
        "dimensions": dimensions,
        "line": {"color": numbers(skills), "colorscale": [[0, "var(--pale)"], [1, "var(--accent)"]]},
        "labelangle": -20 if len(dimensions) > _MOST_UPRIGHT else 0,
        "labelfont": {"size": 12, "color": "var(--ink)"},
        "tickfont": {"size": 11, "color": "var(--ink)"},
        "rangefont": {"size": 1, "color": "rgba(0,0,0,0)"},
        "unselected": {"line": {"color": "var(--faint)", "opacity": 0.15}},
    }
    return figure([trace], {}, {}, margin={"l": 52, "r": 44, "t": 60, "b": 18})


def _score(row: dict[str, str]) -> float | None:
    score = float(row["score"] or "nan")
    return score if math.isfinite(score) else None


def _floor(skills: list[float]) -> float:
    """Below it lie only trials that would press all others into one line."""
    low, middle, high = np.quantile(skills, [0.0, 0.5, 1.0])
    return float(max(low, middle - 4.0 * (high - middle))) if high > middle else float(low)


def _dimension(path: str, values: list[Any]) -> dict[str, Any]:
    label = plotted(path.rpartition(".")[2])
    distinct = {setting_text(value): value for value in values}
    are_numbers = all(is_number(value) and not isinstance(value, bool) for value in values)
    if are_numbers and len(distinct) > MOST_NAMED:
        return {"label": label, **_range(np.array(values, dtype=float))}
    names = sorted(distinct, key=lambda name: order_of(distinct[name]))
    places = {name: place for place, name in enumerate(names)}
    ticks = [name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…" for name in names]
    return {
        "label": label,
        "values": [places[setting_text(value)] for value in values],
        "range": [-0.2, len(names) - 0.8] if len(names) > 1 else [-1, 1],
        "tickvals": list(places.values()),
        "ticktext": ticks,
    }


def order_of(value: Any) -> tuple[int, float, str]:
    """Sorts values: null, then numbers by size, then words."""
    if value is None:
        return 0, 0.0, ""
    return (1, float(value), "") if is_number(value) else (2, 0.0, setting_text(value))


def _range(values: Any) -> dict[str, Any]:
    low, high = float(values.min()), float(values.max())
    if low > 0 and high / low >= _WIDE_RANGE:
        values, low, high = np.log10(values), math.log10(low), math.log10(high)
        ticks = np.linspace(low, high, 5)
        return {
            "values": numbers(values),
            "tickvals": numbers(ticks),
            "ticktext": [f"{10**tick:.2g}" for tick in ticks],
        }
    ticks = np.linspace(low, high, 5)
    return {"values": numbers(values), "tickvals": numbers(ticks), "ticktext": [f"{tick:.3g}" for tick in ticks]}


PARALLEL = Part(
    anchor="parallel",
    title="All settings at once",
    caption="Which combinations did well: follow the strongest lines from the right to the left.",
    blocks=_blocks,
)
