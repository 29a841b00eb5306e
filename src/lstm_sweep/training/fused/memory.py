"""How many fits a device's memory holds at once: a conservative estimate, corrected by halving where it fails."""

from typing import Any

from lstm_sweep.models.cells import cell_kind
from lstm_sweep.training.fused.program import WINDOWS_AT_ONCE
from lstm_sweep.trials.spec import FitSpec

_WHERE_UNKNOWN = 64
"""Members where a device does not report its memory."""


def members_that_fit(spec: FitSpec, num_rows: int, device: Any) -> int:
    """Most members of a population.

    Args:
        spec: of a member.
        num_rows: length of the series.
        device: that is to hold them.
    """
    memory = device.memory_stats()
    if not memory or "bytes_limit" not in memory:
        return _WHERE_UNKNOWN
    free = memory["bytes_limit"] - memory.get("bytes_in_use", 0)
    return max(1, free // bytes_per_member(spec, num_rows))


def bytes_per_member(spec: FitSpec, num_rows: int) -> int:
    """Memory of one member, in bytes: more than XLA was observed to allocate.

    That is its weights and their optimizer's, the residuals of a training step, what validation
    keeps of all layers but the last, and the steps and outputs of an epoch.
    """
    layers, units, lags = spec.model.layers, spec.model.units, spec.windows.lags
    weights = layers * cell_kind(spec.model).gates * units * (units + max(units, 1 + len(spec.features)) + 1)
    training = spec.training.batch_size * lags * layers * units
    if spec.model.stateful:
        validation = 2 * num_rows * layers * units
    else:
        validation = min(num_rows, WINDOWS_AT_ONCE) * units * (12 + 2 * lags * (layers - 1))
    return 4 * (12 * weights + 24 * training + validation + (2 + spec.windows.horizon) * num_rows)
