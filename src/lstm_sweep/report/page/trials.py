"""Trials as figures show them: with their skill on validation, all or the best and a spread of the others."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_sweep.formats import counted
from lstm_sweep.report.page.figures import SOFT, Plain, numbers, plotted
from lstm_sweep.report.page.material import Material
from lstm_sweep.report.page.scale import ClippedScale

MOST_BEST = 200
"""Best trials in a figure that is slow with all of them."""

MOST_OTHERS = 200
"""Others that are drawn with them, evenly from the second best to the worst."""


_SIZES = {"circle": 7}
"""Pixels of a symbol; those at the edge are larger."""


@dataclass(frozen=True)
class Dot:
    """A completed trial.

    Attributes:
        trial: its id.
        skill: on validation, percent.
        values: of the swept settings, by path.
    """

    trial: str
    skill: float
    values: dict[str, Any]


def skill_of(score: float) -> float:
    """Skill in percent of a score, nan where it is not finite."""
    return 100.0 * (1.0 - math.exp(score)) if math.isfinite(score) else math.nan


def completed(material: Material) -> list[Dot]:
    """Trials that completed, best first."""
    rows = [row for row in material.board if row["status"] == "completed" and math.isfinite(_score(row))]
    return [Dot(row["trial"], skill_of(_score(row)), material.values(row["trial"])) for row in rows]


def thinned(dots: Sequence[Dot]) -> tuple[Sequence[Dot], str]:
    """The best and a spread of the others, and a sentence, with a space before it, that says so; or all."""
    if len(dots) <= MOST_BEST + MOST_OTHERS:
        return dots, ""
    others = np.linspace(MOST_BEST, len(dots) - 1, MOST_OTHERS).round().astype(int)
    shown = [*dots[:MOST_BEST], *(dots[place] for place in others)]
    return shown, f" Drawn: the best {MOST_BEST} of {counted(len(dots), 'trial')}, and {MOST_OTHERS} spread evenly."


def dots(
    material: Material, trials: Sequence[str], x: Sequence[float | None], skills: Sequence[float], scale: ClippedScale
) -> Plain:
    """A dot for each trial, at its skill; it lights up wherever that trial is looked at (linking.js)."""
    said = [f"skill {skill:.4g} %" if math.isfinite(skill) else "did not complete" for skill in skills]
    symbols = scale.symbols(skills)
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "a trial",
        "x": x,
        "y": numbers(scale.clip(skills)),
        "marker": {
            "color": SOFT,
            "size": [_SIZES.get(symbol, 10) for symbol in symbols],
            "opacity": 0.7,
            "symbol": symbols,
        },
        "customdata": list(trials),
        "text": [f"{plotted(material.label(trial))}<br>{skill}" for trial, skill in zip(trials, said, strict=True)],
        "cliponaxis": False,  # a mark at the edge is drawn whole
        "hovertemplate": "%{text}<extra></extra>",
    }


def _score(row: dict[str, str]) -> float:
    return float(row["score"] or "nan")
