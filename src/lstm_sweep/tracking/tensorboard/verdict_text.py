"""The verdict and the leaderboard in Markdown, as TensorBoard's Text tab shows it."""

import math
from collections.abc import Mapping

from lstm_sweep.formats import MISSING, counted, is_number, number, percent

_MOST_TRIALS = 50
_HEAD = ("", "score", "test skill", "test RMSE", "test MSE", "test MAPE")
_LEGEND = (
    "Score: log(RMSE / RMSE of naive) on validation, by which trials are ranked; lower is better. RMSE: root of the "
    "mean squared error (MSE), in units of the series. Skill: 1 - RMSE / RMSE of naive; above zero is better than "
    "naive. MAPE: mean absolute percentage error. All but the score are of the test span."
)

Scores = Mapping[str, float]
"""By name: 'score', 'test_rmse' ..."""


def verdict_text(verdict: str, references: Mapping[str, Scores], trials: Mapping[str, Scores]) -> str:
    """The verdict, and under it a table: naive, the baselines, and the trials, best first.

    Args:
        verdict: a sentence.
        references: by name, in order.
        trials: by name; one without a finite score is last.
    """
    ranked = sorted(trials, key=lambda name: _rank(trials[name]))
    rows = [_row(name, references[name]) for name in references]
    rows += [_row(name, trials[name]) for name in ranked[:_MOST_TRIALS]]
    num_left = len(ranked) - _MOST_TRIALS
    left = [f"{counted(num_left, 'trial')} of lower rank: see leaderboard.csv."] if num_left > 0 else []
    table = "\n".join([_line(_HEAD), _line(("---", *["---:"] * (len(_HEAD) - 1))), *rows])
    return "\n\n".join([f"**{verdict}**", table, *left, _LEGEND])


def overview_text(verdicts: Mapping[str, str]) -> str:
    """The verdicts of sweeps, by name: a line each, as in a table TensorBoard breaks names to make room."""
    return "\n\n".join(f"**{name.replace('_', chr(92) + '_')}** {verdict}" for name, verdict in verdicts.items())


def _rank(scores: Scores) -> float:
    score = scores.get("score", math.inf)
    return score if math.isfinite(score) else math.inf


def _row(name: str, scores: Scores) -> str:
    deviation = scores.get("score_std")
    spread = f" ± {deviation:.4f}" if is_number(deviation) else ""
    score = scores.get("score")
    mape = scores.get("test_mape")
    cells = (
        f"{score:.5f}{spread}" if is_number(score) else MISSING,
        percent(scores.get("test_skill")),
        number(scores.get("test_rmse")),
        number(scores.get("test_mse")),
        f"{number(mape, 4)} %" if is_number(mape) else MISSING,
    )
    return _line((f"`{name}`", *cells))


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
