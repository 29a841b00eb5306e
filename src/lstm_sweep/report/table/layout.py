"""The leaderboard as plain text, for a terminal and for a pipe alike."""

import math
import os
import shutil
from collections.abc import Iterator, Sequence
from typing import TextIO

import pandas as pd

from lstm_sweep.evaluation.evaluate import Evaluation
from lstm_sweep.formats import wrapped
from lstm_sweep.report.table.columns import (
    DEVIATIONS,
    GAP,
    LEAVING,
    NARROW,
    Column,
    ReferenceRow,
    has_deviations,
    number_columns,
    setting_columns,
    total_width,
)
from lstm_sweep.report.table.words import MARKS, footnotes, num_tied

WIDTH = 100
"""Characters of a line where nobody says how many there is room for."""

_LEAST_WIDTH = 20


def width_of(stream: TextIO) -> int:
    """Characters of a line of a terminal, or as many as COLUMNS says; `WIDTH` of anything else."""
    if not (stream.isatty() or "COLUMNS" in os.environ):
        return WIDTH
    return max(_LEAST_WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns)


def rows_above(evaluation: Evaluation | None) -> list[ReferenceRow]:
    """Naive, the baselines and the ensemble of the winner's seeds, as far as there are.

    Where the test span is not scored, naive alone, by whose error on validation every score is measured.
    """
    if evaluation is None:
        return [ReferenceRow("naive", 0.0)]
    others = [each for each in evaluation.references if each.name != "naive"]
    rows = [ReferenceRow("naive", 0.0, evaluation.naive)]
    rows += [ReferenceRow(each.name, each.validation_score, each.scores) for each in others if each.scores is not None]
    if evaluation.ensemble is not None:
        rows.append(ReferenceRow("ensemble", math.nan, evaluation.ensemble))
    return rows


def format_table(
    frame: pd.DataFrame, above: Sequence[ReferenceRow], max_rows: int = 20, width: int = WIDTH, *, signed: bool = False
) -> str:
    """Lay out the best trials, one a line, naive and the baselines above them.

    Swept settings come first and stay: numbers that have no room beside them leave, the least needed first. What is
    left out is named below, with the file that has it.

    Args:
        frame: from `leaderboard`.
        above: from `rows_above`, naive first.
        max_rows: trials shown; the rest is counted.
        width: characters of a line.
        signed: whether the series has values at or below zero: then there is no MAPE.

    Returns:
        Lines without colour codes, mean ± standard deviation over the seeds where there are several.
    """
    top = frame.head(max_rows)
    whole, *smaller = _layouts(top, above, signed)
    columns = next((each for each in [whole, *smaller] if total_width(each) <= width), smaller[-1])
    gap = GAP if total_width(columns) <= width else " "
    columns = _without_last_settings(columns, width, gap)
    lines = [gap.join(row).rstrip() for row in zip(*(column.lines() for column in columns), strict=True)]
    if len(frame) > max_rows:
        lines.append(f"... and {len(frame) - max_rows:,} more in leaderboard.csv")
    lines += wrapped(_left_out(whole, columns), width)
    return "\n".join([*lines[not lines[0] :], *footnotes(frame, above, columns, width, signed=signed)])


def _layouts(top: pd.DataFrame, above: Sequence[ReferenceRow], signed: bool) -> Iterator[list[Column]]:
    """The columns, each time with less of what may leave."""
    swept = [path for path in top.columns if "." in path]
    trial = Column("trial", ("", "trial"), [*(row.name for row in above), *top["trial"]])
    marks = _mark_column(top, len(above))
    for num_gone in range(len(LEAVING) + 1):
        gone = LEAVING[:num_gone]
        settings = setting_columns(top, swept, len(above), narrow=NARROW in gone)
        yield [trial, *settings, *number_columns(top, above, gone, signed=signed), *marks]


def _without_last_settings(columns: list[Column], width: int, gap: str) -> list[Column]:
    """The first setting stays however narrow a line is."""
    settings = [column for column in columns if "." in column.key]
    while total_width(columns, gap) > width and len(settings) > 1:
        columns = [column for column in columns if column is not settings[-1]]
        settings.pop()
    return columns


def _left_out(whole: Sequence[Column], columns: Sequence[Column]) -> str:
    kept = {column.key for column in columns}
    names = [column.key if "." in column.key else column.title for column in whole if column.key not in kept]
    if has_deviations(whole) and not has_deviations(columns):
        names.append(f"{DEVIATIONS} over the seeds")
    return f"no room here, only in leaderboard.csv: {', '.join(names)}" if names else ""


def _mark_column(top: pd.DataFrame, num_above: int) -> list[Column]:
    """One column of letters, or none where there is nothing to mark."""
    names = [name for name in MARKS if name in top and (name != "tied" or num_tied(top) > 1)]
    cells = ["".join(MARKS[name][0] for name in names if row[name] is True) for _, row in top.iterrows()]
    return [Column("marks", ("", ""), [*[""] * num_above, *cells])] if any(cells) else []
