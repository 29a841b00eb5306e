"""summary.json: what a sweep came to, for programs."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lstm_sweep.data.series import Series
from lstm_sweep.evaluation.references import Reference
from lstm_sweep.evaluation.selection import Selection
from lstm_sweep.evaluation.test_span import Evaluation, median_fit
from lstm_sweep.metrics import Scores
from lstm_sweep.storage.files import replacing
from lstm_sweep.trials.outcome import TrialResult
from lstm_sweep.windows.stationarity import TransformStationarity

_NOT_TESTED = "The test span was not scored (evaluation.test=false): no verdict."
_NOTHING_COMPLETED = "No trial completed: nothing to judge."

Section = dict[str, Any]


@dataclass(frozen=True)
class Findings:
    """All that is said of a sweep.

    Attributes:
        name: of the sweep.
        series: the prices.
        results: of the search.
        selection: from validation.
        evaluation: of the test span, or None where it stays unseen.
        stationarity: of the training span, before and after the transform.
        seconds: by stage, `search` among them.
        usd: what the machine cost, or None where nobody counts.
        stopped: the limit that ended the search before all trials were trained, or empty.
        command: that repeats the sweep.
    """

    name: str
    series: Series
    results: Sequence[TrialResult]
    selection: Selection
    evaluation: Evaluation | None
    stationarity: TransformStationarity
    seconds: dict[str, float]
    usd: float | None
    stopped: str
    command: str = field(default="")


def summarize(findings: Findings) -> Section:
    """The content of summary.json."""
    evaluation, seconds = findings.evaluation, findings.seconds
    num_fits = sum(len(result.outcomes) for result in findings.results)
    return {
        "name": findings.name,
        "command": findings.command,
        "data": _data(findings.series),
        "trials": len(findings.results),
        "fits": num_fits,
        "stopped": findings.stopped or None,
        "seconds": seconds,
        "fits_per_second": num_fits / seconds["search"],
        "usd": findings.usd,
        "best": _best(findings.selection),
        "naive": None if evaluation is None else _named(evaluation.naive, "", ("mse", "rmse", "mape")),
        "test": _test(evaluation),
        "verdict": {"beats_naive": _beats_naive(evaluation), "sentence": sentence_of(evaluation)}
        | _numbers(evaluation),
        "baselines": [_baseline(each, evaluation) for each in evaluation.references] if evaluation else None,
        "ensemble": _ensemble(evaluation),
        "ties": {"tied": sorted(findings.selection.tied), "probability_best": findings.selection.p_best},
        "marks": _marks(evaluation),
        "diagnostics": _diagnostics(findings),
        "stationarity": _stationarity(findings.stationarity),
        "effects": _effects(findings.selection),
        "importance": _importance(findings.selection),
    }


def sentence_of(evaluation: Evaluation | None) -> str:
    """The verdict in words, or why there is none."""
    if evaluation is None:
        return _NOT_TESTED
    if evaluation.verdict is None:
        return _NOTHING_COMPLETED
    if evaluation.leak is not None:
        return f"No verdict, for the future leaks: {evaluation.leak}"
    return evaluation.verdict.sentence


def write_summary(summary: Section, path: Path) -> None:
    """Write JSON, null for numbers that are not finite; a reader never sees half a file."""
    with replacing(path) as unfinished:
        unfinished.write_text(json.dumps(_finite(summary), indent=2, allow_nan=False) + "\n")


def _data(series: Series) -> Section:
    return {
        "name": series.name,
        "bars": len(series),
        "digest": series.digest,
        "features": list(series.covariates),
    }


def _best(selection: Selection) -> Section | None:
    winner = selection.winner
    if winner is None:
        return None
    trial = {"trial": winner.trial.trial_id, "values": winner.trial.values, "fit": median_fit(winner).spec.fit_id}
    return trial | {"score": winner.score, "score_std": winner.score_std}


def _named(scores: Scores, prefix: str, names: Sequence[str]) -> Section:
    return {prefix + name: getattr(scores, name) for name in names}


def _test(evaluation: Evaluation | None) -> Section | None:
    if evaluation is None:
        return None
    targets = evaluation.targets
    return {"first_target": targets.first_day, "last_target": targets.last_day, "windows": len(targets.actual)}


def _beats_naive(evaluation: Evaluation | None) -> bool:
    if evaluation is None or evaluation.verdict is None or evaluation.leak is not None:
        return False
    return evaluation.verdict.beats_naive


def _numbers(evaluation: Evaluation | None) -> Section:
    if evaluation is None or evaluation.verdict is None or evaluation.leak is not None:
        return {}
    verdict = evaluation.verdict
    leak: Section = {"conclusion": "leak"} if evaluation.leak is not None else {}
    return asdict(verdict) | {"detectable_skill": verdict.detectable_skill} | leak


_TEST_SCORES = ("rmse", "mape", "mae", "skill")


def _baseline(reference: Reference, evaluation: Evaluation) -> Section:
    failed = reference.scores is None
    scores = {} if reference.scores is None else _named(reference.scores, "test_", _TEST_SCORES)
    return {
        "name": reference.name,
        "description": reference.description,
        "failure": reference.description if failed else None,
        "validation_score": reference.validation_score,
        "best": reference is evaluation.rival,
        "in_confidence_set": reference.name in evaluation.confidence_set,
        **scores,
    }


def _ensemble(evaluation: Evaluation | None) -> Section | None:
    if evaluation is None or evaluation.ensemble is None:
        return None
    return _named(evaluation.ensemble, "test_", _TEST_SCORES)


def _marks(evaluation: Evaluation | None) -> Section | None:
    if evaluation is None or evaluation.marks is None:
        return None
    return {
        "superior": sorted(evaluation.superior),
        "confidence_set": sorted(evaluation.confidence_set),
        "p_value": evaluation.marks.p_value,
        "draws": evaluation.marks.draws,
        "reason": evaluation.marks.skipped,
    }


def _diagnostics(findings: Findings) -> Section | None:
    evaluation, winner = findings.evaluation, findings.selection.winner
    if evaluation is None or evaluation.verdict is None or winner is None:
        return None
    copycat = evaluation.copycats[winner.trial.trial_id]
    return {
        "clark_west_p": copycat.signal_p,
        "copycat": {"fires": copycat.is_copy, "exact": copycat.is_exact, "correlation": copycat.correlation},
        "leakage": {"passed": evaluation.leak is None, "sentence": evaluation.leak or ""},
        "test_uses": evaluation.verdict.num_uses,
    }


def _stationarity(found: TransformStationarity) -> Section:
    sides = {"before": found.before, "after": found.after}
    return {name: asdict(side) | {"conclusion": side.conclusion} for name, side in sides.items()}


def _effects(selection: Selection) -> Section:
    return {
        path: [
            {
                "value": effect.value,
                "mean": effect.mean,
                "low": effect.mean - effect.half_width,
                "high": effect.mean + effect.half_width,
                "num_trials": effect.num_trials,
            }
            for effect in effects
        ]
        for path, effects in selection.effects.items()
    }


def _importance(selection: Selection) -> Section | None:
    importance = selection.importance
    if importance is None:
        return None
    if importance.shares is None or importance.method is None:
        return {"reason": importance.reason}
    return {"method": importance.method.value, "values": importance.shares}


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
