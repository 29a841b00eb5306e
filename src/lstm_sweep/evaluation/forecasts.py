"""Forecasts of every fit over the validation and the test span, and the file that keeps them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from lstm_sweep.config import WindowsConfig
from lstm_sweep.data.series import Series
from lstm_sweep.metrics import Prices
from lstm_sweep.models.scorer import Scorer
from lstm_sweep.storage.files import replacing
from lstm_sweep.storage.fit_files import FitFiles
from lstm_sweep.trials.outcome import FitOutcome, FitStatus, TrialResult
from lstm_sweep.windows.naive import naive
from lstm_sweep.windows.spans import Span, split
from lstm_sweep.windows.windows import Windows, build_windows

FitForecasts = dict[str, Prices]
"""By fit id, float64 `(window, horizon)` in price units."""


def completed_fits(results: Sequence[TrialResult]) -> Iterator[FitOutcome]:
    """Every fit that has weights, trial by trial."""
    for result in results:
        yield from (outcome for outcome in result.outcomes if outcome.status is FitStatus.COMPLETED)


def scored_windows(series: Series, config: WindowsConfig) -> Windows:
    """Windows for their targets alone, which no trial changes: with one lag, as the config's own may be nobody's."""
    return build_windows(series, replace(config, lags=1), ())


def last_fold(result: TrialResult) -> list[FitOutcome]:
    """The fits of a trial that were trained on most data, one per replicate: they forecast the test span."""
    last = max(outcome.spec.fold or 0 for outcome in result.outcomes)
    return [outcome for outcome in result.outcomes if (outcome.spec.fold or 0) == last]


def forecast_test(series: Series, results: Sequence[TrialResult], files: FitFiles) -> FitForecasts:
    """Run every completed fit of the last fold over the test span.

    Returns:
        Forecasts by fit id, float64 `(window, horizon)` in price units; the windows are the same for every fit,
        whatever its lags.
    """
    forecasts: FitForecasts = {}
    for result in results:
        fits = [fit for fit in last_fold(result) if fit.status is FitStatus.COMPLETED]
        if not fits:
            continue
        spec = fits[0].spec
        windows = build_windows(series, spec.windows, spec.features)
        scorer = Scorer(windows, spec.model, windows.stream_length(spec.training.batch_size))
        origins = windows.scored_origins(windows.spans.test)
        for fit in fits:
            forecasts[fit.spec.fit_id] = scorer.forecast(files.load(fit.spec.fit_id).weights, origins)
    return forecasts


def validation_forecasts(
    series: Series, windows: Windows, results: Sequence[TrialResult], files: FitFiles
) -> FitForecasts:
    """What every completed fit forecast on validation.

    Args:
        series: the prices.
        windows: of the whole validation span, from `scored_windows`.
        results: of the search.
        files: of the sweep.

    Returns:
        Forecasts by fit id, float64 `(window, horizon)` in price units, nan where another fold answers.
    """
    origins = windows.scored_origins(windows.spans.validation)
    forecasts: FitForecasts = {}
    for fit in completed_fits(results):
        span = split(series, fit.spec.windows).validation
        answered = np.isin(origins, windows.scored_origins(span))
        whole = np.full((len(origins), windows.config.horizon), np.nan)
        whole[answered] = files.load(fit.spec.fit_id).validation_forecast
        forecasts[fit.spec.fit_id] = whole
    return forecasts


def write_forecasts(path: Path, series: Series, windows: Windows, spans: dict[str, tuple[Span, FitForecasts]]) -> None:
    """Write one row per span, window and step: times, actual price, naive, and a column for every fit.

    Args:
        path: a Parquet file; a reader never sees half of it.
        series: for the times.
        windows: any of the sweep: they all score the same targets.
        spans: by name, the span and its forecasts by fit id.
    """
    frame = pd.concat([_frame(series, windows, name, *span) for name, span in spans.items()], ignore_index=True)
    with replacing(path) as unfinished:
        frame.to_parquet(unfinished, index=False)


def _frame(series: Series, windows: Windows, name: str, span: Span, forecasts: FitForecasts) -> pd.DataFrame:
    origins = windows.scored_origins(span)
    horizon = windows.config.horizon
    steps = np.tile(np.arange(1, horizon + 1), len(origins))
    rows = np.repeat(origins, horizon)
    columns = {
        "span": name,
        "origin": series.timestamps[rows],
        "step": steps,
        "target": series.timestamps[rows + steps],
        "scored": windows.scored(origins).ravel(),
        "actual": windows.actual(origins).ravel(),
        "naive": naive(windows, origins).ravel(),
    }
    return pd.DataFrame(columns | {fit_id: forecast.ravel() for fit_id, forecast in forecasts.items()})
