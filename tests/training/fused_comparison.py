"""When two runs of a fit count as equal."""

from collections.abc import Sequence

import numpy as np
import pytest

from lstm_sweep.training.epoch_metrics import EPOCH_METRICS, MetricKind
from lstm_sweep.trials.checkpoint import Weights
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, FitStatus
from tests.contracts.runner_contract import Run


def assert_equal_fits(mine: Run, yours: Run, name: str, tolerance: float) -> None:
    """Weights and optimizer to `tolerance`, every metric of the first three epochs to 1e-4 (relative)."""
    assert_equal_outcomes(mine[name], yours[name], tolerance)
    assert_equal_records(mine.records(name), yours.records(name))


def assert_equal_outcomes(one: FitOutcome, other: FitOutcome, tolerance: float) -> None:
    """Weights and optimizer to `tolerance`, score and forecast to 1e-4."""
    assert one.status is other.status is FitStatus.COMPLETED, one.message
    assert (one.epochs, one.best_epoch) == (other.epochs, other.best_epoch)
    assert one.state is not None
    assert other.state is not None
    _assert_close(one.weights, other.weights, tolerance)
    _assert_close(one.state.weights, other.state.weights, tolerance)
    _assert_close(one.state.optimizer, other.state.optimizer, tolerance)
    assert one.score == pytest.approx(other.score, abs=1e-4)
    np.testing.assert_allclose(one.validation_forecast, other.validation_forecast, rtol=1e-4)


def assert_equal_records(records: Sequence[EpochRecord], others: Sequence[EpochRecord]) -> None:
    """As many, of the same epochs; the first three to 1e-4."""
    assert [record.epoch for record in records] == [record.epoch for record in others]
    for record, same in list(zip(records, others, strict=True))[:3]:
        for metric in EPOCH_METRICS:
            zero = 1.0 if metric.kind is MetricKind.SKILL else 0.0  # a ratio of errors, as the loss is an error
            numbers = zero - record.metrics[metric.name], zero - same.metrics[metric.name]
            assert numbers[0] == pytest.approx(numbers[1], rel=1e-4), metric.name


def _assert_close(mine: Weights | None, yours: Weights | None, tolerance: float) -> None:
    assert mine is not None
    assert yours is not None
    for one, other in zip(mine, yours, strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_allclose(one, other, rtol=0, atol=tolerance)
