"""What each swept value did to the skill, with a band for seed noise."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from lstm_sweep.formats import counted, is_number
from lstm_sweep.report.page.blocks import Block, Figure, LeftOut, Part
from lstm_sweep.report.page.figures import SOFT, WINNER, axis, figure, naive_axis, numbers, plotted
from lstm_sweep.report.page.material import Material
from lstm_sweep.report.page.sections.parallel import MOST_NAMED, order_of
from lstm_sweep.trials.label import setting_text

Effects = list[dict[str, Any]]

_WIDE_RANGE = 50.0


def _blocks(material: Material) -> Sequence[Block]:
    effects: dict[str, Effects] = material.told("effects") or {}
    drawn = {path: each for path, each in effects.items() if len(each) > 1}
    if not drawn:
        raise LeftOut("No setting has two values among the completed trials.")
    ends = [skill for each in drawn.values() for effect in each for skill in _skills(effect)]
    limits = _limits(ends)
    return [_figure(number, path, each, limits) for number, (path, each) in enumerate(drawn.items())]


def _figure(place: int, path: str, effects: Effects, limits: list[float]) -> Figure:
    effects = sorted(effects, key=lambda effect: order_of(effect["value"]))
    is_range = len(effects) > MOST_NAMED and all(is_number(effect["value"]) for effect in effects)
    x = [effect["value"] if is_range else plotted(setting_text(effect["value"])) for effect in effects]
    skills = np.array([_skills(effect) for effect in effects])
    low, mean, high = skills.T
    trace = {
        "type": "scatter",
        "mode": "markers" if is_range else "lines+markers",
        "x": x,
        "y": numbers(mean),
        "line": {"color": SOFT, "width": 1},
        "marker": {"color": WINNER, "size": 8},
        "error_y": _band(low, mean, high) | ({"width": 0, "thickness": 1} if is_range else {}),
        "text": [plotted(_words(effect)) for effect in effects],
        "hovertemplate": "%{text}<br>skill %{y:.3f} %<extra></extra>",
    }
    horizontal = _range_axis(x) if is_range else axis("", type="category", categoryarray=x)
    view = figure([trace], horizontal, naive_axis("skill, %", range=limits))
    return Figure(f"effect-{place}", path, {"": view}, height=240, wide=False)


def _skills(effect: dict[str, Any]) -> tuple[float, float, float]:
    """Skill in percent: low, mean, high. A low score is a high skill."""
    scores = (effect.get("high"), effect["mean"], effect.get("low"))
    low, mean, high = (100.0 * (1.0 - math.exp(score)) if is_number(score) else math.nan for score in scores)
    return low, mean, high


def _band(low: Any, mean: Any, high: Any) -> dict[str, Any]:
    plain = {"type": "data", "symmetric": False, "color": WINNER, "thickness": 1.5, "width": 4}
    return plain | {"array": numbers(high - mean), "arrayminus": numbers(mean - low)}


def _limits(ends: list[float]) -> list[float]:
    """One range for all plots; values that did far worse than the rest may lie outside of it."""
    finite = np.array([end for end in ends if math.isfinite(end)])
    low, high = float(np.quantile(finite, 0.05)), float(finite.max())
    margin = 0.08 * (max(high, 0.0) - min(low, 0.0)) or 0.1
    return [min(low, 0.0) - margin, max(high, 0.0) + margin]


def _range_axis(values: list[Any]) -> dict[str, Any]:
    is_wide = min(values) > 0 and max(values) / min(values) >= _WIDE_RANGE
    return axis("", type="log", dtick=1, exponentformat="none") if is_wide else axis("")


def _words(effect: dict[str, Any]) -> str:
    return f"{setting_text(effect['value'])} ({counted(effect.get('num_trials', 1), 'trial')})"


EFFECTS = Part(
    anchor="effects",
    title="What each setting did",
    caption="Mean skill on validation of all trials with a value, whatever their other settings. Bars show the "
    "seed noise: where they overlap, the difference may be nothing else.",
    blocks=_blocks,
)
