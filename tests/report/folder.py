"""A folder as a finished sweep leaves it, written by hand: nothing is trained."""

import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from lstm_sweep.metrics import Scores, score_forecast
from lstm_sweep.storage.facts import DataFacts, SweepStart
from lstm_sweep.storage.journal import Journal
from lstm_sweep.training.epoch_metrics import EPOCH_METRICS, MetricKind
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, FitStatus, TrialResult
from lstm_sweep.trials.spec import Trial
from tests.examples import make_fit

SENTENCE = (
    "Nothing here is shown to beat naive: best of 4 has skill -0.2 %, p = 0.83; skill below 1.7 % could not be ..."
)
COMMAND = "python -m src.sweep +experiment=dropout name=example"
DATA = DataFacts(
    name="example",
    digest="ab" * 32,
    bars=900,
    first="2020-01-01T00:00:00.000000000",
    last="2022-06-18T00:00:00.000000000",
    notes=("3 missing bars were filled forward.",),
)
ENVIRONMENT = {
    "runner": "fused",
    "backend": "jax",
    "code": "cd" * 32,
    "libraries": {"jax": "0.10.2", "keras": "3.15.1"},
    "python": "3.11.9",
    "devices": ["cpu", "cpu"],
    "processor": "Some Processor",
}


@dataclass
class Wanted:
    """What the folder is to hold.

    Attributes:
        values: swept values of every trial, by path.
        horizon: steps of a window.
        seeds: replicates.
        folds: walk-forward splits, or None.
        windows: of the test span.
        unscored: windows of the test span none of whose targets, and those whose first target, is a real bar.
        lost: what became of a fit that did not complete, by its trial.
        scores: on validation in place of the usual ones, by trial.
        summary: entries of summary.json in place of the usual ones; `...` leaves one out.
        tests: whether the test span is scored.
    """

    values: list[dict[str, Any]] = field(default_factory=lambda: [{"model.dropout": rate / 10} for rate in range(4)])
    horizon: int = 1
    seeds: int = 2
    folds: int | None = None
    windows: int = 120
    unscored: tuple[int, ...] = ()
    lost: dict[int, tuple[FitStatus, str]] = field(default_factory=dict)
    scores: dict[int, float] = field(default_factory=dict)
    summary: dict[str, Any] = field(default_factory=dict)
    tests: bool = True


def make_sweep(folder: Path, **wanted: Any) -> Path:
    """Write a finished sweep into `folder`, which is made; equal wishes give equal files."""
    wish = Wanted(**wanted)
    folder.mkdir(parents=True)
    generator = np.random.default_rng(0)
    results = [_result(wish, number, values) for number, values in enumerate(wish.values)]
    swept = sorted({path for values in wish.values for path in values})
    _write_journal(folder, wish, swept, results, generator)
    frame, scores, naive = _forecasts(wish, results, generator)
    frame.to_parquet(folder / "forecasts.parquet", index=False)
    board = _leaderboard(results, swept, scores if wish.tests else {}, wish.horizon)
    board.to_csv(folder / "leaderboard.csv", index=False)
    settings = {"name": folder.name, "windows": {"transform": "log_return"}, "evaluation": {"alpha": 0.05}}
    (folder / "config.yaml").write_text(yaml.safe_dump(settings))
    summary = _summary(wish, folder.name, board, results, naive)
    (folder / "summary.json").write_text(json.dumps(summary, allow_nan=False))
    return folder


def _leaderboard(
    results: list[TrialResult], swept: list[str], scores: dict[str, list[Scores]], horizon: int
) -> pd.DataFrame:
    rows = []
    for place, result in enumerate(sorted(results, key=lambda each: (each.score, each.trial.trial_id))):
        trial = result.trial
        row = {"trial": trial.trial_id, "status": result.status.value}
        row |= {path: trial.values[path] for path in swept}
        row |= {"score": result.score, "score_std": result.score_std, "val_skill": 1 - math.exp(result.score)}
        row |= {"seeds": len({outcome.spec.replicate for outcome in result.outcomes})}
        for name in ("mse", "rmse", "mape", "skill"):
            of_seeds = [getattr(score, name) for score in scores.get(trial.trial_id, [])]
            row[f"test_{name}"] = np.mean(of_seeds) if of_seeds else None
            row[f"test_{name}_std"] = np.std(of_seeds, ddof=1) if len(of_seeds) > 1 else None
        for step in range(1, horizon + 1) if horizon > 1 and scores else ():
            known = trial.trial_id in scores
            row |= {f"test_rmse_step_{step}": 2.0 + step + result.score if known else None}
            row |= {f"test_skill_step_{step}": -0.01 * step - result.score if known else None}
        rows.append(row | {"copycat": place == 0})
    return pd.DataFrame(rows, dtype=object)


def _result(wish: Wanted, number: int, values: dict[str, Any]) -> TrialResult:
    trial = Trial(f"{number:04}", values)
    outcomes = []
    for replicate in range(wish.seeds):
        for fold in [None] if wish.folds is None else range(wish.folds):
            spec = make_fit(trial_id=trial.trial_id, replicate=replicate, fold=fold, horizon=wish.horizon, epochs=5)
            status, message = FitStatus.COMPLETED, ""
            if replicate == 0 and number in wish.lost:
                status, message = wish.lost[number]
            score = wish.scores.get(number, 0.001 * number) + 0.0003 * replicate
            score = score if status is FitStatus.COMPLETED else math.nan
            outcomes.append(FitOutcome(spec, status, 5, 5, score, 0.5, 1.5, message=message))
    return TrialResult(trial, tuple(outcomes))


def _write_journal(
    folder: Path, wish: Wanted, swept: list[str], results: list[TrialResult], generator: np.random.Generator
) -> None:
    with Journal(folder) as journal:
        start = SweepStart(
            sweep_id="1",
            name=folder.name,
            data=DATA,
            swept=tuple(swept),
            num_trials=4,
            seeds=wish.seeds,
            folds=wish.folds,
            epochs=5,
            environment=ENVIRONMENT,
        )
        journal.write_start(start)
        journal.write_run(0)
        for result in results:
            journal.write_trial(result.trial)
            for outcome in result.outcomes:
                for epoch in range(1, outcome.epochs + 1 - outcome.spec.replicate):
                    journal.write_epoch(_epoch(outcome, epoch, generator))
                journal.write_fit(outcome, key="k")
            journal.write_trial_end(result)


def _epoch(outcome: FitOutcome, epoch: int, generator: np.random.Generator) -> EpochRecord:
    spec = outcome.spec
    values = generator.uniform(0.5, 1.0, len(EPOCH_METRICS))
    broken = outcome.status is FitStatus.DIVERGED and epoch == outcome.epochs
    return EpochRecord(
        trial_id=spec.trial_id,
        replicate=spec.replicate,
        fold=spec.fold,
        epoch=epoch,
        metrics={
            metric.name: math.nan if broken else -0.1 * value / epoch if metric.kind is MetricKind.SKILL else value
            for metric, value in zip(EPOCH_METRICS, values.tolist(), strict=True)
        },
        timestamp=1_700_000_000_000 + epoch,
    )


def _forecasts(
    wish: Wanted, results: list[TrialResult], generator: np.random.Generator
) -> tuple[pd.DataFrame, dict[str, list[Scores]], Scores]:
    num_past, first_origin = 60, 600
    prices = 100.0 * np.exp(
        np.cumsum(generator.normal(0.0, 0.02, first_origin + num_past + wish.windows + wish.horizon))
    )
    days = np.datetime64("2020-01-01", "ns") + np.arange(prices.size) * np.timedelta64(1, "D")
    last_fold = None if wish.folds is None else wish.folds - 1
    frames = []
    scores: dict[str, list[Scores]] = {}
    naive_scores = None
    for span, start, count in (("validation", first_origin, num_past), ("test", first_origin + num_past, wish.windows)):
        if span == "test" and not wish.tests:
            continue
        origins = np.arange(start, start + count)
        rows = origins[:, None] + np.arange(1, wish.horizon + 1)
        scored = ~np.isin(np.broadcast_to(np.arange(count)[:, None], rows.shape), wish.unscored)
        actual, last = prices[rows], prices[origins]
        naive = np.repeat(last[:, None], wish.horizon, axis=1)
        columns = {
            "span": span,
            "origin": np.repeat(days[origins], wish.horizon),
            "step": np.tile(np.arange(1, wish.horizon + 1), count),
            "target": days[rows].ravel(),
            "scored": scored.ravel(),
            "actual": actual.ravel(),
            "naive": naive.ravel(),
        }
        kept = scored.any(axis=1)
        for outcome in (each for result in results for each in result.outcomes):
            forecast = naive * (1 + generator.normal(0.0, 0.004, rows.shape))
            if outcome.status is not FitStatus.COMPLETED:
                continue
            if span == "test" and outcome.spec.fold != last_fold:
                forecast = np.full(rows.shape, np.nan)
            elif span == "test":
                score = score_forecast(forecast[kept], actual[kept], last[kept], scored[kept])
                scores.setdefault(outcome.spec.trial_id, []).append(score)
            columns[outcome.spec.fit_id] = forecast.ravel()
        columns["baseline/ridge"] = (naive * 1.001).ravel()
        columns["ensemble"] = (naive * 0.999).ravel()
        if span == "test":
            naive_scores = score_forecast(naive[kept], actual[kept], last[kept], scored[kept])
        frames.append(pd.DataFrame(columns))
    complete = {trial: each for trial, each in scores.items() if len(each) == wish.seeds}
    return pd.concat(frames, ignore_index=True), complete, naive_scores or Scores(*[0.0] * 9)


def _summary(wish: Wanted, name: str, board: pd.DataFrame, results: list[TrialResult], naive: Scores) -> dict[str, Any]:
    completed = board[board["status"] == "completed"]
    best = completed.iloc[0] if len(completed) else None
    ids = completed["trial"].tolist()
    by_id = {result.trial.trial_id: result for result in results}
    fold = "" if wish.folds is None else f"fold_{wish.folds - 1}/"
    skill = float(best["test_skill"]) if best is not None and wish.tests else None
    summary: dict[str, Any] = {
        "name": name,
        "data": {"name": "example", "bars": 900, "digest": "ab" * 32, "features": []},
        "trials": len(results),
        "fits": sum(len(result.outcomes) for result in results),
        "seconds": {"import": 1.25, "data": 0.5, "search": 12.5, "evaluation": 2.0, "total": 16.25},
        "fits_per_second": 0.64,
        "best": None,
        "naive": {"mse": naive.mse, "rmse": naive.rmse, "mape": naive.mape} if wish.tests else None,
        "test": {"first_target": "2021-10-23T00:00:00", "last_target": "2022-02-19T00:00:00", "windows": wish.windows},
        "verdict": {
            "beats_naive": False,
            "sentence": SENTENCE,
            "conclusion": "not_shown",
            "skill": skill,
            "price_skill": 0.0012345,
            "p_value": 0.83,
            "interval": [-0.0123, 0.0234],
            "detectable_skill": 0.0171,
            "num_windows": wish.windows,
            "num_seeds": wish.seeds,
            "num_seeds_above": 1,
            "num_configurations": len(results),
            "num_diverged": len(wish.lost),
        },
        "baselines": [
            {"name": "ridge", "description": "ridge on 5 inputs", "failure": None, "best": True}
            | _baseline(0.0005, naive),
            {"name": "arima", "failure": "It did not converge on 720 bars.", "best": False} | _baseline(None, None),
        ],
        "ensemble": {
            "test_mse": naive.mse * 1.02,
            "test_rmse": naive.rmse * 1.01,
            "test_mape": 1.234,
            "test_skill": -0.0101,
        },
        "ties": {"tied": ids[:2], "probability_best": {trial: 1 / (place + 2) for place, trial in enumerate(ids)}},
        "marks": {"superior": ids[1:2], "confidence_set": [*ids[:1], "naive"], "p_value": 0.21},
        "diagnostics": {
            "clark_west_p": 0.4,
            "copycat": {"fires": True, "exact": False, "correlation": 0.97},
            "leakage": {"passed": True, "sentence": ""},
            "test_uses": 3,
        },
        "stationarity": {
            "before": {
                "adf": {"statistic": -1.5, "p_value": 0.52, "lags": 7},
                "kpss": {"statistic": 2.125, "p_value": 0.01, "lags": 18},
                "num_bars": 630,
                "conclusion": "unit root",
            },
            "after": {
                "adf": {"statistic": -20.25, "p_value": 0.0, "lags": 1},
                "kpss": {"statistic": 0.0625, "p_value": 0.1, "lags": 4},
                "num_bars": 629,
                "conclusion": "stationary",
            },
        },
        "steps": [
            {"step": step, "windows": wish.windows}
            | {"best": {}, "ridge": {"test_rmse": 3.0 + step, "test_skill": -0.001 * step}}
            | {"naive": {"test_rmse": 2.5 + step, "test_skill": 0.0}}
            for step in range(1, wish.horizon + 1)
        ],
        "effects": _effects(wish),
        "importance": {"method": "share of variance", "values": {"model.dropout": 0.75, "interactions": 0.05}},
        "command": COMMAND,
        "usd": 0.0123,
    }
    if best is not None:
        trial = best["trial"]
        summary["best"] = {
            "trial": trial,
            "values": by_id[trial].trial.values,
            "score": float(best["score"]),
            "score_std": None if math.isnan(best["score_std"]) else float(best["score_std"]),
            "fit": f"{trial}/{fold}seed_{wish.seeds - 1}",
        }
    summary |= wish.summary
    return {key: value for key, value in summary.items() if value is not ...}


def _baseline(score: float | None, naive: Scores | None) -> dict[str, Any]:
    return {
        "validation_score": score,
        "test_mse": naive.mse * 1.04 if naive else None,
        "test_rmse": naive.rmse * 1.02 if naive else None,
        "test_mape": 2.345 if naive else None,
        "test_mae": 1.0 if naive else None,
        "test_skill": -0.0203 if naive else None,
    }


def _effects(wish: Wanted) -> dict[str, list[dict[str, Any]]]:
    paths = sorted({path for values in wish.values for path in values})
    effects = {}
    for path in paths:
        distinct = {json.dumps(values[path]): values[path] for values in wish.values}
        effects[path] = [
            {
                "value": value,
                "mean": 0.01 * place,
                "low": 0.01 * place - 0.002,
                "high": 0.01 * place + 0.004,
                "num_trials": 1,
            }
            for place, value in enumerate(distinct.values())
        ]
    return effects
