"""All that is specific to a recurrent cell: its layers, its gates, the kernels under L2, its initial weights.

A further cell is an entry of `CELLS`. Keras' cells all name their weights `kernel`, `recurrent_kernel` and `bias`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from lstm_sweep.config import ModelConfig
from lstm_sweep.errors import require
from lstm_sweep.models.dropout import RecurrentDropoutCell, RecurrentDropoutRNN
from lstm_sweep.models.initializers import Array, glorot_uniform, orthogonal

LayerFactory = Callable[..., keras.layers.RNN]
"""Makes a recurrent layer; called like `keras.layers.LSTM`."""

_REGULARIZED = {"kernel_regularizer": "kernel", "recurrent_regularizer": "recurrent_kernel"}
"""Weights that L2 penalizes, by the argument of Keras that says so."""


class RecurrentDropoutLSTMCell(RecurrentDropoutCell, keras.layers.LSTMCell):
    """Keras' LSTM cell; masks for the input, forget, candidate and output gates."""

    gates = 4


@dataclass(frozen=True)
class CellKind:
    """A kind of recurrent cell.

    Attributes:
        layer: Keras' layer of such cells.
        plain: class of the layer's cells.
        masked: class of the cells with recurrent dropout.
        initial_bias: units -> bias that training starts from, of the shape of Keras' bias.
    """

    layer: LayerFactory
    plain: type[keras.layers.Layer]
    masked: type[RecurrentDropoutCell]
    initial_bias: Callable[[int], Array]

    @property
    def gates(self) -> int:
        """Blocks of columns in each kernel."""
        return self.masked.gates


def _open_forget_gate(units: int) -> Array:
    """0, but 1 for the forget gate (Jozefowicz et al., 2015); Keras' order is input, forget, candidate, output."""
    return np.repeat(np.array([0, 1, 0, 0], np.float32), units)


LSTM = CellKind(keras.layers.LSTM, keras.layers.LSTMCell, RecurrentDropoutLSTMCell, _open_forget_gate)

CELLS = {"lstm": LSTM}


def cell_kind(config: ModelConfig) -> CellKind:
    """The kind of a model's cells; so far there is one."""
    return CELLS["lstm"]


def recurrent_layer(config: ModelConfig, every_step: bool, return_state: bool, lstm: LayerFactory) -> Any:
    """Make a layer of the cells of `config`, its weights still zero.

    Args:
        config: units, activations, recurrent dropout and L2.
        every_step: return the output of every step instead of the last one.
        return_state: return the last state too.
        lstm: makes LSTM layers without recurrent dropout, in place of Keras' own.
    """
    kind = cell_kind(config)
    # Keras' own draws would be compiled one by one, only to be replaced by those of `initial_weights`.
    settings: dict[str, Any] = {
        "activation": config.activation,
        "recurrent_activation": config.recurrent_activation,
        "kernel_initializer": "zeros",
        "recurrent_initializer": "zeros",
    }
    if config.l2 > 0:
        settings |= {argument: keras.regularizers.L2(config.l2) for argument in _REGULARIZED}
    layout = {"return_sequences": every_step, "return_state": return_state}
    if config.recurrent_dropout > 0:
        return RecurrentDropoutRNN(kind.masked(config.units, config.recurrent_dropout, **settings), **layout)
    layer = lstm if kind is LSTM else kind.layer
    return layer(config.units, **settings, **layout)


def is_cell(layer: keras.layers.Layer) -> bool:
    """Whether a layer is a cell of a kind in `CELLS`."""
    return isinstance(layer, tuple(kind.plain for kind in CELLS.values()))


def regularized_kernels(network: keras.Model) -> list[Any]:
    """The variables of a network that L2 penalizes, whether or not its weight is zero.

    Raises:
        UserError: where a recurrent layer has a cell of no kind in `CELLS`.
    """
    return [getattr(cell, name) for cell in _cells(network) for name in _REGULARIZED.values()]


def set_initial_cell_weights(layer: Any, generator: np.random.Generator) -> list[Any]:
    """Glorot uniform kernel, orthogonal recurrent kernel, and the initial bias of its kind; returns all three."""
    bias = next(kind.initial_bias for kind in CELLS.values() if isinstance(layer, kind.plain))
    layer.kernel.assign(glorot_uniform(generator, *layer.kernel.shape))
    layer.recurrent_kernel.assign(orthogonal(generator, *layer.recurrent_kernel.shape))
    layer.bias.assign(bias(layer.units))
    return [layer.kernel, layer.recurrent_kernel, layer.bias]


def _cells(network: keras.Model) -> Iterator[Any]:
    for layer in network._flatten_layers():
        if isinstance(layer, keras.layers.RNN):
            known = ", ".join(kind.plain.__name__ for kind in CELLS.values())
            require(
                is_cell(layer.cell),
                f"a recurrent layer must have a cell that models/cells.py describes ({known}), but {layer.name} has "
                f"{type(layer.cell).__name__}: describe it there.",
            )
            yield layer.cell
