"""Scores of every trial at each step ahead, beside naive's: tomorrow and next month are not equally hard."""

import re
from collections.abc import Sequence

from lstm_sweep.formats import MISSING, counted, decimals_for
from lstm_sweep.report.page.blocks import Block, Cell, LeftOut, Notes, Part, Row, Table, Terms
from lstm_sweep.report.page.cells import number_cell, percent_cell, setting_cell
from lstm_sweep.report.page.material import Material
from lstm_sweep.report.page.sections.leaderboard import example_of, short_names

MOST_STEPS = 12
"""Columns of steps; of more, so many that are equally far apart, the first and the last among them."""

MOST_ROWS = 10
"""Trials that are shown before all are asked for."""

_COLUMN = re.compile(r"test_skill_step_(\d+)")


def _blocks(material: Material) -> Sequence[Block]:
    found = [int(match[1]) for name in (material.board or [{}])[0] if (match := _COLUMN.fullmatch(name))]
    if not found:
        raise LeftOut("Forecasts look one step ahead, or were not scored step by step.")
    steps = spaced(sorted(found))
    meanings = {
        "skill % and a number": "how much smaller the error is than naive's so many bars ahead, in percent: 0 "
        "is as good as naive, below 0 is worse",
        "RMSE and a number": "root mean squared error so many bars ahead, in units of the price",
    }
    notes = [("plain", f"{counted(len(steps), 'step')} of {len(found)}; leaderboard.csv has all.")]
    left_out = [Notes(notes)] if len(steps) < len(found) else []
    return [_table(material, "skill", steps), _table(material, "rmse", steps), Terms(meanings), *left_out]


def spaced(steps: list[int]) -> list[int]:
    """All steps, or `MOST_STEPS` of them: the first, the last, and some between that are about equally far apart."""
    if len(steps) <= MOST_STEPS:
        return steps
    return [steps[round(place * (len(steps) - 1) / (MOST_STEPS - 1))] for place in range(MOST_STEPS)]


def _table(material: Material, score: str, steps: list[int]) -> Table:
    title = "skill %" if score == "skill" else "RMSE"
    references = _references(material, score, steps)
    known = [value for scores in references.values() for value in scores if value]
    decimals = decimals_for(known[0] if known else material.told("naive", "rmse"))

    def cell(value: float | None) -> Cell:
        if value is None:
            return Cell(MISSING)
        return percent_cell(value) if score == "skill" else number_cell(value, decimals)

    above = [
        Row([Cell(name), *[Cell("")] * len(material.swept), *map(cell, scores)], "reference")
        for name, scores in references.items()
    ]
    rows = []
    for row in material.board:
        values = material.values(row["trial"])
        settings = [setting_cell(values[path]) if path in values else Cell(MISSING) for path in material.swept]
        scores = [float(text) if (text := row.get(f"test_{score}_step_{step}")) else None for step in steps]
        tone = "best" if row["trial"] == material.winner else ""
        rows.append(Row([Cell(row["trial"]), *settings, *map(cell, scores)], tone, row["trial"]))
    columns = ["trial", *short_names(material.swept), *(f"{title} {step}" for step in steps)]
    name = f"{'Skill' if score == 'skill' else 'RMSE'} at each step ahead, best trial first, below naive"
    return Table(
        columns,
        rows,
        name=name,
        above=above,
        first=MOST_ROWS,
        example=example_of(material),
        named=1 + len(material.swept),
    )


def _references(material: Material, score: str, steps: list[int]) -> dict[str, list[float | None]]:
    """Scores of naive and the baselines by name, naive first."""
    told = {each["step"]: each for each in material.told("steps") or () if isinstance(each, dict) and "step" in each}
    names = [name for name in next(iter(told.values()), {}) if name not in ("step", "windows", "best")]
    return {
        name: [(told.get(step, {}).get(name) or {}).get(f"test_{score}") for step in steps]
        for name in sorted(names, key=lambda name: name != "naive")
    }


STEPS = Part(
    anchor="by-step",
    title="Step by step ahead",
    caption="Errors on the test span, of each step by itself, averaged over the seeds.",
    blocks=_blocks,
)
