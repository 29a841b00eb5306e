"""What every trial has to beat: rows of the leaderboard for naive, the baselines and the ensemble."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lstm_sweep.formats import MISSING, is_number
from lstm_sweep.report.page.blocks import Cell, Mark, Row
from lstm_sweep.report.page.cells import number_cell, percent_cell
from lstm_sweep.report.page.material import Material
from lstm_sweep.report.page.sections import marks
from lstm_sweep.report.page.sections.skill_scale import SkillScale


@dataclass(frozen=True)
class _Reference:
    """What a row tells; `scores` are those on the test span, as summary.json names them."""

    name: str
    marks: tuple[Mark, ...]
    score: float | None
    scores: dict[str, Any]
    description: str = ""


KINDS = {
    "naive": "the forecast that the price stays what it last was",
    "drift": "the last price, moved by the mean change of the past",
    "ses": "simple exponential smoothing",
    "ets": "exponential smoothing of error, trend and season",
    "arima": "autoregressive integrated moving average",
    "ridge": "linear regression on what the model reads, with a penalty on large weights",
    "microprice": "best bid and ask, each weighted by the size on the other side",
    "ridge_all": "ridge on every covariate that any trial reads",
    "ensemble": "the forecasts of the best trial, averaged over its seeds",
}
"""What the names of references mean."""

Decimals = tuple[int | None, int | None, int | None]
"""Of squared prices, of prices and of MAPE; None where they need an exponent."""


def reference_rows(material: Material, titles: Sequence[str], decimals: Decimals, scale: SkillScale) -> list[Row]:
    """Naive first, then the baselines, then the ensemble over the winner's seeds.

    Args:
        material: of the sweep.
        titles: of the columns after the settings.
        decimals: of the scores.
        scale: of the bars.
    """
    in_set = material.told("marks", "confidence_set") or ()
    rows = []
    for reference in _references(material):
        found = (*reference.marks, *([marks.MAY_BE_BEST] if reference.name in in_set else []))
        loud = tuple(mark for mark in found if mark.tone in ("good", "bad"))
        cells = _numbers(reference, decimals, scale)
        cells["marks"] = Cell("", marks=tuple(mark for mark in found if mark not in loud))
        name = Cell(reference.name, reference.description, loud)
        settings = [Cell("")] * len(material.swept)
        rows.append(Row([name, *settings, *(cells.get(title, Cell("")) for title in titles)], "reference"))
    return rows


def _references(material: Material) -> Iterator[_Reference]:
    naive = material.told("naive")
    scores = {f"test_{name}": value for name, value in naive.items()} | {"test_skill": 0.0} if naive else {}
    yield _Reference("naive", (), 0.0, scores)
    for each in material.told("baselines") or ():
        found = (marks.FAILED,) if each.get("failure") else (marks.BEST_BASELINE,) * bool(each.get("best"))
        if each["name"] != "naive":
            yield _Reference(each["name"], found, each.get("validation_score"), each, each.get("description") or "")
    if material.told("ensemble"):
        yield _Reference("ensemble", (), None, material.told("ensemble"))


def _numbers(reference: _Reference, decimals: Decimals, scale: SkillScale) -> dict[str, Cell]:
    """Cells by the title of their column."""
    score, scores = reference.score, reference.scores
    skill = percent_cell(1.0 - math.exp(score)) if is_number(score) else Cell(MISSING)
    return {
        "validation skill %": replace(skill, bar=scale.bar(score)),
        "test skill %": percent_cell(scores.get("test_skill")),
        "score": number_cell(score, 4),
        "test RMSE": number_cell(scores.get("test_rmse"), decimals[1]),
        "test MAPE %": number_cell(scores.get("test_mape"), decimals[2]),
        "test MSE": number_cell(scores.get("test_mse"), decimals[0]),
    }
