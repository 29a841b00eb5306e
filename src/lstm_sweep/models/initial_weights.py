"""Initial weights from NumPy, because Keras' own initializers differ between backends."""

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from lstm_sweep.models.dropout import MaskSource
from lstm_sweep.trials.identity import derive_seed

Array = NDArray[np.float32]


def glorot_uniform(generator: np.random.Generator, rows: int, columns: int) -> Array:
    """Uniform in +-sqrt(6 / (rows + columns)) (Glorot & Bengio, 2010, eq. 16), float32 `(rows, columns)`."""
    limit = np.sqrt(6.0 / (rows + columns))
    return generator.uniform(-limit, limit, (rows, columns)).astype(np.float32)


def orthogonal(generator: np.random.Generator, rows: int, columns: int) -> Array:
    """Orthonormal rows or columns, whichever are fewer (Saxe et al., 2014), float32 `(rows, columns)`."""
    gaussian = generator.standard_normal((max(rows, columns), min(rows, columns)))
    basis, triangle = np.linalg.qr(gaussian)
    basis *= np.sign(np.diag(triangle))
    return (basis if rows >= columns else basis.T).astype(np.float32)


def set_initial_weights(network: keras.Model, seed: int) -> None:
    """Give every layer the weights that `seed` stands for.

    LSTM: Glorot uniform kernel, orthogonal recurrent kernel, bias 0 but 1 for the forget gate (Jozefowicz et al.,
    2015). Dense: Glorot uniform, bias 0. Dropout: a seed of its own, its counter at 0.
    """
    generator = np.random.default_rng(derive_seed(seed, "weights"))
    for number, layer in enumerate(network.layers):
        for inner in layer._flatten_layers():
            if isinstance(inner, keras.layers.LSTMCell):
                _set_cell(inner, generator)
            elif isinstance(inner, keras.layers.Dense):
                inner.kernel.assign(glorot_uniform(generator, *inner.kernel.shape))
                inner.bias.assign(np.zeros(inner.bias.shape, np.float32))
            elif isinstance(inner, MaskSource):
                inner.seed.assign(derive_seed(seed, "dropout", number))
                inner.counter.assign(0)


def _set_cell(cell: Any, generator: np.random.Generator) -> None:
    features, gates = cell.kernel.shape
    cell.kernel.assign(glorot_uniform(generator, features, gates))
    cell.recurrent_kernel.assign(orthogonal(generator, cell.units, gates))
    forget = np.repeat(np.array([0, 1, 0, 0], np.float32), cell.units)
    cell.bias.assign(forget)
