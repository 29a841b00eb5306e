"""What is known of a cell holds for Keras' own, and what is not known is refused."""

from typing import Any

import keras
import numpy as np
import pytest

from lstm_sweep.errors import UserError
from lstm_sweep.models.cells import CELLS, CellKind, regularized_kernels
from lstm_sweep.models.initial_weights import set_initial_weights
from lstm_sweep.models.lstm import Shapes, build_lstm
from lstm_sweep.training.fused.program import Program
from tests.examples import make_fit

INPUTS = np.random.default_rng(0).normal(size=(3, 7, 2)).astype(np.float32)
kinds = pytest.mark.parametrize("kind", CELLS.values(), ids=CELLS.keys())


class LearntMemory(keras.layers.LSTMCell):
    """An LSTM cell with a weight that no other has."""

    def build(self, shape: tuple[int, ...]) -> None:
        super().build(shape)
        self.memory = self.add_weight(name="memory", shape=(self.units,))


def network_of(*layers: keras.layers.Layer) -> keras.Model:
    inputs = keras.Input(INPUTS.shape[1:])
    hidden = inputs
    for layer in layers:
        hidden = layer(hidden)
    return keras.Model(inputs, keras.layers.Dense(1)(hidden))


@kinds
def test_gates_are_the_blocks_of_columns_of_each_kernel(kind: CellKind) -> None:
    for cell in (kind.plain(5), kind.masked(5, 0.1)):
        cell.build((None, 2))
        assert cell.kernel.shape == (2, 5 * kind.gates)
        assert cell.recurrent_kernel.shape == (5, 5 * kind.gates)


@kinds
def test_initial_bias_has_the_shape_of_the_bias_of_keras(kind: CellKind) -> None:
    cell = kind.plain(5)
    cell.build((None, 2))
    assert kind.initial_bias(5).shape == cell.bias.shape


@kinds
def test_cells_with_masks_are_cells_of_the_kind(kind: CellKind) -> None:
    assert issubclass(kind.masked, kind.plain)
    assert isinstance(kind.layer(5).cell, kind.plain)


@pytest.mark.parametrize("recurrent_dropout", [0.0, 0.3])
@pytest.mark.parametrize("streams", [None, 3])
def test_keras_penalizes_the_kernels_that_are_told_to_be_penalized(
    recurrent_dropout: float, streams: int | None
) -> None:
    model = make_fit(layers=2, l2=0.01, recurrent_dropout=recurrent_dropout, stateful=streams is not None).model
    network = build_lstm(model, Shapes(7, 2, 1, streams))
    by_keras = [variable.path for variable in network.trainable_variables if variable.regularizer is not None]
    assert [variable.path for variable in regularized_kernels(network)] == by_keras
    assert len(by_keras) == 4


STACKED = keras.layers.RNN([keras.layers.LSTMCell(3), keras.layers.LSTMCell(4)])


@pytest.mark.parametrize(
    ("layer", "cell"),
    [
        (keras.layers.SimpleRNN(3), "SimpleRNNCell"),
        (keras.layers.Bidirectional(keras.layers.SimpleRNN(3)), "SimpleRNNCell"),
        (STACKED, "StackedRNNCells"),
    ],
)
def test_layer_whose_cell_is_not_described_is_refused(layer: keras.layers.Layer, cell: str) -> None:
    network = network_of(keras.layers.LSTM(4, return_sequences=True), layer)
    with pytest.raises(UserError, match=rf"models/cells.py describes \(LSTMCell.*\), but .* has {cell}: describe it"):
        regularized_kernels(network)


@pytest.mark.parametrize(
    ("layer", "weight"),
    [
        (keras.layers.SimpleRNN(3, return_sequences=True), "recurrent_kernel"),
        (keras.layers.LayerNormalization(), "gamma"),
        (keras.layers.RNN(LearntMemory(3), return_sequences=True), "memory"),
        (keras.layers.Conv1D(3, 2), "kernel"),
    ],
)
def test_layer_with_a_weight_that_is_not_described_is_refused(layer: keras.layers.Layer, weight: str) -> None:
    network = network_of(layer, keras.layers.LSTM(4))
    with pytest.raises(UserError, match=f"initial value of its own, but .*/{weight}[, ]"):
        set_initial_weights(network, seed=1)


def test_layers_without_weights_need_no_description() -> None:
    network = network_of(keras.layers.LSTM(4, return_sequences=True), keras.layers.Dropout(0.5), keras.layers.Flatten())
    set_initial_weights(network, seed=1)
    assert np.any(np.asarray(network.trainable_weights[0])), "the LSTM has its weights nevertheless"


def test_program_of_a_cell_that_is_not_described_is_refused() -> None:
    def simple(units: int, recurrent_activation: str, recurrent_initializer: str, **settings: Any) -> keras.layers.RNN:
        return keras.layers.SimpleRNN(units, **settings)

    with pytest.raises(UserError, match="has SimpleRNNCell: describe it there"):
        Program(make_fit(), simple)
