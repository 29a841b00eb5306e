"""The trials of a sweep, best first, as a frame and as a CSV file.

Neither times nor run ids enter, so that two equal sweeps leave equal bytes.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from src.files import replacing
from src.fits import FitStatus, TrialResult
from src.metrics import Scores

_SAME_FOR_ALL_SEEDS = "direction_base_rate"  # it belongs to the targets, not to a forecast


def leaderboard(
    results: Sequence[TrialResult], swept: Sequence[str], test_scores: Mapping[str, Sequence[Scores]]
) -> pd.DataFrame:
    """Rank the trials by `score`, lowest first; what diverged or failed comes last, ties go by trial id.

    Args:
        results: one per trial, in any order.
        swept: paths of the swept settings ('model.dropout').
        test_scores: scores on the test span by trial id, one per seed; empty where the test span is not scored.

    Returns:
        One row per trial, with the columns `trial`, `status`, the swept settings by path, `score`, `score_std`,
        `val_skill` (the score as a skill: 1 - exp(score)), and, where anything was scored, those of
        `summarize_seeds`. What a trial does not have is nan.
    """
    plain = ["trial", "status", *swept]
    numbers = ["score", "score_std", "val_skill"]
    summaries = {trial_id: summarize_seeds(scores) for trial_id, scores in test_scores.items() if scores}
    numbers += next(iter(summaries.values()), {})
    rows = [
        _search_row(result, swept) | summaries.get(result.trial.trial_id, {}) for result in sorted(results, key=_rank)
    ]
    # Swept values stay the objects they are: a null among whole numbers would make pandas turn them into fractions.
    frame = pd.DataFrame(rows, columns=plain + numbers, dtype=object)
    return frame.astype(dict.fromkeys(numbers, float))


def summarize_seeds(scores: Sequence[Scores]) -> dict[str, float]:
    """Mean and sample standard deviation of every score over the seeds of one trial.

    Args:
        scores: on the test span, one per seed, at least one.

    Returns:
        `test_rmse`, `test_rmse_std` and so on; a deviation is nan for a single seed or infinite scores.
    """
    summary = {}
    for name in (field.name for field in fields(Scores)):
        values = np.array([getattr(score, name) for score in scores])
        summary[f"test_{name}"] = float(values.mean())
        if name != _SAME_FOR_ALL_SEEDS:
            summary[f"test_{name}_std"] = _deviation(values)
    return summary


def write_leaderboard(frame: pd.DataFrame, path: Path) -> None:
    """Write the frame as CSV, every number with all its digits; a reader never sees half a file."""
    with replacing(path) as unfinished:
        frame.to_csv(unfinished, index=False, lineterminator="\n")


def _rank(result: TrialResult) -> tuple[bool, bool, float, str]:
    unranked = result.status is not FitStatus.COMPLETED
    return unranked, math.isnan(result.score), result.score, result.trial.trial_id


def _search_row(result: TrialResult, swept: Sequence[str]) -> dict[str, Any]:
    completed = result.status is FitStatus.COMPLETED
    return {
        "trial": result.trial.trial_id,
        "status": result.status.value,
        **{path: result.trial.values.get(path) for path in swept},
        "score": result.score,
        "score_std": result.score_std,
        "val_skill": 1.0 - math.exp(result.score) if completed else math.nan,
    }


def _deviation(values: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    if values.size < 2 or not np.isfinite(values).all():
        return math.nan
    return float(values.std(ddof=1))
