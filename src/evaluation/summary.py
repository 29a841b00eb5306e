"""summary.json: what a sweep came to, for programs."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from src.evaluation.evaluation import Evaluation, find_winner
from src.files import replacing
from src.fits import TrialResult
from src.series.series import Series

_NOT_TESTED = "The test span was not scored (evaluation.test=false): no verdict."
_NOTHING_COMPLETED = "No trial completed: nothing to judge."


def summarize(
    name: str,
    series: Series,
    results: Sequence[TrialResult],
    evaluation: Evaluation | None,
    seconds: dict[str, float],
) -> dict[str, Any]:
    """The content of summary.json.

    Args:
        name: of the sweep.
        series: the prices.
        results: of the search.
        evaluation: of the test span, or None where it stays unseen.
        seconds: by stage, `search` among them.
    """
    num_fits = sum(len(result.outcomes) for result in results)
    return {
        "name": name,
        "data": {
            "name": series.name,
            "bars": len(series),
            "digest": series.digest,
            "features": list(series.covariates),
        },
        "trials": len(results),
        "fits": num_fits,
        "seconds": seconds,
        "fits_per_second": num_fits / seconds["search"],
        "best": _best(results),
        "naive": _naive(evaluation),
        "test": _test(evaluation),
        "verdict": {"beats_naive": _beats_naive(evaluation), "sentence": _sentence(evaluation)} | _numbers(evaluation),
    }


def _sentence(evaluation: Evaluation | None) -> str:
    """The verdict in words, or why there is none."""
    if evaluation is None:
        return _NOT_TESTED
    return _NOTHING_COMPLETED if evaluation.verdict is None else evaluation.verdict.sentence


def write_summary(summary: dict[str, Any], path: Path) -> None:
    """Write JSON, null for numbers that are not finite; a reader never sees half a file."""
    with replacing(path) as unfinished:
        unfinished.write_text(json.dumps(_finite(summary), indent=2, allow_nan=False) + "\n")


def _best(results: Sequence[TrialResult]) -> dict[str, Any] | None:
    winner = find_winner(results)
    if winner is None:
        return None
    trial = {"trial": winner.trial.trial_id, "values": winner.trial.values}
    return trial | {"score": winner.score, "score_std": winner.score_std}


def _naive(evaluation: Evaluation | None) -> dict[str, float] | None:
    if evaluation is None:
        return None
    return {name: getattr(evaluation.naive, name) for name in ("mse", "rmse", "mape")}


def _test(evaluation: Evaluation | None) -> dict[str, Any] | None:
    if evaluation is None:
        return None
    targets = evaluation.targets
    return {"first_target": targets.first_day, "last_target": targets.last_day, "windows": len(targets.actual)}


def _beats_naive(evaluation: Evaluation | None) -> bool:
    return evaluation is not None and evaluation.verdict is not None and evaluation.verdict.beats_naive


def _numbers(evaluation: Evaluation | None) -> dict[str, Any]:
    if evaluation is None or evaluation.verdict is None:
        return {}
    verdict = evaluation.verdict
    return asdict(verdict) | {"detectable_skill": verdict.detectable_skill}


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
