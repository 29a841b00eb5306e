"""What trackers keep of a sweep that has ended: scores of its trials, metrics and tags of the whole."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from lstm_sweep.evaluation.ended_search import EndedSearch
from lstm_sweep.evaluation.evaluate import Evaluation
from lstm_sweep.evaluation.selection import Selection
from lstm_sweep.report.leaderboard import summarize_seeds
from lstm_sweep.report.table.columns import ReferenceRow
from lstm_sweep.trials.label import result_label

_STEPS = ("rmse", "skill")
"""Scores of a step that trackers keep: a long horizon has many steps; leaderboard.csv has the others."""


def final_scores(search: EndedSearch, evaluation: Evaluation | None) -> dict[str, dict[str, float]]:
    """By trial id, what trackers do not know from the search: scores on the test span, and those of extra seeds."""
    scores = {} if evaluation is None else evaluation.scores
    final = {trial_id: summarize_seeds(each) for trial_id, each in scores.items()}
    for result in search.results:
        if len(result.seed_scores) > search.config.seeds:  # trackers know the score of its first seeds
            grown = {"score": result.score, "score_std": result.score_std, "skill": -math.expm1(result.score)}
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
    """Scores of whatever is no trial, by its name, each named as those of trials are; none without a test span.

    What has no value is left out, as the direction accuracy of naive, which names no direction.
    """
    return {
        row.name: {
            "score": row.score,
            "skill": -math.expm1(row.score),
            **_of_one(summarize_seeds([row.test])),
        }
        for row in rows
        if row.test is not None
    }


def _of_one(scores: dict[str, float]) -> dict[str, float]:
    """Without deviations, which one forecast does not have, and without what is nan."""
    return {name: value for name, value in scores.items() if not (name.endswith("_std") or math.isnan(value))}


def final_metrics(summary: dict[str, Any], scores: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Numbers about the whole sweep: those of the best trial, named as trials' are, the verdict's, and what it cost.

    Args:
        summary: the content of summary.json.
        scores: of `final_scores`.
    """
    verdict, best, usd = summary["verdict"], summary["best"], summary["usd"]
    return {
        **(_scores_of_winner(best, scores) if best else {}),
        **{f"verdict/{name}": verdict[name] for name in ("skill", "p_value", "num_uses") if name in verdict},
        "spent/fits": summary["fits"],
        "spent/fits_per_second": summary["fits_per_second"],
        **{f"spent/seconds_{stage}": seconds for stage, seconds in summary["seconds"].items()},
        **({"spent/usd": usd} if usd is not None else {}),
    }


def _scores_of_winner(best: dict[str, Any], scores: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    skill = -math.expm1(best["score"])
    return {"score": best["score"], "score_std": best["score_std"], "skill": skill, **scores.get(best["trial"], {})}


def final_tags(summary: dict[str, Any], selection: Selection) -> dict[str, str]:
    """Words about the whole sweep, from the content of summary.json."""
    winner, verdict = selection.winner, summary["verdict"]
    best = {"best_trial": f"{winner.trial.trial_id} ({result_label(winner)})"} if winner else {}
    stopped = {"stopped": summary["stopped"]} if summary["stopped"] else {}
    return {"verdict": verdict["sentence"], "beats_naive": str(verdict["beats_naive"]).lower(), **best, **stopped}
