"""Does anything that comes later reach a forecast? The future is changed, and nothing may move by a bit."""

import hashlib
from dataclasses import replace

import numpy as np

from lstm_sweep.data.series import Series
from lstm_sweep.models.scorer import Scorer
from lstm_sweep.trials.checkpoint import Weights
from lstm_sweep.trials.spec import FitSpec
from lstm_sweep.windows.windows import Windows, build_windows

FACTORS = (10.0, 0.1)
"""What all later prices are multiplied with."""

NUM_ORIGINS = 3
"""Origins after which they are changed."""

WINDOWS_PROBED = 256
"""Windows of the test span that are forecast, its first ones."""


def find_leak(series: Series, spec: FitSpec, weights: Weights) -> str | None:
    """Look for a leak in a trained fit.

    Changed prices after the training span must leave its windows and its scaler as they were; changed prices after
    an origin of the test span, the forecast made there. The same batches are run, so that bits can be compared.

    Args:
        series: the prices.
        spec: the fit.
        weights: that count.

    Returns:
        What leaked, in a sentence, or None.
    """
    windows = build_windows(series, spec.windows, spec.features)
    origins = windows.scored_origins(windows.spans.test)[:WINDOWS_PROBED]
    scorer = Scorer(windows, spec.model, windows.stream_length(spec.training.batch_size))
    forecast = scorer.forecast(weights, origins)
    trained_on = _training_digest(windows)
    for factor in FACTORS:
        later = build_windows(_changed_after(series, windows.spans.train.stop - 1, factor), spec.windows, spec.features)
        if _training_digest(later) != trained_on:
            return f"Training windows moved when all later prices were multiplied by {factor:g}."
        for number in np.unique(np.linspace(0, len(origins) - 1, NUM_ORIGINS).astype(int)):
            changed = _changed_after(series, int(origins[number]), factor)
            again = scorer.on(build_windows(changed, spec.windows, spec.features)).forecast(weights, origins)
            if again[number].tobytes() != forecast[number].tobytes():
                return f"The forecast at an origin moved when all later prices were multiplied by {factor:g}."
    return None


def _changed_after(series: Series, row: int, factor: float) -> Series:
    """The series with every column multiplied after `row`."""
    factors = np.where(np.arange(len(series)) <= row, 1.0, factor)
    covariates, beside = (
        {name: values * factors for name, values in columns.items()} for columns in (series.covariates, series.beside)
    )
    return replace(series, values=series.values * factors, covariates=covariates, beside=beside)


def _training_digest(windows: Windows) -> bytes:
    origins = windows.training_origins()
    arrays = (origins, windows.scaler.offset, windows.scaler.factor, windows.inputs(origins), windows.targets(origins))
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(array.tobytes())
    return digest.digest()
