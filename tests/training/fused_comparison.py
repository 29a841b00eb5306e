"""When two runs of a fit count as equal."""

from collections.abc import Sequence

import numpy as np
import pytest

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
        assert (record.loss, record.val_loss) == pytest.approx((same.loss, same.val_loss), rel=1e-4)
        assert 1 - record.val_skill == pytest.approx(1 - same.val_skill, rel=1e-4)


def _assert_close(mine: Weights | None, yours: Weights | None, tolerance: float) -> None:
    assert mine is not None
    assert yours is not None
    for one, other in zip(mine, yours, strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_allclose(one, other, rtol=0, atol=tolerance)
