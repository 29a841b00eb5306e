"""Trains a trial of a finished sweep again, and compares every number with what the sweep recorded."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

import numpy as np
import pandas as pd

from lstm_sweep.config import SOURCES, ModelConfig, TrainingConfig, WindowsConfig
from lstm_sweep.data.load import load_series
from lstm_sweep.data.series import Series
from lstm_sweep.errors import require
from lstm_sweep.storage.encoding import read_lines
from lstm_sweep.storage.folder import read_config
from lstm_sweep.storage.history import histories_of_fits
from lstm_sweep.storage.lines import FitLine
from lstm_sweep.training.beginning import begun
from lstm_sweep.training.epoch_metrics import EPOCH_METRICS, EpochMetric, MetricKind
from lstm_sweep.training.runner import FitListener
from lstm_sweep.training.sequential import SequentialRunner
from lstm_sweep.trials.checkpoint import Checkpoint
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, FitStatus
from lstm_sweep.trials.spec import FitSpec


@dataclass(frozen=True)
class Recorded:
    """What a sweep recorded of one trial.

    Attributes:
        fits: of the trial, all completed, with their epochs since the trial that they resumed from.
        forecasts: validation forecasts by fit id, float64 `(target,)` in price units.
    """

    fits: list[tuple[list[EpochRecord], FitLine]]
    forecasts: pd.DataFrame


@final
class _Records(FitListener):
    """Keeps every record of an epoch."""

    def __init__(self) -> None:
        self.records: list[EpochRecord] = []

    def on_epoch(self, record: EpochRecord) -> None:
        self.records.append(record)

    def on_checkpoint(self, spec: FitSpec, checkpoint: Checkpoint) -> None:
        pass

    def on_fit(self, outcome: FitOutcome) -> None:
        pass

    def must_stop(self) -> bool:
        return False


def retrain(folder: Path, trial_id: str | None) -> dict[str, float]:
    """Train a trial again with Keras' own `fit`, on the backend that this process has.

    Args:
        folder: of a finished sweep.
        trial_id: of the trial, or None for the winner.

    Returns:
        Largest deviation by name: every metric of an epoch over all epochs and seeds, `score`, and `forecast` over
        the validation targets; relative, but for a skill and a score, and to the largest forecast of a signed series.

    Raises:
        UserError: where there is no such finished sweep or trial, its trial did not complete, or its data changed.
    """
    require((folder / "summary.json").exists(), f"{folder} must be a finished sweep, but is not: see sweeps/.")
    summary = json.loads((folder / "summary.json").read_text())
    best = summary["best"]
    require(trial_id is not None or best is not None, f"no trial of {folder} completed: there is nothing to audit.")
    recorded = _read(folder, trial_id or best["trial"])
    series = _same_series(read_config(folder)["data"], summary)
    retrained = _Records()
    outcomes = SequentialRunner().run(series, [_spec(line) for _, line in recorded.fits], retrained)
    return _deviations(recorded, retrained.records, outcomes, series.is_signed)


def _read(folder: Path, trial_id: str) -> Recorded:
    histories = histories_of_fits(line for _, line in read_lines(folder)).values()
    fits = [(fit.epochs, fit.end) for fit in histories if fit.end is not None and fit.end.trial_id == trial_id]
    require(bool(fits), f"{folder} must hold the trial {trial_id}, but does not: see its leaderboard.csv.")
    statuses = {line.status for _, line in fits}
    require(
        statuses == {FitStatus.COMPLETED},
        f"trial {trial_id} of {folder} must have completed, but {', '.join(sorted(statuses))}: choose another.",
    )
    forecasts = pd.read_parquet(folder / "forecasts.parquet")
    return Recorded(fits, forecasts[forecasts["span"] == "validation"])


def _same_series(plain: dict[str, Any], summary: dict[str, Any]) -> Series:
    series = load_series(SOURCES[plain["source"]](**plain), summary["data"]["features"], signed=True)
    digest = summary["data"]["digest"]
    require(
        series.digest == digest,
        f"the data must be what the sweep saw (SHA-256 {digest[:12]}), but is {series.digest[:12]}: restore it.",
    )
    return series


def _spec(line: FitLine) -> FitSpec:
    """The fit from its very start: one that resumed from an earlier trial is trained through."""
    spec = FitSpec(
        trial_id=line.trial_id,
        replicate=line.replicate,
        fold=line.fold,
        seed=line.seed,
        windows=WindowsConfig(**line.windows),
        features=line.features,
        model=ModelConfig(**line.model),
        training=TrainingConfig(**line.training),
    )
    return begun(spec)


def _deviations(
    recorded: Recorded, records: list[EpochRecord], outcomes: list[FitOutcome], is_signed: bool
) -> dict[str, float]:
    again = {(record.fit_id, record.epoch): record for record in records}
    pairs = [(record, again[record.fit_id, record.epoch]) for epochs, _ in recorded.fits for record in epochs]
    report = {}
    for metric in EPOCH_METRICS:
        deviations = _metric_deviations(metric, pairs)
        if deviations:  # an older version may not have recorded the metric
            report[metric.name] = max(deviations)
    fits = [(line, outcome) for (_, line), outcome in zip(recorded.fits, outcomes, strict=True)]
    report["score"] = max(_deviation(line.score, outcome.score, absolute=True) for line, outcome in fits)
    report["forecast"] = max(_forecast_deviation(recorded.forecasts, outcome, is_signed) for _, outcome in fits)
    return report


def _metric_deviations(metric: EpochMetric, pairs: list[tuple[EpochRecord, EpochRecord]]) -> list[float]:
    absolute = metric.kind is MetricKind.SKILL
    return [
        _deviation(recorded.metrics[metric.name], again.metrics[metric.name], absolute)
        for recorded, again in pairs
        if metric.name in recorded.metrics
    ]


def _deviation(recorded: float, again: float, absolute: bool) -> float:
    scale = 1.0 if absolute else max(abs(recorded), abs(again))
    return 0.0 if recorded == again else abs(recorded - again) / scale


def _forecast_deviation(forecasts: pd.DataFrame, outcome: FitOutcome, is_signed: bool) -> float:
    assert outcome.validation_forecast is not None
    recorded = forecasts[outcome.spec.fit_id].dropna().to_numpy()  # other folds answer elsewhere
    again = outcome.validation_forecast.ravel()
    if is_signed:  # a share of what may be zero says nothing
        return float(np.max(np.abs(again - recorded)) / np.max(np.abs(recorded)))
    return float(np.max(np.abs(again / recorded - 1.0)))
