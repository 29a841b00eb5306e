"""The leaderboard as plain text, for a terminal and for a pipe alike."""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from lstm_sweep.evaluation.evaluate import Evaluation
from lstm_sweep.formats import decimals_for, fixed, fixed_spread, setting_within
from lstm_sweep.metrics import Scores
from lstm_sweep.trials.outcome import FitStatus

Column = list[str]
"""Header, a cell per row above the trials, a cell per trial."""

_GAP = "  "
_WIDEST_SETTING = 20
_MOST_DECIMALS = 10
_SCORE = "score = log(RMSE / RMSE of naive) on validation, lower is better; ± = deviation over the seeds."
_SKILL = "skill = 1 - RMSE / RMSE of naive on the test span, errors "
_RELATIVE = "relative to the last price."
_SIGNED = "in units of the series."
_NO_MAPE = "The series has values at or below zero: no MAPE, and no error relative to the last price."
_MARKS = {
    "tied": ("=", "not told apart from the best on validation"),
    "superior": ("*", "beats naive when all trials are looked at together"),
    "copycat": ("c", "a copy of the last price"),
}
"""Columns of the leaderboard that are shown as a letter, and what it means."""


@dataclass(frozen=True)
class ReferenceRow:
    """A forecaster that is no trial.

    Attributes:
        name: shown in the place of the trial.
        score: on validation, nan where it has none.
        test: scores on the test span.
    """

    name: str
    score: float
    test: Scores


def rows_above(evaluation: Evaluation | None) -> list[ReferenceRow]:
    """Naive, the baselines and the ensemble of the winner's seeds, as far as there are."""
    if evaluation is None:
        return []
    others = [each for each in evaluation.references if each.name != "naive"]
    rows = [ReferenceRow("naive", 0.0, evaluation.naive)]
    rows += [ReferenceRow(each.name, each.validation_score, each.scores) for each in others if each.scores is not None]
    if evaluation.ensemble is not None:
        rows.append(ReferenceRow("ensemble", math.nan, evaluation.ensemble))
    return rows


def format_table(
    frame: pd.DataFrame, above: Sequence[ReferenceRow], max_rows: int = 20, width: int = 100, *, signed: bool = False
) -> str:
    """Lay out the best trials, one a line, naive and the baselines above them.

    Args:
        frame: from `leaderboard`.
        above: from `rows_above`, naive first; empty where the test span is not scored.
        max_rows: trials shown; the rest is counted.
        signed: whether the series has values at or below zero: then there is no MAPE.
        width: characters of a line; swept settings after the first that do not fit are left out and named below.

    Returns:
        Lines without colour codes, mean ± standard deviation over the seeds where there are several.
    """
    top = frame.head(max_rows)
    trials = ["trial", *(row.name for row in above), *top["trial"]]
    numbers = _number_columns(top, above, signed)
    marks = _mark_column(top, above)
    swept = [path for path in frame.columns if "." in path]
    room = width - _width([trials, *numbers, *marks])
    settings, hidden = _fitting(top, swept, room, len(above))
    lines = _lines([trials, *settings], numbers, marks)
    if len(frame) > max_rows:
        lines.append(f"... and {len(frame) - max_rows} more in leaderboard.csv")
    if hidden:
        lines += textwrap.wrap(f"only in leaderboard.csv: {', '.join(hidden)}", width)
    return "\n".join([*lines, *_footnotes(above, marks, width, signed)])


def _footnotes(above: Sequence[ReferenceRow], marks: Sequence[Column], width: int, signed: bool) -> list[str]:
    shown = {letter for column in marks for cell in column for letter in cell}
    meanings = [f"{letter} {meaning}" for letter, meaning in _MARKS.values() if letter in shown]
    lines = [
        _SCORE,
        *([_SKILL + (_SIGNED if signed else _RELATIVE)] if above else []),
        *textwrap.wrap("; ".join(meanings), width),
    ]
    if signed:
        lines.append(_NO_MAPE)
    if any(row.name == "ensemble" for row in above):
        lines.append("ensemble = forecasts of the best trial, averaged over its seeds.")
    return lines


def _mark_column(top: pd.DataFrame, above: Sequence[ReferenceRow]) -> list[Column]:
    """One column of letters, or none where there is nothing to mark."""
    columns = [name for name in _MARKS if name in top]
    cells = ["".join(_MARKS[name][0] for name in columns if row[name] is True) for _, row in top.iterrows()]
    return [["", *[""] * len(above), *cells]] if any(cells) else []


def _number_columns(top: pd.DataFrame, above: Sequence[ReferenceRow], signed: bool) -> list[Column]:
    columns = [_score_column(top, above)]
    if above:
        naive = above[0].test
        columns += [
            _test_column("test MSE", top, above, "mse", decimals_for(naive.mse, 5, _MOST_DECIMALS)),
            _test_column("test RMSE", top, above, "rmse", decimals_for(naive.rmse, 5, _MOST_DECIMALS)),
        ]
        if not signed:
            digits = decimals_for(naive.mape, 4, _MOST_DECIMALS)
            columns.append(_test_column("test MAPE %", top, above, "mape", digits))
        columns += [
            _test_column("test skill %", top, above, "skill", 2, factor=100.0),
        ]
    return columns


def _score_column(top: pd.DataFrame, above: Sequence[ReferenceRow]) -> Column:
    cells = [
        fixed_spread(score, deviation, decimals=4) if status == FitStatus.COMPLETED else status
        for score, deviation, status in zip(top["score"], top["score_std"], top["status"], strict=True)
    ]
    return ["score", *(fixed(row.score, 4) for row in above), *cells]


def _test_column(
    header: str, top: pd.DataFrame, above: Sequence[ReferenceRow], name: str, decimals: int | None, factor: float = 1.0
) -> Column:
    spread = factor * top.reindex(columns=[f"test_{name}", f"test_{name}_std"]).astype(float)
    cells = [fixed_spread(mean, deviation, decimals) for mean, deviation in spread.itertuples(index=False)]
    return [header, *(fixed(getattr(row.test, name) * factor, decimals) for row in above), *cells]


def _fitting(top: pd.DataFrame, swept: Sequence[str], room: int, num_above: int) -> tuple[list[Column], list[str]]:
    """Columns of the first swept settings, as many as fit into `room`, and the paths of the others."""
    columns: list[Column] = []
    hidden: list[str] = []
    for path in swept:
        column = [
            _short(path, swept),
            *[""] * num_above,
            *(setting_within(value, _WIDEST_SETTING) for value in top[path]),
        ]
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
