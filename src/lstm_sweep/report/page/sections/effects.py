"""What each swept value did to the skill: every trial, and the mean of each value with a band for seed noise."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_sweep.formats import counted, is_number
from lstm_sweep.report.page.blocks import Block, Figure, LeftOut, Notes, Part
from lstm_sweep.report.page.figures import NAIVE_NAME, WINNER, Plain, axis, figure, numbers, plotted
from lstm_sweep.report.page.lost import lost_note
from lstm_sweep.report.page.material import Material
from lstm_sweep.report.page.ranges import Placed, placed
from lstm_sweep.report.page.scale import ClippedScale
from lstm_sweep.report.page.trials import Dot, completed, dots, skill_of, thinned
from lstm_sweep.stats.effects import grouped
from lstm_sweep.trials.label import setting_text

_SPREAD = 0.16
"""How far trials of one choice are drawn beside each other, where the next choice is 1 away."""


@dataclass(frozen=True)
class _Mean:
    """Mean skill of the trials of one value, or of neighbouring values: from `start` to `stop` on the axis."""

    start: float
    stop: float
    low: float
    mean: float
    high: float
    words: str


@dataclass(frozen=True)
class _Trials:
    """What all plots share: the completed trials, those of them that are drawn, their scale, and words about both."""

    all: Sequence[Dot]
    shown: Sequence[Dot]
    scale: ClippedScale
    note: str


def _blocks(material: Material) -> Sequence[Block]:
    effects: dict[str, list[dict[str, Any]]] = material.told("effects") or {}
    everyone = completed(material)
    drawn = {path: each for path, each in effects.items() if len(each) > 1}
    if not drawn:
        raise LeftOut(f"No setting has two values among the completed trials. {lost_note(material)}".rstrip())
    means = [effect for each in drawn.values() for effect in each]
    skills = [dot.skill for dot in everyone] or [skill_of(effect["mean"]) for effect in means]
    scale = ClippedScale.of(skills).reaching([end for effect in means for end in _ends(effect)])
    shown, said = thinned(everyone)
    trials = _Trials(everyone, shown, scale, scale.note(skills) + said)
    figures = [_figure(material, place, path, each, trials) for place, (path, each) in enumerate(drawn.items())]
    return [Notes([*_lost(material, effects), ("plain", _of_bars(material, means))]), *figures]


def _lost(material: Material, effects: dict[str, list[dict[str, Any]]]) -> list[tuple[str, str]]:
    """What no picture shows: trials without a score, and settings of which one value is left."""
    single = [
        f"No picture of {path}: all trials that completed have {setting_text(each[0]['value'])}."
        for path, each in effects.items()
        if len(each) == 1
    ]
    note = lost_note(material)
    return [("warn", text) for text in ([note] if note else []) + single]


def _of_bars(material: Material, means: list[dict[str, Any]]) -> str:
    """How far bars can be trusted; there are none from one seed."""
    if not any(is_number(effect.get("low")) and is_number(effect.get("high")) for effect in means):
        return "There are no bars: how much is chance of training takes two seeds to see, and three to trust (seeds=3)."
    seeds = material.history.start.seeds if material.history.start else material.told("verdict", "num_seeds")
    few = (
        " They rest on 2 seeds: a deviation of two numbers is itself mostly chance, so that bars of equal settings "
        "may be long or short. More seeds (seeds=3 or more) steady them."
    )
    return (
        "Bars show the seed noise of a mean: where they overlap, the difference may be nothing else; one that meets "
        f"the edge of a picture continues beyond it.{few if seeds == 2 else ''}"
    )


def _figure(material: Material, number: int, path: str, effects: list[dict[str, Any]], trials: _Trials) -> Figure:
    values = [dot.values.get(path) for dot in trials.all] or [effect["value"] for effect in effects]
    where, shown = placed(material, path, values), trials.shown
    place_of = dict(zip((dot.trial for dot in trials.all), where.places, strict=False))
    beside = _beside(len(shown)) if where.kind == "choices" else np.zeros(len(shown))
    x = numbers(np.array([place_of[dot.trial] for dot in shown]) + beside)
    cloud = dots(material, [dot.trial for dot in shown], x, [dot.skill for dot in shown], trials.scale)
    means = _mean_traces(_means(effects, values, where), trials.scale)
    ticks = {"tickvals": numbers(where.ticks), "ticktext": [plotted(word) for word in where.words]}
    name = plotted(path.rpartition(".")[2]) + (", logarithmic" if where.kind == "log" else "")
    view = figure(
        [cloud, *means],
        axis(name, range=numbers(where.ends), **ticks),
        trials.scale.axis("skill, %"),
        annotations=[NAIVE_NAME],
    )
    what = "large dots the means of each value" if where.kind == "choices" else "lines the means of neighbouring fifths"
    caption = f"{path}: small dots are trials, {what}.{trials.note}"
    return Figure(f"effect-{number}", caption, {"": view}, height=260, wide=False)


def _beside(count: int) -> Any:
    """Steps to the left and right that keep trials of one value apart, the same at every making of the page."""
    return _SPREAD * (2 * (np.arange(count) * 0.618034 % 1.0) - 1)


def _means(effects: list[dict[str, Any]], values: Sequence[Any], where: Placed) -> list[_Mean]:
    """The means of the summary where they lie on the axis; left out where the trials of a mean are not known."""
    inside: dict[str, list[float]] = {}
    for value, label, place in zip(values, grouped(values), where.places, strict=True):
        for text in {setting_text(value), setting_text(label)}:
            inside.setdefault(text, []).append(place)
    found = []
    for effect in effects:
        if of := inside.get(setting_text(effect["value"])):
            low, mean, high = _ends(effect)
            words = f"{plotted(setting_text(effect['value']))} ({counted(effect.get('num_trials', 1), 'trial')})"
            found.append(_Mean(min(of), max(of), low, mean, high, words))
    return sorted(found, key=lambda mean: mean.start)


def _ends(effect: dict[str, Any]) -> tuple[float, float, float]:
    """Skill in percent: low, mean, high. A low score is a high skill."""
    low, mean, high = (
        skill_of(effect[end]) if is_number(effect.get(end)) else math.nan for end in ("high", "mean", "low")
    )
    return low, mean, high


def _mean_traces(means: list[_Mean], scale: ClippedScale) -> list[Plain]:
    """A dot with its band for each value; of a group of neighbours, a line as long as the group is wide."""
    middle = np.array([(mean.start + mean.stop) / 2 for mean in means])
    skill = np.array([mean.mean for mean in means])
    drawn = scale.clip(skill)
    band = {
        "type": "data",
        "symmetric": False,
        "array": numbers(np.maximum(np.array([mean.high for mean in means]) - drawn, 0.0)),
        "arrayminus": numbers(drawn - np.array([mean.low for mean in means])),
        "color": WINNER,
        "thickness": 1.5,
        "width": 4,
    }
    lines_x = [end for mean in means if mean.stop > mean.start for end in (mean.start, mean.stop, math.nan)]
    lines_y = [end for mean in means if mean.stop > mean.start for end in (mean.mean, mean.mean, math.nan)]
    marks = {
        "type": "scatter",
        "mode": "markers",
        "name": "mean",
        "x": numbers(middle),
        "y": numbers(drawn),
        "marker": {"color": WINNER, "size": 9, "symbol": scale.symbols(skill)},
        "error_y": band,
        "text": [f"{mean.words}<br>mean skill {mean.mean:.4g} %" for mean in means],
        "hovertemplate": "%{text}<extra></extra>",
    }
    across = {"type": "scatter", "mode": "lines", "name": "mean", "x": numbers(lines_x), "y": numbers(lines_y)}
    return [*([across | {"line": {"color": WINNER, "width": 2.5}, "hoverinfo": "skip"}] if lines_x else []), marks]


EFFECTS = Part(
    anchor="effects",
    title="What each setting did",
    caption="Skill on validation (the share by which the error is lower than naive's) of trials by their value, "
    "whatever their other settings.",
    blocks=_blocks,
)
