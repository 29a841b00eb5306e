"""summary.json: what a sweep came to, for programs."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lstm_sweep.data.series import Series
from lstm_sweep.evaluation.ended_search import EndedSearch
from lstm_sweep.evaluation.evaluate import Evaluation, median_fit
from lstm_sweep.evaluation.references import Reference
from lstm_sweep.evaluation.selection import Selection
from lstm_sweep.evaluation.sentence import sentence_of
from lstm_sweep.evaluation.steps import SHOWN
from lstm_sweep.metrics import Scores
from lstm_sweep.storage.files import replacing
from lstm_sweep.storage.strict_json import strict_json
from lstm_sweep.timing import Clock
from lstm_sweep.windows.stationarity import TransformStationarity, transform_stationarity

_NO_TEST = "No span was kept for a test (windows.test=null): no verdict."
_NOT_TESTED = "The test span was not scored (evaluation.test=false): no verdict."
_NOTHING_COMPLETED = "No trial completed: nothing to judge."
_TEST_SCORES = ("mse", "rmse", "mape", "mae", "skill")


def summarize(search: EndedSearch, selection: Selection, evaluation: Evaluation | None, clock: Clock) -> dict[str, Any]:
    """The content of summary.json.

    Args:
        search: that has ended.
        selection: from validation.
        evaluation: of the test span, or None where it stays unseen.
        clock: that timed the stages, `search` among them.
    """
    stationarity = transform_stationarity(search.windows)
    num_fits = sum(len(result.outcomes) for result in search.results)
    seconds = clock.total()
    return {
        "name": search.folder.name,
        "command": search.command,
        "data": _data(search.series),
        "trials": len(search.results),
        "fits": num_fits,
        "stopped": search.stopped or None,
        "notes": list(search.notes),
        "seconds": seconds,
        "fits_per_second": num_fits / seconds["search"],
        "usd": search.usd,
        "best": _best(selection),
        "naive": None if evaluation is None else _named(evaluation.naive, "", ("mse", "rmse", "mape")),
        "test": _test(evaluation),
        "verdict": _no_verdict(_NO_TEST) if search.config.windows.test is None else _verdict(evaluation),
        "baselines": [_baseline(each, evaluation) for each in evaluation.references] if evaluation else None,
        "ensemble": _ensemble(evaluation),
        "steps": _steps(selection, evaluation),
        "ties": {"tied": sorted(selection.tied), "probability_best": selection.p_best},
        "marks": _marks(evaluation),
        "diagnostics": _diagnostics(selection, evaluation),
        "stationarity": _stationarity(stationarity),
        "effects": _effects(selection),
        "importance": _importance(selection),
    }


def write_summary(summary: dict[str, Any], path: Path) -> None:
    """Write JSON, null for numbers that are not finite; a reader never sees half a file."""
    with replacing(path) as unfinished:
        unfinished.write_text(strict_json(summary, indent=2) + "\n")


def _data(series: Series) -> dict[str, Any]:
    return {
        "name": series.name,
        "bars": len(series),
        "digest": series.digest,
        "features": list(series.covariates),
        "is_signed": series.is_signed,
    }


def _best(selection: Selection) -> dict[str, Any] | None:
    winner = selection.winner
    if winner is None:
        return None
    trial = {"trial": winner.trial.trial_id, "values": winner.trial.values, "fit": median_fit(winner).spec.fit_id}
    return trial | {"score": winner.score, "score_std": winner.score_std}


def _named(scores: Scores, prefix: str, names: Sequence[str]) -> dict[str, Any]:
    return {prefix + name: getattr(scores, name) for name in names}


def _test(evaluation: Evaluation | None) -> dict[str, Any] | None:
    if evaluation is None:
        return None
    targets = evaluation.targets
    return {"first_target": targets.first_day, "last_target": targets.last_day, "windows": len(targets.actual)}


def _verdict(evaluation: Evaluation | None) -> dict[str, Any]:
    """The verdict with its numbers, or why there is none."""
    if evaluation is None:
        return _no_verdict(_NOT_TESTED)
    if evaluation.verdict is None:
        return _no_verdict(_NOTHING_COMPLETED)
    if evaluation.leak is not None:
        return _no_verdict(f"No verdict, for the future leaks: {evaluation.leak}")
    verdict = evaluation.verdict
    in_words = {"beats_naive": verdict.beats_naive, "sentence": sentence_of(verdict)}
    return in_words | asdict(verdict) | {"detectable_skill": verdict.detectable_skill}


def _no_verdict(reason: str) -> dict[str, Any]:
    return {"beats_naive": False, "sentence": reason}


def _baseline(reference: Reference, evaluation: Evaluation) -> dict[str, Any]:
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


def _ensemble(evaluation: Evaluation | None) -> dict[str, Any] | None:
    if evaluation is None or evaluation.ensemble is None:
        return None
    return _named(evaluation.ensemble, "test_", _TEST_SCORES)


def _steps(selection: Selection, evaluation: Evaluation | None) -> list[dict[str, Any]] | None:
    """Scores of each step ahead of the best trial (means over its seeds), its ensemble, naive and the baselines."""
    if evaluation is None or not evaluation.steps:
        return None
    winner = selection.winner
    best = {} if winner is None else {winner.trial.trial_id: "best"}
    shown = best | {name: name for name in evaluation.steps if name not in evaluation.scores}
    return [
        {"step": step.step, "windows": step.windows}
        | {
            title: {f"test_{score}": getattr(evaluation.steps[name][place], score) for score in SHOWN}
            for name, title in shown.items()
        }
        for place, step in enumerate(next(iter(evaluation.steps.values())))
    ]


def _marks(evaluation: Evaluation | None) -> dict[str, Any] | None:
    if evaluation is None or evaluation.marks is None:
        return None
    return {
        "superior": sorted(evaluation.superior),
        "confidence_set": sorted(evaluation.confidence_set),
        "p_value": evaluation.marks.p_value,
        "draws": evaluation.marks.draws,
        "reason": evaluation.marks.skipped,
    }


def _diagnostics(selection: Selection, evaluation: Evaluation | None) -> dict[str, Any] | None:
    winner = selection.winner
    if evaluation is None or evaluation.verdict is None or winner is None:
        return None
    copycat = evaluation.copycats[winner.trial.trial_id]
    return {
        "clark_west_p": copycat.signal_p,
        "copycat": {"fires": copycat.is_copy, "exact": copycat.is_exact, "correlation": copycat.correlation},
        "leakage": {"passed": evaluation.leak is None, "sentence": evaluation.leak or ""},
        "test_uses": evaluation.verdict.num_uses,
    }


def _stationarity(found: TransformStationarity) -> dict[str, Any]:
    sides = {"before": found.before, "after": found.after}
    return {name: asdict(side) | {"conclusion": side.conclusion} for name, side in sides.items()}


def _effects(selection: Selection) -> dict[str, Any]:
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


def _importance(selection: Selection) -> dict[str, Any] | None:
    importance = selection.importance
    if importance is None:
        return None
    if importance.shares is None or importance.method is None:
        return {"reason": importance.reason}
    return {
        "method": importance.method.value,
        "values": importance.shares,
        "low": importance.low,
        "high": importance.high,
    }
