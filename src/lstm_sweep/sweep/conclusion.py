"""The end of a sweep: choose on validation, score the test span once, and leave the files of a finished sweep."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lstm_sweep.evaluation.ended_search import EndedSearch
from lstm_sweep.evaluation.evaluate import Evaluation, evaluate, median_fit
from lstm_sweep.evaluation.forecasts import write_forecasts
from lstm_sweep.evaluation.ledger import TestUse, config_digest, config_digest_of_version_0_1, count_uses
from lstm_sweep.evaluation.selection import Selection, select
from lstm_sweep.evaluation.verdict import Verdict
from lstm_sweep.forecaster import build_forecaster
from lstm_sweep.invocation import spelled
from lstm_sweep.report.leaderboard import leaderboard, write_leaderboard
from lstm_sweep.report.page.build import write_report
from lstm_sweep.report.summary import summarize, write_summary
from lstm_sweep.report.table.columns import ReferenceRow
from lstm_sweep.report.table.layout import format_table, rows_above
from lstm_sweep.storage.facts import SweepEnd
from lstm_sweep.sweep.final_metrics import final_metrics, final_scores, final_tags, reference_scores, with_steps
from lstm_sweep.timing import Clock
from lstm_sweep.trials.outcome import FitOutcome
from lstm_sweep.windows.windows import build_windows


@dataclass(frozen=True)
class Concluded:
    """What a sweep came to.

    Attributes:
        scores: by trial id, as trackers are told.
        end: of the sweep, as trackers are told.
        board: from `leaderboard`.
        above: rows above it.
        selection: from validation.
        verdict: on the winner, or None where there is none.
    """

    scores: dict[str, dict[str, float]]
    end: SweepEnd
    board: pd.DataFrame
    above: Sequence[ReferenceRow]
    selection: Selection
    verdict: Verdict | None


def conclude(search: EndedSearch, clock: Clock) -> Concluded:
    """Evaluate the trials, and write forecasts.parquet, model/, leaderboard.csv, summary.json and report.html.

    Args:
        search: that has ended.
        clock: times the evaluation.
    """
    with clock.stage("evaluation"):
        selection = select(search)
        evaluation = _score_test_span(search, selection) if search.config.evaluation.test else None
        _write_forecasts(search, evaluation)
        if selection.winner is not None:
            _write_forecaster(search, median_fit(selection.winner))
        board = _write_leaderboard(search, selection, evaluation)
    summary = summarize(search, selection, evaluation, clock)
    write_summary(summary, search.folder / "summary.json")
    above = rows_above(evaluation)
    scores = final_scores(search, evaluation)
    end = SweepEnd(
        metrics=final_metrics(summary, scores),
        tags=final_tags(summary, selection),
        files=("leaderboard.csv", "summary.json", *_write_report(search.folder)),
        forecaster=selection.winner is not None,
        table=format_table(board, above, signed=search.series.is_signed),
        references=with_steps(reference_scores(above), evaluation),
    )
    verdict = None if evaluation is None or evaluation.leak is not None else evaluation.verdict
    return Concluded(scores, end, board, above, selection, verdict)


def _score_test_span(search: EndedSearch, selection: Selection) -> Evaluation:
    """The ledger is written before anything is scored; where nothing completed there is nothing to score."""
    if selection.winner is None:
        return evaluate(search, selection, num_uses=0)
    use = TestUse(
        series=search.series.name,
        data=search.series.digest,
        first_target=search.test.first_day,
        last_target=search.test.last_day,
        config=config_digest(search.config),
        sweep=search.folder.name,
    )
    num_uses = count_uses(search.folder.parent, use, config_digest_of_version_0_1(search.config))
    return evaluate(search, selection, num_uses)


def _write_forecasts(search: EndedSearch, evaluation: Evaluation | None) -> None:
    spans = {"validation": (search.windows.spans.validation, search.validation_forecasts)}
    if evaluation is not None:
        named = {
            f"baseline/{each.name}": each.forecast
            for each in evaluation.references
            if each.forecast is not None and each.name != "naive"
        }
        if evaluation.ensemble_forecast is not None:
            named["ensemble"] = evaluation.ensemble_forecast
        spans["test"] = (search.windows.spans.test, evaluation.forecasts | named)
    write_forecasts(search.folder / "forecasts.parquet", search.series, search.windows, spans)


def _write_forecaster(search: EndedSearch, fit: FitOutcome) -> None:
    """The model, and the prices at the end of the series as an example of what it takes."""
    series, spec = search.series, fit.spec
    windows = build_windows(series, spec.windows, spec.features)
    forecaster = build_forecaster(spec, windows, search.files.load(spec.fit_id).weights)
    forecaster.save(search.folder / "model")
    columns = {"price": series.values, **{name: series.covariates[name] for name in spec.features}}
    needed = max(forecaster.warmup, windows.first_origin + 1) if spec.model.stateful else windows.first_origin + 1
    pd.DataFrame(columns).tail(needed).to_csv(search.folder / "model" / "example.csv", index=False)


def _write_leaderboard(search: EndedSearch, selection: Selection, evaluation: Evaluation | None) -> pd.DataFrame:
    scores, marks = (evaluation.scores, evaluation.marks_by_trial) if evaluation is not None else ({}, {})
    steps = {} if evaluation is None else evaluation.steps
    board = leaderboard(search.results, search.swept, scores, selection, marks, steps)
    write_leaderboard(board, search.folder / "leaderboard.csv")
    return board


def _write_report(folder: Path) -> list[str]:
    """The name of the report, or nothing where it could not be written."""
    try:
        return [write_report(folder).name]
    except Exception as error:  # a sweep that has found its numbers does not fail for a picture of them
        warn = "report.html could not be written (%s: %s); %s sweep=%s tries again"
        logging.getLogger(__name__).warning(warn, type(error).__name__, error, spelled("report"), folder.name)
        return []
