"""Which windows make up each training step, the same for every runner."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.trials.identity import derive_seed
from lstm_sweep.trials.spec import FitSpec
from lstm_sweep.windows.windows import Rows


@dataclass(frozen=True)
class Batches:
    """The steps of one epoch.

    Attributes:
        origins: int64 `(step, batch)`, or `(step, batch, time)` for streams: origins of windows.
        weights: float32, of the same shape: 1, or 0 for padding.
    """

    origins: Rows
    weights: NDArray[np.float32]


def epoch_batches(spec: FitSpec, origins: Rows, epoch: int) -> Batches:
    """The steps of one epoch of a fit.

    Args:
        spec: the fit.
        origins: of all its training windows, int64 `(window,)`, increasing.
        epoch: counted from 0 since the fit began, resumed or not.
    """
    if spec.model.stateful:
        return stream_batches(origins, spec.training.batch_size, spec.windows.lags)
    return shuffled_batches(origins, spec.training.batch_size, spec.seed, epoch)


def shuffled_batches(origins: Rows, batch_size: int, seed: int, epoch: int) -> Batches:
    """All windows once, in an order that depends on (seed, epoch) alone; the last step is padded.

    Args:
        origins: int64 `(window,)`.
        batch_size: windows of a step.
        seed: of the fit.
        epoch: counted from 0 over the whole life of the fit, so that a resumed fit draws what it would have.
    """
    generator = np.random.default_rng(derive_seed(seed, "order", epoch))
    order = generator.permutation(origins)
    num_padded = -len(order) % batch_size
    weights = np.repeat(np.array([1.0, 0.0], np.float32), [len(order), num_padded])
    shape = (-1, batch_size)
    return Batches(np.pad(order, (0, num_padded), mode="edge").reshape(shape), weights.reshape(shape))


def stream_batches(origins: Rows, num_streams: int, time: int) -> Batches:
    """The series as contiguous streams: row i of one step continues row i of the step before.

    Streams differ by at most one origin in length; the shorter ones, and the last step, are padded at the end.
    Origins between the first and the last that are not in `origins` (empty bars) are read with weight 0.

    Args:
        origins: int64 `(window,)`, increasing.
        num_streams: rows of a step.
        time: steps of the series that a training step reads.
    """
    rows = np.arange(origins[0], origins[-1] + 1)
    counted = np.isin(rows, origins).astype(np.float32)
    length = -(-len(rows) // num_streams)
    padded_length = -(-length // time) * time
    streams = [
        _stream(rows, counted, part, padded_length) for part in np.array_split(np.arange(len(rows)), num_streams)
    ]
    shape = (num_streams, -1, time)
    origins_by_stream, weights_by_stream = (np.stack(kind).reshape(shape) for kind in zip(*streams, strict=True))
    return Batches(origins_by_stream.swapaxes(0, 1), weights_by_stream.swapaxes(0, 1))


def _stream(
    rows: Rows, counted: NDArray[np.float32], part: NDArray[np.intp], padded_length: int
) -> tuple[Rows, NDArray[np.float32]]:
    num_padded = padded_length - len(part)
    fill = rows[part[-1]] if len(part) else rows[0]
    return (
        np.pad(rows[part], (0, num_padded), constant_values=fill),
        np.pad(counted[part], (0, num_padded)),
    )
