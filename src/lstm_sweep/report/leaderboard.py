"""The trials of a sweep, best first, as a frame and as a CSV file.

Neither times nor run ids enter, so that two equal sweeps leave equal bytes.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lstm_sweep.evaluation.selection import Selection
from lstm_sweep.evaluation.steps import SHOWN, StepScores
from lstm_sweep.metrics import Scores
from lstm_sweep.storage.files import replacing
from lstm_sweep.trials.outcome import FitStatus, TrialResult

NOTHING_SELECTED = Selection(None)

NO_MARKS: dict[str, dict[str, bool]] = {}

NO_STEPS: dict[str, list[StepScores]] = {}

_SAME_FOR_ALL_SEEDS = "direction_base_rate"  # it belongs to the targets, not to a forecast


def leaderboard(
    results: Sequence[TrialResult],
    swept: Sequence[str],
    test_scores: Mapping[str, Sequence[Scores]],
    selection: Selection = NOTHING_SELECTED,
    marks: Mapping[str, Mapping[str, bool]] = NO_MARKS,
    steps: Mapping[str, Sequence[StepScores]] = NO_STEPS,
) -> pd.DataFrame:
    """Rank the trials: the winner first, then by `score`, lowest first; what diverged or failed comes last.

    Args:
        results: one per trial, in any order; ties go by trial id.
        swept: paths of the swept settings ('model.dropout').
        test_scores: scores on the test span by trial id, one per seed; empty where the test span is not scored.
        selection: from validation.
        marks: on the test span, by trial id and name ('superior', 'in_confidence_set', 'copycat').
        steps: scores of each step ahead by trial id; none for a horizon of 1.

    Returns:
        One row per trial, with the columns `trial`, `status`, the swept settings by path, `score`, `score_std`,
        `val_skill` (the score as a skill: 1 - exp(score)), `seeds`, `tied` (with the winner, on validation),
        `p_best`, `epochs` (that a trial was trained for, where several have equal settings), and, where anything was
        scored, those of `summarize_seeds`, of `marks` and of `step_columns`. What a trial does not have is nan.
    """
    summaries = {trial_id: summarize_seeds(scores) for trial_id, scores in test_scores.items() if scores}
    by_step = {trial_id: step_columns(each) for trial_id, each in steps.items() if trial_id in summaries}
    extras: Sequence[Mapping[str, Mapping[str, Any]]] = (summaries, marks, by_step)
    tests, marked, stepped = (list(next(iter(each.values()), {})) for each in extras)
    numbers = ["score", "score_std", "val_skill", "p_best", *tests, *stepped]
    rows = []
    for result in sorted(results, key=lambda result: _rank(result, selection)):
        of_trial = (each.get(result.trial.trial_id, {}).items() for each in extras)
        rows.append(_search_row(result, swept, selection) | dict(itertools.chain.from_iterable(of_trial)))
    # Swept values stay the objects they are: a null among whole numbers would make pandas turn them into fractions.
    columns = ["trial", "status", *swept, "score", "score_std", "val_skill", "seeds", "tied", "p_best"]
    columns += ["epochs"] if _recur(results) else []
    frame = pd.DataFrame(rows, columns=[*columns, *tests, *marked, *stepped], dtype=object)
    return frame.astype(dict.fromkeys(numbers, float))


def step_columns(steps: Sequence[StepScores]) -> dict[str, float]:
    """Scores of each step ahead, means over the seeds: `test_rmse_step_1`, `test_skill_step_1` and so on."""
    return {f"test_{name}_step_{each.step}": getattr(each, name) for each in steps for name in SHOWN}


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


def _rank(result: TrialResult, selection: Selection) -> tuple[bool, bool, bool, float, str]:
    unranked = result.status is not FitStatus.COMPLETED
    return unranked, result is not selection.winner, math.isnan(result.score), result.score, result.trial.trial_id


def _recur(results: Sequence[TrialResult]) -> bool:
    """Whether several trials have equal settings, as Hyperband's do."""
    return len({str(result.trial.values) for result in results}) < len(results)


def _search_row(result: TrialResult, swept: Sequence[str], selection: Selection) -> dict[str, Any]:
    completed = result.status is FitStatus.COMPLETED
    trial_id = result.trial.trial_id
    return {
        "trial": trial_id,
        "status": result.status.value,
        **{path: result.trial.values.get(path) for path in swept},
        "score": result.score,
        "score_std": result.score_std,
        "val_skill": 1.0 - math.exp(result.score) if completed else math.nan,
        "seeds": len(result.seed_scores),
        "epochs": result.outcomes[0].spec.training.epochs,
        "tied": trial_id in selection.tied if selection.tied else None,
        "p_best": selection.p_best.get(trial_id, math.nan),
    }


def _deviation(values: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    if values.size < 2 or not np.isfinite(values).all():
        return math.nan
    return float(values.std(ddof=1))
