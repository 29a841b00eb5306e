"""Every trial, and beside them what they have to beat."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lstm_sweep.formats import MISSING, decimals_for, percent
from lstm_sweep.report.page.blocks import Bar, Block, Cell, LeftOut, Mark, Notes, Part, Row, Table
from lstm_sweep.report.page.cells import percent_cell, setting_cell, spread_cell
from lstm_sweep.report.page.forecasts import SIGNED
from lstm_sweep.report.page.material import Material
from lstm_sweep.report.page.sections.references import reference_rows

MOST_ROWS = 50
"""Trials that are shown at once."""

_NUMBERS = ("score", "validation skill %", "test skill %", "test MSE", "test RMSE")
_MAPE = "test MAPE %"
_LEGEND = {
    "best": "lowest score on validation: the trial that the verdict is about",
    "tied": "not told apart from the best, on validation",
    "beats naive": "shown to beat naive on the test span, all trials looked at together",
    "may be best": "in the confidence set: not shown to be worse than another row of this table, on the test span",
    "copy-cat": "repeats the last price",
    "best baseline": "the best baseline on validation",
}


@dataclass(frozen=True)
class _Layout:
    """What all rows share.

    Attributes:
        scale: largest skill, up or down, that the bars show.
        decimals: of prices, None where they need an exponent.
        mse_decimals: of squared prices, likewise.
        mape_decimals: of MAPE, likewise.
        extra: columns between the scores and the settings.
    """

    scale: float
    decimals: int | None
    mse_decimals: int | None
    mape_decimals: int | None
    extra: list[str]


def _blocks(material: Material) -> Sequence[Block]:
    if not material.board:
        raise LeftOut("leaderboard.csv has no rows.")
    layout = _layout(material)
    columns = ["trial", *_NUMBERS, *([] if material.is_signed else [_MAPE]), *layout.extra, *_short(material.swept)]
    trials = [_trial(material, row, layout) for row in material.board]
    rows = [
        *reference_rows(material, len(columns), (layout.mse_decimals, layout.decimals, layout.mape_decimals)),
        *trials[:MOST_ROWS],
    ]
    used = {mark.text for row in [*rows, *trials] for cell in row.cells for mark in cell.marks}
    legend = [("plain", f"{word}: {meaning}.") for word, meaning in _LEGEND.items() if word in used]
    table = Table(columns, rows, trials[MOST_ROWS:])
    if material.is_signed:
        legend.append(("plain", f"Errors are {SIGNED}: MAPE is left out."))
    return [table, *([Notes(legend)] if legend else [])]


def _short(swept: Sequence[str]) -> list[str]:
    """Names without their section where that is enough."""
    last = [path.rpartition(".")[2] for path in swept]
    return [name if last.count(name) == 1 else path for name, path in zip(last, swept, strict=True)]


def _layout(material: Material) -> _Layout:
    price = material.told("naive", "rmse") or float(material.board[0].get("test_rmse") or "nan")
    extra = {
        "seeds": len({row.get("seeds") for row in material.board}) > 1,
        "P(best)": bool(material.told("ties", "probability_best")),
    }
    mape = decimals_for(material.told("naive", "mape"), 4)
    return _Layout(
        _scale(material.board),
        decimals_for(price),
        decimals_for(price**2),
        mape,
        [name for name, shown in extra.items() if shown],
    )


def _trial(material: Material, row: dict[str, str], layout: _Layout) -> Row:
    trial = row["trial"]
    values = material.values(trial)
    chance = (material.told("ties", "probability_best") or {}).get(trial)
    extra = {"seeds": row.get("seeds") or MISSING, "P(best)": percent(chance, decimals=0, sign="-")}
    cells = [
        Cell(trial, marks=tuple(_marks(material, row))),
        spread_cell(row, "score", 4),
        replace(percent_cell(float(row["val_skill"] or "nan")), bar=_bar(row, layout.scale)),
        spread_cell(row, "test_skill", 2, factor=100.0),
        spread_cell(row, "test_mse", layout.mse_decimals),
        spread_cell(row, "test_rmse", layout.decimals),
        *([] if material.is_signed else [spread_cell(row, "test_mape", layout.mape_decimals)]),
        *(Cell(extra[name]) for name in layout.extra),
        *(setting_cell(values[path]) if path in values else Cell(MISSING) for path in material.swept),
    ]
    return Row(cells, "best" if trial == material.winner else "")


def _marks(material: Material, row: dict[str, str]) -> list[Mark]:
    trial = row["trial"]
    if row["status"] != "completed":
        return [Mark(row["status"], "bad")]
    is_best = trial == material.winner
    found = {
        Mark("best", "good"): is_best,
        Mark("tied"): not is_best and trial in (material.told("ties", "tied") or ()),
        Mark("beats naive", "good"): trial in (material.told("marks", "superior") or ()),
        Mark("may be best"): trial in (material.told("marks", "confidence_set") or ()),
        Mark("copy-cat", "warn"): row.get("copycat") == "True",
    }
    return [mark for mark, is_so in found.items() if is_so]


def _scale(board: list[dict[str, str]]) -> float:
    """Largest skill, up or down, that the bars show: the better half of the trials fits."""
    skills = [abs(float(row["val_skill"] or "nan")) for row in board]
    better = [skill for skill in skills if math.isfinite(skill)]
    return 1.25 * max(better[: max(len(better) // 2, 1)], default=0.0) or 0.01


def _bar(row: dict[str, str], scale: float) -> Bar | None:
    """A standard deviation of the seeds to both sides of the skill on validation."""
    score, deviation = float(row["score"] or "nan"), float(row["score_std"] or "0")
    if not math.isfinite(score):
        return None

    def place(score: float) -> float:
        return round(min(max(50 + 50 * (1 - math.exp(score)) / scale, 0.0), 100.0), 2)

    return Bar(place(score + deviation), place(score - deviation), dot=place(score), zero=50.0)


LEADERBOARD = Part(
    anchor="leaderboard",
    title="Every trial beside naive",
    caption="Skill is the share by which the error is lower than naive's: 0 is naive, higher is better. ± is the "
    "spread over the seeds; the dot and its bar show the same on one scale, with naive at the line.",
    blocks=_blocks,
)
