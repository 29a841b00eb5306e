"""The end of a sweep: evaluate it once, and leave its files and its table."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from lstm_sweep.config import Config
from lstm_sweep.data.series import Series
from lstm_sweep.evaluation.forecasts import Forecasts, scored_windows, validation_forecasts, write_forecasts
from lstm_sweep.evaluation.ledger import TestUse, config_digest, count_uses
from lstm_sweep.evaluation.selection import Selection, select
from lstm_sweep.evaluation.targets import Targets, targets_of
from lstm_sweep.evaluation.test_span import Evaluation, evaluate, median_fit
from lstm_sweep.forecaster import build_forecaster
from lstm_sweep.report.leaderboard import leaderboard, summarize_seeds, write_leaderboard
from lstm_sweep.report.summary import Findings, summarize, write_summary
from lstm_sweep.report.table import format_table, rows_above
from lstm_sweep.storage.facts import SweepEnd
from lstm_sweep.storage.fit_files import FitFiles
from lstm_sweep.timing import Clock
from lstm_sweep.trials.label import trial_label
from lstm_sweep.trials.outcome import FitOutcome, TrialResult
from lstm_sweep.windows.stationarity import transform_stationarity
from lstm_sweep.windows.windows import Windows, build_windows


@dataclass(frozen=True)
class Search:
    """A search that has ended.

    Attributes:
        config: of the sweep.
        series: the prices.
        folder: sweeps/<name>/.
        swept: paths of the swept settings.
        results: of the trials whose fits have all ended.
        usd: what the machine has cost so far, or None.
        stopped: the limit that ended the search before all trials were trained, or empty.
        command: that repeats the sweep.
    """

    config: Config
    series: Series
    folder: Path
    swept: Sequence[str]
    results: Sequence[TrialResult]
    usd: float | None = None
    stopped: str = ""
    command: str = ""


@dataclass(frozen=True)
class Conclusion:
    """What trackers are told at the end.

    Attributes:
        scores: by trial id, what the test span says about it; empty where it stays unseen.
        end: about the whole sweep.
    """

    scores: dict[str, dict[str, float]]
    end: SweepEnd


def conclude(search: Search, clock: Clock) -> Conclusion:
    """Evaluate the trials and write forecasts.parquet, model/, leaderboard.csv and summary.json.

    Args:
        search: that has ended.
        clock: times the evaluation.
    """
    with clock.stage("evaluation"):
        selection, evaluation = _evaluate(search)
        if selection.winner is not None:
            _save_forecaster(search, median_fit(selection.winner))
        scores, marks = (evaluation.scores, evaluation.marks_by_trial) if evaluation else ({}, {})
        frame = leaderboard(search.results, search.swept, scores, selection, marks)
        write_leaderboard(frame, search.folder / "leaderboard.csv")
    findings = Findings(
        name=search.folder.name,
        series=search.series,
        results=search.results,
        selection=selection,
        evaluation=evaluation,
        stationarity=transform_stationarity(scored_windows(search.series, search.config.windows)),
        seconds=clock.total(),
        usd=search.usd,
        stopped=search.stopped,
        command=search.command,
    )
    summary = summarize(findings)
    write_summary(summary, search.folder / "summary.json")
    end = SweepEnd(
        metrics=_metrics(summary),
        tags=_tags(summary, selection),
        files=("leaderboard.csv", "summary.json"),
        forecaster=selection.winner is not None,
        table=format_table(frame, rows_above(evaluation)),
    )
    told = {trial_id: summarize_seeds(each) for trial_id, each in scores.items()}
    for result in search.results:
        if len(result.seed_scores) > search.config.seeds:  # trackers know the score of its first seeds
            grown = {"score": result.score, "score_std": result.score_std}
            told[result.trial.trial_id] = grown | told.get(result.trial.trial_id, {})
    return Conclusion(told, end)


def _evaluate(search: Search) -> tuple[Selection, Evaluation | None]:
    config, series, files = search.config, search.series, FitFiles(search.folder)
    windows = scored_windows(series, config.windows)
    validation = targets_of(series, windows, windows.spans.validation)
    answers = validation_forecasts(series, windows, search.results, files)
    selection = select(config, search.results, search.swept, validation, answers)
    evaluation = None
    if config.evaluation.test:
        test = targets_of(series, windows, windows.spans.test)
        num_uses = _count_uses(search, test)
        evaluation = evaluate(config, series, search.results, files, selection, validation, test, num_uses)
    _write_forecasts(search, windows, answers, evaluation)
    return selection, evaluation


def _count_uses(search: Search, test: Targets) -> int:
    """The ledger is written before anything is scored."""
    use = TestUse(
        series=search.series.name,
        data=search.series.digest,
        first_target=test.first_day,
        last_target=test.last_day,
        config=config_digest(asdict(search.config)),
        sweep=search.folder.name,
    )
    return count_uses(search.folder.parent, use)


def _write_forecasts(search: Search, windows: Windows, answers: Forecasts, evaluation: Evaluation | None) -> None:
    spans = {"validation": (windows.spans.validation, answers)}
    if evaluation is not None:
        named = {
            f"baseline/{each.name}": each.forecast
            for each in evaluation.references
            if each.forecast is not None and each.name != "naive"
        }
        if evaluation.ensemble_forecast is not None:
            named["ensemble"] = evaluation.ensemble_forecast
        spans["test"] = (windows.spans.test, evaluation.forecasts | named)
    write_forecasts(search.folder / "forecasts.parquet", search.series, windows, spans)


def _save_forecaster(search: Search, fit: FitOutcome) -> None:
    """The model, and the prices at the end of the series as an example of what it takes."""
    series, spec = search.series, fit.spec
    windows = build_windows(series, spec.windows, spec.features)
    forecaster = build_forecaster(spec, windows, FitFiles(search.folder).load(spec.fit_id).weights)
    forecaster.save(search.folder / "model")
    columns = {"price": series.values, **{name: series.covariates[name] for name in spec.features}}
    needed = max(forecaster.warmup, windows.first_origin + 1) if spec.model.stateful else windows.first_origin + 1
    pd.DataFrame(columns).tail(needed).to_csv(search.folder / "model" / "example.csv", index=False)


def _metrics(summary: dict[str, Any]) -> dict[str, float]:
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


def _tags(summary: dict[str, Any], selection: Selection) -> dict[str, str]:
    winner = selection.winner
    best = {"best_trial": f"{winner.trial.trial_id} ({trial_label(winner.trial)})"} if winner else {}
    stopped = {"stopped": summary["stopped"]} if summary["stopped"] else {}
    verdict = summary["verdict"]
    return {"verdict": verdict["sentence"], "beats_naive": str(verdict["beats_naive"]).lower(), **best, **stopped}
