"""What every trial has to beat: rows of the leaderboard for naive, the baselines and the ensemble."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lstm_sweep.formats import MISSING, is_number
from lstm_sweep.report.page.blocks import Cell, Mark, Row
from lstm_sweep.report.page.cells import number_cell, percent_cell
from lstm_sweep.report.page.material import Material


@dataclass(frozen=True)
class _Reference:
    """What a row tells; `scores` are those on the test span, as summary.json names them."""

    name: str
    marks: tuple[Mark, ...]
    score: float | None
    scores: dict[str, Any]
    description: str = ""


Decimals = tuple[int | None, int | None, int | None]
"""Of squared prices, of prices and of MAPE; None where they need an exponent."""


def reference_rows(material: Material, num_columns: int, decimals: Decimals) -> list[Row]:
    """Naive first, then the baselines, then the ensemble over the winner's seeds.

    Args:
        material: of the sweep.
        num_columns: of the table; those after the scores stay empty.
        decimals: of the scores.
    """
    in_set = material.told("marks", "confidence_set") or ()
    rows = []
    for reference in _references(material):
        marks = (*reference.marks, *([Mark("may be best")] if reference.name in in_set else []))
        cells = [Cell(reference.name, reference.description, marks), *_numbers(reference, decimals)]
        if not material.is_signed:
            cells.append(number_cell(reference.scores.get("test_mape"), decimals[2]))
        rows.append(Row([*cells, *[Cell("")] * (num_columns - len(cells))], "reference"))
    return rows


def _references(material: Material) -> Iterator[_Reference]:
    naive = material.told("naive")
    scores = {f"test_{name}": value for name, value in naive.items()} | {"test_skill": 0.0} if naive else {}
    yield _Reference("naive", (), 0.0, scores)
    for each in material.told("baselines") or ():
        failed, best = Mark("failed", "bad"), Mark("best baseline")
        marks = (failed,) if each.get("failure") else (best,) * bool(each.get("best"))
        if each["name"] != "naive":
            yield _Reference(each["name"], marks, each.get("validation_score"), each, each.get("description") or "")
    if material.told("ensemble"):
        yield _Reference("ensemble", (), None, material.told("ensemble"))


def _numbers(reference: _Reference, decimals: Decimals) -> list[Cell]:
    score, scores = reference.score, reference.scores
    return [
        number_cell(score, 4),
        percent_cell(1.0 - math.exp(score)) if is_number(score) else Cell(MISSING),
        percent_cell(scores.get("test_skill")),
        number_cell(scores.get("test_mse"), decimals[0]),
        number_cell(scores.get("test_rmse"), decimals[1]),
    ]
