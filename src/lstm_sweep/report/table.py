"""The leaderboard as plain text, for a terminal and for a pipe alike."""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lstm_sweep.evaluation.test_span import Evaluation
from lstm_sweep.metrics import Scores
from lstm_sweep.trials.outcome import FitStatus

Column = list[str]
"""Header, a cell per row above the trials, a cell per trial."""

_GAP = "  "
_WIDEST_VALUE = 20
_SCORE = "score = log(RMSE / RMSE of naive) on validation, lower is better; ± = deviation over the seeds."
_SKILL = "skill = 1 - RMSE / RMSE of naive on the test span, errors relative to the last price."
_MARKS = {
    "tied": ("=", "not told apart from the best on validation"),
    "superior": ("*", "beats naive when all trials are looked at together"),
    "copycat": ("c", "a copy of the last price"),
}
"""Columns of the leaderboard that are shown as a letter, and what it means."""


@dataclass(frozen=True)
class Row:
    """A forecaster that is no trial.

    Attributes:
        name: shown in the place of the trial.
        score: on validation, nan where it has none.
        test: scores on the test span.
    """

    name: str
    score: float
    test: Scores


def rows_above(evaluation: Evaluation | None) -> list[Row]:
    """Naive, the baselines and the ensemble of the winner's seeds, as far as there are."""
    if evaluation is None:
        return []
    others = [each for each in evaluation.references if each.name != "naive"]
    rows = [Row("naive", 0.0, evaluation.naive)]
    rows += [Row(each.name, each.validation_score, each.scores) for each in others if each.scores is not None]
    if evaluation.ensemble is not None:
        rows.append(Row("ensemble", math.nan, evaluation.ensemble))
    return rows


def format_table(frame: pd.DataFrame, above: Sequence[Row], max_rows: int = 20, width: int = 100) -> str:
    """Lay out the best trials, one a line, naive and the baselines above them.

    Args:
        frame: from `leaderboard`.
        above: from `rows_above`, naive first; empty where the test span is not scored.
        max_rows: trials shown; the rest is counted.
        width: characters of a line; swept settings after the first that do not fit are left out and named below.

    Returns:
        Lines without colour codes, mean ± standard deviation over the seeds where there are several.
    """
    top = frame.head(max_rows)
    trials = ["trial", *(row.name for row in above), *top["trial"]]
    numbers = _number_columns(top, above)
    marks = _mark_column(top, above)
    swept = [path for path in frame.columns if "." in path]
    room = width - _width([trials, *numbers, *marks])
    settings, hidden = _fitting(top, swept, room, len(above))
    lines = _lines([trials, *settings], numbers, marks)
    if len(frame) > max_rows:
        lines.append(f"... and {len(frame) - max_rows} more in leaderboard.csv")
    if hidden:
        lines += textwrap.wrap(f"only in leaderboard.csv: {', '.join(hidden)}", width)
    return "\n".join([*lines, *_footnotes(above, marks, width)])


def _footnotes(above: Sequence[Row], marks: Sequence[Column], width: int) -> list[str]:
    shown = {letter for column in marks for cell in column for letter in cell}
    meanings = [f"{letter} {meaning}" for letter, meaning in _MARKS.values() if letter in shown]
    lines = [_SCORE, *([_SKILL] if above else []), *textwrap.wrap("; ".join(meanings), width)]
    if any(row.name == "ensemble" for row in above):
        lines.append("ensemble = forecasts of the best trial, averaged over its seeds.")
    return lines


def _mark_column(top: pd.DataFrame, above: Sequence[Row]) -> list[Column]:
    """One column of letters, or none where there is nothing to mark."""
    columns = [name for name in _MARKS if name in top]
    cells = ["".join(_MARKS[name][0] for name in columns if row[name] is True) for _, row in top.iterrows()]
    return [["", *[""] * len(above), *cells]] if any(cells) else []


def _number_columns(top: pd.DataFrame, above: Sequence[Row]) -> list[Column]:
    columns = [_score_column(top, above)]
    if above:
        naive = above[0].test
        columns += [
            _test_column("test MSE", top, above, "mse", _decimals(naive.mse, digits=5)),
            _test_column("test RMSE", top, above, "rmse", _decimals(naive.rmse, digits=5)),
            _test_column("test MAPE %", top, above, "mape", _decimals(naive.mape, digits=4)),
            _test_column("test skill %", top, above, "skill", 2, factor=100.0),
        ]
    return columns


def _score_column(top: pd.DataFrame, above: Sequence[Row]) -> Column:
    cells = [
        _spread(score, deviation, decimals=4) if status == FitStatus.COMPLETED else status
        for score, deviation, status in zip(top["score"], top["score_std"], top["status"], strict=True)
    ]
    return ["score", *(_number(row.score, 4) for row in above), *cells]


def _test_column(
    header: str, top: pd.DataFrame, above: Sequence[Row], name: str, decimals: int, factor: float = 1.0
) -> Column:
    spread = factor * top.reindex(columns=[f"test_{name}", f"test_{name}_std"]).astype(float)
    cells = [_spread(mean, deviation, decimals) for mean, deviation in spread.itertuples(index=False)]
    return [header, *(_number(getattr(row.test, name) * factor, decimals) for row in above), *cells]


def _fitting(top: pd.DataFrame, swept: Sequence[str], room: int, num_above: int) -> tuple[list[Column], list[str]]:
    """Columns of the first swept settings, as many as fit into `room`, and the paths of the others."""
    columns: list[Column] = []
    hidden: list[str] = []
    for path in swept:
        column = [_short(path, swept), *[""] * num_above, *map(_value, top[path])]
        room -= len(_GAP) + _width([column])
        if room >= 0 or not columns:
            columns.append(column)
        else:
            hidden.append(path)
    return columns, hidden


def _lines(left: Sequence[Column], right: Sequence[Column], last: Sequence[Column]) -> list[str]:
    """One line per row, columns of words flush left and columns of numbers flush right."""
    padded = [[cell.ljust(_width([column])) for cell in column] for column in left]
    padded += [[cell.rjust(_width([column])) for cell in column] for column in right]
    padded += [list(column) for column in last]
    return [_GAP.join(row).rstrip() for row in zip(*padded, strict=True)]


def _width(columns: Sequence[Column]) -> int:
    return sum(max(map(len, column)) for column in columns) + len(_GAP) * (len(columns) - 1)


def _short(path: str, swept: Sequence[str]) -> str:
    name = path.rpartition(".")[2]
    return name if sum(other.rpartition(".")[2] == name for other in swept) == 1 else path


def _value(value: Any) -> str:
    """A setting as the user types it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(float(f"{value:.6g}")) if isinstance(value, float) else str(value)
    return text if len(text) <= _WIDEST_VALUE else f"{text[: _WIDEST_VALUE - 3]}..."


def _decimals(magnitude: float, digits: int) -> int:
    """Decimals that show about `digits` digits of numbers of this magnitude."""
    if not math.isfinite(magnitude) or magnitude <= 0:
        return digits - 1
    return min(max(digits - 1 - math.floor(math.log10(magnitude)), 0), 10)


def _spread(mean: float, deviation: float, decimals: int) -> str:
    text = _number(mean, decimals)
    return text if math.isnan(deviation) else f"{text}±{_number(deviation, decimals)}"


def _number(number: float, decimals: int) -> str:
    if math.isnan(number):
        return "-"
    rounded = round(number, decimals) + 0.0  # never -0.00
    return f"{rounded:.{decimals}f}" if abs(number) < 1e9 else f"{number:.2e}"
