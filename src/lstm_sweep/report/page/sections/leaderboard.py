"""Every trial, and beside them what they have to beat."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lstm_sweep.formats import MISSING, decimals_for, is_number, percent, short_setting
from lstm_sweep.report.page.blocks import Block, Cell, LeftOut, Mark, Notes, Part, Row, Table, Terms
from lstm_sweep.report.page.cells import percent_cell, setting_cell, spread_cell
from lstm_sweep.report.page.forecasts import SIGNED
from lstm_sweep.report.page.material import Material
from lstm_sweep.report.page.sections import marks
from lstm_sweep.report.page.sections.references import KINDS, Decimals, reference_rows
from lstm_sweep.report.page.sections.skill_scale import SkillScale

MOST_ROWS = 50
"""Trials that are shown before all are asked for."""

BARS = "validation skill %"
"""The column whose cells hold dots and bars."""

MAPE, SEEDS, CHANCE, MARKS = "test MAPE %", "seeds", "P(best)", "marks"

_COLUMNS = {
    BARS: "how much smaller the error is than naive's, in percent, on the validation span, where the best is chosen: 0 "
    "is as good as naive, below 0 is worse. The dot shows it on the scale at the foot, its bar one ± to both sides",
    "test skill %": "the same on the test span, which took no part in the choice",
    "score": "the logarithm of RMSE / RMSE of naive on the validation span: the lowest is the best, 0 is naive",
    "test RMSE": "root mean squared error on the test span: about how far forecasts are off, in units of the price",
    MAPE: "mean absolute percentage error on the test span: how far forecasts are off, in percent of the price",
    "test MSE": "mean squared error on the test span, in squared units of the price",
    SEEDS: "how often it was trained, each time from other random initial weights",
    CHANCE: "how often it would come out best if the validation span and the seeds were drawn again",
    MARKS: "what else is known of a row; the words are explained below",
}
"""Columns after the settings, in their order, and what they mean."""

_SPREAD = "after a number: the standard deviation over the seeds, which is how much of it is chance of training"


@dataclass(frozen=True)
class _Layout:
    """What all rows share: the scale of the bars, the decimals of numbers, and the titles of the columns."""

    scale: SkillScale
    decimals: Decimals
    titles: list[str]


def _blocks(material: Material) -> Sequence[Block]:
    if not material.board:
        raise LeftOut("leaderboard.csv has no rows.")
    layout = _layout(material)
    trials = [_trial(material, row, layout) for row in material.board]
    above = reference_rows(material, layout.titles, layout.decimals, layout.scale)
    table = Table(
        columns=["trial", *short_names(material.swept), *layout.titles],
        rows=trials,
        name="Every trial, best first, below naive and the baselines",
        above=above,
        first=MOST_ROWS,
        example=example_of(material),
        named=1 + len(material.swept),
        axes={BARS: layout.scale.ticks()},
    )
    notes = [Notes([("plain", f"Errors are {SIGNED}: MAPE is left out.")])] if material.is_signed else []
    return [table, Terms(_meanings([*above, *trials], layout)), *notes]


def _meanings(rows: list[Row], layout: _Layout) -> dict[str, str]:
    """Of what is on the page, and of nothing else."""
    cells = [cell for row in rows for cell in row.cells]
    used = {mark.text for cell in cells for mark in cell.marks}
    spread = {"±": _SPREAD} if any("±" in cell.text for cell in cells) else {}
    columns = {title: _COLUMNS[title] for title in layout.titles}
    names = {
        name.text: [KINDS.get(name.text, ""), name.full] for name in (row.cells[0] for row in rows if not row.trial)
    }
    told = {name: "; ".join(filter(None, meaning)) for name, meaning in names.items() if any(meaning)}
    return columns | spread | {word: meaning for word, meaning in marks.MEANINGS.items() if word in used} | told


def short_names(swept: Sequence[str]) -> list[str]:
    """Names without their section where that is enough."""
    last = [path.rpartition(".")[2] for path in swept]
    return [name if last.count(name) == 1 else path for name, path in zip(last, swept, strict=True)]


def example_of(material: Material) -> str:
    """A condition that the best trial meets, or what finds it where nothing was swept."""
    first = material.board[0]["trial"]
    values = material.values(first)
    names = zip(short_names(material.swept), material.swept, strict=True)
    return next((f"{name}={short_setting(values[path])}" for name, path in names if path in values), first)


def _layout(material: Material) -> _Layout:
    price = material.told("naive", "rmse") or float(material.board[0].get("test_rmse") or "nan")
    shown = {
        MAPE: not material.is_signed,
        SEEDS: len({row.get("seeds") for row in material.board}) > 1,
        CHANCE: bool(material.told("ties", "probability_best")),
    }
    return _Layout(
        SkillScale.around([_score(row) for row in material.board], _of_baselines(material)),
        (decimals_for(price**2), decimals_for(price), decimals_for(material.told("naive", "mape"), 4)),
        [title for title in _COLUMNS if shown.get(title, True)],
    )


def _of_baselines(material: Material) -> list[float]:
    scores = [each.get("validation_score") for each in material.told("baselines") or ()]
    return [score for score in scores if is_number(score)]


def _score(row: dict[str, str]) -> tuple[float, float]:
    return float(row["score"] or "nan"), float(row["score_std"] or "nan")


def _trial(material: Material, row: dict[str, str], layout: _Layout) -> Row:
    trial = row["trial"]
    values = material.values(trial)
    chance = (material.told("ties", "probability_best") or {}).get(trial)
    found = _marks(material, row)
    loud = tuple(mark for mark in found if mark.tone in ("good", "bad"))
    cells = {
        BARS: replace(percent_cell(float(row["val_skill"] or "nan")), bar=layout.scale.bar(*_score(row))),
        "test skill %": spread_cell(row, "test_skill", 2, factor=100.0),
        "score": spread_cell(row, "score", 4),
        "test RMSE": spread_cell(row, "test_rmse", layout.decimals[1]),
        MAPE: spread_cell(row, "test_mape", layout.decimals[2]),
        "test MSE": spread_cell(row, "test_mse", layout.decimals[0]),
        SEEDS: Cell(row.get("seeds") or MISSING),
        CHANCE: Cell(percent(chance, 0, "-"), value=f"{100 * chance:.10g}" if is_number(chance) else ""),
        MARKS: Cell("", marks=tuple(mark for mark in found if mark not in loud)),
    }
    settings = [setting_cell(values[path]) if path in values else Cell(MISSING) for path in material.swept]
    shown = [Cell(trial, marks=loud), *settings, *(cells[title] for title in layout.titles)]
    return Row(shown, "best" if trial == material.winner else "", trial)


def _marks(material: Material, row: dict[str, str]) -> list[Mark]:
    trial = row["trial"]
    if row["status"] != "completed":
        return [Mark(row["status"], "bad")]
    is_best = trial == material.winner
    found = {
        marks.BEST: is_best,
        marks.BETTER_ON_TEST: trial in (material.told("marks", "superior") or ()),
        marks.TIED: not is_best and trial in (material.told("ties", "tied") or ()),
        marks.MAY_BE_BEST: trial in (material.told("marks", "confidence_set") or ()),
        marks.COPYCAT: row.get("copycat") == "True",
    }
    return [mark for mark, is_so in found.items() if is_so]


LEADERBOARD = Part(
    anchor="leaderboard",
    title="Every trial beside naive",
    caption="Each row is one configuration of the LSTM, the best first. Naive, the forecast that nothing changes, and "
    "the baselines stay on top: a configuration that does not beat them is of no use.",
    blocks=_blocks,
)
