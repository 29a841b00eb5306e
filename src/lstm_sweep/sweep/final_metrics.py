"""What trackers keep of a sweep that has ended: scores of its trials, metrics and tags of the whole."""

from collections.abc import Sequence
from typing import Any

from lstm_sweep.evaluation.ended_search import EndedSearch
from lstm_sweep.evaluation.evaluate import Evaluation
from lstm_sweep.evaluation.selection import Selection
from lstm_sweep.report.leaderboard import summarize_seeds
from lstm_sweep.report.table import ReferenceRow
from lstm_sweep.trials.label import trial_label

_STEPS = ("rmse", "skill")
"""Scores of a step that trackers keep: a long horizon has many steps; leaderboard.csv has the others."""


def final_scores(search: EndedSearch, evaluation: Evaluation | None) -> dict[str, dict[str, float]]:
    """By trial id, what trackers do not know from the search: scores on the test span, and those of extra seeds."""
    scores = {} if evaluation is None else evaluation.scores
    final = {trial_id: summarize_seeds(each) for trial_id, each in scores.items()}
    for result in search.results:
        if len(result.seed_scores) > search.config.seeds:  # trackers know the score of its first seeds
            grown = {"score": result.score, "score_std": result.score_std}
            final[result.trial.trial_id] = grown | final.get(result.trial.trial_id, {})
    return with_steps(final, evaluation)


def with_steps(scores: dict[str, dict[str, float]], evaluation: Evaluation | None) -> dict[str, dict[str, float]]:
    """Scores by name, and those of each step ahead behind a slash, by which trackers group: `step_1/test_rmse`."""
    steps = {} if evaluation is None else evaluation.steps
    by_step = {
        name: {
            f"step_{each.step}/test_{score}": getattr(each, score) for each in steps.get(name, ()) for score in _STEPS
        }
        for name in scores
    }
    return {name: each | by_step[name] for name, each in scores.items()}


def reference_scores(rows: Sequence[ReferenceRow]) -> dict[str, dict[str, float]]:
    """Scores of whatever is no trial, by its name, each named as those of trials are."""
    return {row.name: {"score": row.score, **_without_deviations(summarize_seeds([row.test]))} for row in rows}


def _without_deviations(scores: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in scores.items() if not name.endswith("_std")}


def final_metrics(summary: dict[str, Any]) -> dict[str, float]:
    """Numbers about the whole sweep, from the content of summary.json."""
    verdict, naive, best = summary["verdict"], summary["naive"] or {}, summary["best"] or {}
    return {
        "fits": summary["fits"],
        "fits_per_second": summary["fits_per_second"],
        **{f"seconds_{stage}": seconds for stage, seconds in summary["seconds"].items()},
        **({"usd": summary["usd"]} if summary["usd"] is not None else {}),
        **{f"naive_test_{name}": value for name, value in naive.items()},
        **{f"best_{name}": best[name] for name in ("score", "score_std") if name in best},
        **{f"verdict_{name}": verdict[name] for name in ("skill", "p_value", "num_uses") if name in verdict},
        **{
            f"baseline_{each['name']}_test_{name}": each[f"test_{name}"]
            for each in summary["baselines"] or ()
            for name in ("rmse", "skill")
            if f"test_{name}" in each
        },
    }


def final_tags(summary: dict[str, Any], selection: Selection) -> dict[str, str]:
    """Words about the whole sweep, from the content of summary.json."""
    winner, verdict = selection.winner, summary["verdict"]
    best = {"best_trial": f"{winner.trial.trial_id} ({trial_label(winner.trial)})"} if winner else {}
    stopped = {"stopped": summary["stopped"]} if summary["stopped"] else {}
    return {"verdict": verdict["sentence"], "beats_naive": str(verdict["beats_naive"]).lower(), **best, **stopped}
