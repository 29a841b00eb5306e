"""The end of a sweep: evaluate it once, and leave its files and its table."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from src.clock import Clock
from src.config import Config
from src.evaluation.evaluation import Evaluation, evaluate, find_winner
from src.evaluation.forecasts import completed_fits, scored_windows, write_forecasts
from src.evaluation.leaderboard import leaderboard, summarize_seeds, write_leaderboard
from src.evaluation.summary import summarize, write_summary
from src.evaluation.table import format_table
from src.fits import FitOutcome, TrialResult
from src.forecaster import build_forecaster
from src.series.series import Series
from src.tracking.labels import trial_label
from src.tracking.tracker import SweepEnd
from src.windows.windows import build_windows


@dataclass(frozen=True)
class Conclusion:
    """What trackers are told at the end.

    Attributes:
        scores: by trial id, what the test span says about it; empty where it stays unseen.
        end: about the whole sweep.
    """

    scores: dict[str, dict[str, float]]
    end: SweepEnd


def conclude(
    config: Config, series: Series, folder: Path, swept: Sequence[str], results: Sequence[TrialResult], clock: Clock
) -> Conclusion:
    """Evaluate the trials and write forecasts.parquet, model/, leaderboard.csv and, last, summary.json.

    Args:
        config: of the sweep.
        series: the prices.
        folder: sweeps/<name>/.
        swept: paths of the swept settings.
        results: of the search.
        clock: times the evaluation.
    """
    with clock.stage("evaluation"):
        evaluation = evaluate(series, config, results) if config.evaluation.test else None
        _write_forecasts(config, series, folder, results, evaluation)
        forecaster = _save_forecaster(series, folder, results)
        frame = leaderboard(results, swept, evaluation.scores if evaluation else {})
        write_leaderboard(frame, folder / "leaderboard.csv")
    summary = summarize(folder.name, series, results, evaluation, clock.total())
    write_summary(summary, folder / "summary.json")
    scores = {trial_id: summarize_seeds(each) for trial_id, each in evaluation.scores.items()} if evaluation else {}
    end = SweepEnd(
        metrics=_metrics(summary),
        tags=_tags(summary, results),
        files=(folder / "leaderboard.csv", folder / "summary.json"),
        forecaster=forecaster,
        table=format_table(frame, evaluation.naive if evaluation else None),
    )
    return Conclusion(scores, end)


def median_fit(winner: TrialResult) -> FitOutcome:
    """The fit of median validation score, or the better of the two in the middle: it neither flatters nor slanders."""
    by_score = sorted(winner.outcomes, key=lambda outcome: outcome.score)
    return by_score[(len(by_score) - 1) // 2]


def _write_forecasts(
    config: Config, series: Series, folder: Path, results: Sequence[TrialResult], evaluation: Evaluation | None
) -> None:
    windows = scored_windows(series, config.windows)
    validation = {
        fit.spec.fit_id: fit.validation_forecast
        for fit in completed_fits(results)
        if fit.validation_forecast is not None
    }
    spans = {"validation": (windows.spans.validation, validation)}
    if evaluation is not None:
        spans["test"] = (windows.spans.test, evaluation.forecasts)
    write_forecasts(folder / "forecasts.parquet", series, windows, spans)


def _save_forecaster(series: Series, folder: Path, results: Sequence[TrialResult]) -> Path | None:
    winner = find_winner(results)
    if winner is None:
        return None
    fit = median_fit(winner)
    assert fit.weights is not None
    windows = build_windows(series, fit.spec.windows, fit.spec.features)
    build_forecaster(fit.spec, windows, fit.weights).save(folder / "model")
    return folder / "model"


def _metrics(summary: dict[str, Any]) -> dict[str, float]:
    verdict, naive, best = summary["verdict"], summary["naive"] or {}, summary["best"] or {}
    return {
        "fits": summary["fits"],
        "fits_per_second": summary["fits_per_second"],
        **{f"seconds_{stage}": seconds for stage, seconds in summary["seconds"].items()},
        **{f"naive_test_{name}": value for name, value in naive.items()},
        **{f"best_{name}": best[name] for name in ("score", "score_std") if name in best},
        **{f"verdict_{name}": verdict[name] for name in ("skill", "p_value") if name in verdict},
    }


def _tags(summary: dict[str, Any], results: Sequence[TrialResult]) -> dict[str, str]:
    winner = find_winner(results)
    best = {"best_trial": f"{winner.trial.trial_id} ({trial_label(winner.trial)})"} if winner else {}
    verdict = summary["verdict"]
    return {"verdict": verdict["sentence"], "beats_naive": str(verdict["beats_naive"]).lower(), **best}
