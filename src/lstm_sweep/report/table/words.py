"""What stands below the printed table: every word and mark that is in it, explained once."""

from collections.abc import Sequence

import pandas as pd

from lstm_sweep.formats import counted, fixed, wrapped
from lstm_sweep.metrics import Scores
from lstm_sweep.report.table.columns import Column, ReferenceRow, has_deviations
from lstm_sweep.trials.outcome import FitStatus

MARKS = {
    "tied": ("=", "not told apart from the best on validation"),
    "superior": ("*", "beats naive when all trials are looked at together"),
    "copycat": ("c", "a copy of the last price"),
}
"""Columns of the leaderboard that are shown as a letter, and what it means."""

_FORECASTERS = {
    "naive": "the last price again",
    "drift": "plus its mean change",
    "ses": "exponential smoothing",
    "ets": "the same with a trend where that fits better",
    "arima": "linear in past changes and errors",
    "ridge": "linear in what the LSTM reads",
    "microprice": "best bid and ask weighted by each other's size",
    "ridge_all": "ridge on every covariate of any trial",
    "ensemble": "forecasts of the best trial, averaged over its seeds",
}
_SCORE = "score = log(RMSE / RMSE of naive) on validation, which chooses: the lowest is best, below 0 better than naive"
_DEVIATION = "; ± = deviation over the seeds"
_ERRORS = {
    "mse": "MSE = mean squared error",
    "rmse": "RMSE = its root, in price units",
    "mape": "MAPE = mean absolute error in % of price",
}
_ROOT = "RMSE = root of the mean squared error, in price units"
_SKILL = "skill = 1 - RMSE / RMSE of naive, above 0 better than naive; errors "
_RELATIVE = "relative to the last price"
_SIGNED = "in units of the series"
_NO_MAPE = "The series has values at or below zero: no MAPE, and no error relative to the last price."
_EPOCHS = "epochs = epochs trained, which tell trials of equal settings apart"
_ALONE = "All other trials are shown to be worse than the best on validation."


def footnotes(
    frame: pd.DataFrame, above: Sequence[ReferenceRow], columns: Sequence[Column], width: int, *, signed: bool
) -> list[str]:
    """Lines about what is shown, and nothing else.

    Args:
        frame: from `leaderboard`, whole.
        above: rows above the trials.
        columns: that are shown.
        width: characters of a line.
        signed: whether the series has values at or below zero.
    """
    keys = {column.key for column in columns}
    texts = [
        "; ".join(f"{row.name} = {_FORECASTERS[row.name]}" for row in above if row.name in _FORECASTERS),
        _SCORE + (_DEVIATION if has_deviations(columns) else ""),
        _errors(keys),
        *([_SKILL + (_SIGNED if signed else _RELATIVE)] if "skill" in keys else []),
        *([_direction(above[0].test)] if "direction" in keys and above[0].test is not None else []),
        *([_EPOCHS] if "epochs" in keys else []),
        *_seeds(frame),
        _marks(columns),
        *([_ALONE] if num_tied(frame) == 1 < len(frame) else []),
        *([_NO_MAPE] if signed else []),
    ]
    return [line for text in texts for line in wrapped(text, width)]


def num_tied(frame: pd.DataFrame) -> int:
    """Trials that are not told apart from the best, which is one of them; 0 where nothing was compared."""
    return sum(each is True for each in frame["tied"])


def _errors(keys: set[str]) -> str:
    words = _ERRORS if "mse" in keys else _ERRORS | {"rmse": _ROOT}
    return "; ".join(text for key, text in words.items() if key in keys)


def _direction(naive: Scores) -> str:
    base_rate = fixed(100 * naive.direction_base_rate, 1)
    return f"right sign = forecasts of the right direction; always naming the commonest direction gets {base_rate} %"


def _seeds(frame: pd.DataFrame) -> list[str]:
    """Who got extra seeds."""
    completed = frame[frame["status"] == FitStatus.COMPLETED]
    counts = sorted(completed["seeds"].unique(), reverse=True)
    if len(counts) < 2:
        return []
    parts = [f"{counted(int((completed['seeds'] == each).sum()), 'trial')} with {each}" for each in counts]
    return [f"seeds (evaluation.extra_seeds): {', '.join(parts)}; more where trials could not be told apart"]


def _marks(columns: Sequence[Column]) -> str:
    shown = {letter for column in columns if column.key == "marks" for cell in column.cells for letter in cell}
    return "; ".join(f"{letter} {meaning}" for letter, meaning in MARKS.values() if letter in shown)
