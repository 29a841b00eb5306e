"""The leaderboard as plain text, for a terminal and for a pipe alike."""

import math
import textwrap
from collections.abc import Sequence
from typing import Any

import pandas as pd

from src.fits import FitStatus
from src.metrics import Scores

Column = list[str]
"""Header, naive's cell where naive is shown, one cell per trial."""

_GAP = "  "
_WIDEST_VALUE = 20
_FOOTNOTES = (
    "score = log(RMSE / RMSE of naive) on validation, lower is better; ± = deviation over the seeds.",
    "skill = 1 - RMSE / RMSE of naive on the test span, errors relative to the last price.",
)


def format_table(frame: pd.DataFrame, naive: Scores | None, max_rows: int = 20, width: int = 100) -> str:
    """Lay out the best trials, one a line, naive above them.

    Args:
        frame: from `leaderboard`.
        naive: naive's scores on the test span, or None where it is not scored.
        max_rows: trials shown; the rest is counted.
        width: characters of a line; swept settings after the first that do not fit are left out and named below.

    Returns:
        Lines without colour codes, mean ± standard deviation over the seeds where there are several.
    """
    top = frame.head(max_rows)
    trials = ["trial", *(["naive"] if naive else []), *top["trial"]]
    numbers = _number_columns(top, naive)
    swept = [path for path in frame.columns if "." in path]
    room = width - _width([trials, *numbers])
    settings, hidden = _fitting(top, swept, room, blank=naive is not None)
    lines = _lines([trials, *settings], numbers)
    if len(frame) > max_rows:
        lines.append(f"... and {len(frame) - max_rows} more in leaderboard.csv")
    if hidden:
        lines += textwrap.wrap(f"only in leaderboard.csv: {', '.join(hidden)}", width)
    lines += _FOOTNOTES if naive else _FOOTNOTES[:1]
    return "\n".join(lines)


def _number_columns(top: pd.DataFrame, naive: Scores | None) -> list[Column]:
    columns = [_score_column(top, naive)]
    if naive:
        columns += [
            _test_column("test MSE", top, "mse", naive.mse, _decimals(naive.mse, digits=5)),
            _test_column("test RMSE", top, "rmse", naive.rmse, _decimals(naive.rmse, digits=5)),
            _test_column("test MAPE %", top, "mape", naive.mape, _decimals(naive.mape, digits=4)),
            _test_column("test skill %", top, "skill", naive.skill, 2, factor=100.0),
        ]
    return columns


def _score_column(top: pd.DataFrame, naive: Scores | None) -> Column:
    cells = [
        _spread(score, deviation, decimals=4) if status == FitStatus.COMPLETED else status
        for score, deviation, status in zip(top["score"], top["score_std"], top["status"], strict=True)
    ]
    return ["score", *([_number(0.0, 4)] if naive else []), *cells]


def _test_column(header: str, top: pd.DataFrame, name: str, naive: float, decimals: int, factor: float = 1.0) -> Column:
    spread = factor * top.reindex(columns=[f"test_{name}", f"test_{name}_std"]).astype(float)
    cells = [_spread(mean, deviation, decimals) for mean, deviation in spread.itertuples(index=False)]
    return [header, _number(naive * factor, decimals), *cells]


def _fitting(top: pd.DataFrame, swept: Sequence[str], room: int, blank: bool) -> tuple[list[Column], list[str]]:
    """Columns of the first swept settings, as many as fit into `room`, and the paths of the others."""
    columns: list[Column] = []
    hidden: list[str] = []
    for path in swept:
        column = [_short(path, swept), *([""] if blank else []), *map(_value, top[path])]
        room -= len(_GAP) + _width([column])
        if room >= 0 or not columns:
            columns.append(column)
        else:
            hidden.append(path)
    return columns, hidden


def _lines(left: Sequence[Column], right: Sequence[Column]) -> list[str]:
    """One line per row, columns of words flush left and columns of numbers flush right."""
    padded = [[cell.ljust(_width([column])) for cell in column] for column in left]
    padded += [[cell.rjust(_width([column])) for cell in column] for column in right]
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
    return f"{number:.{decimals}f}" if abs(number) < 1e9 else f"{number:.2e}"
