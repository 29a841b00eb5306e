"""The network against NumPy, and its state, its weights and its penalty."""

from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from lstm_sweep.config import ModelConfig
from lstm_sweep.models.dropout import RecurrentDropoutCell
from lstm_sweep.models.initial_weights import set_initial_weights
from lstm_sweep.models.lstm import Shapes, build_lstm, get_weights, reset_states, set_weights
from tests.examples import make_fit
from tests.models.by_hand import lstm_by_hand

STREAM = np.random.default_rng(0).normal(size=(3, 24, 2)).astype(np.float32)


def make_model(**changes: Any) -> ModelConfig:
    return make_fit(**changes).model


def make_network(model: ModelConfig, seed: int = 3, **shapes: Any) -> keras.Model:
    """A network over `STREAM` with weights that are drawn, biases too."""
    network = build_lstm(model, Shapes(**{"time": 24, "num_features": 2, "horizon": 2, **shapes}))
    set_initial_weights(network, seed)
    generator = np.random.default_rng(seed)
    for variable in network.trainable_variables:
        variable.assign(variable + generator.normal(0, 0.3, variable.shape).astype(np.float32))
    return network


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize(
    ("activation", "recurrent_activation"),
    [("tanh", "sigmoid"), ("relu", "sigmoid"), ("softsign", "hard_sigmoid"), ("elu", "sigmoid"), ("linear", "sigmoid")],
)
def test_outputs_equal_numpy(layers: int, activation: str, recurrent_activation: str) -> None:
    model = make_model(layers=layers, units=5, activation=activation, recurrent_activation=recurrent_activation)
    network = make_network(model)
    expected = lstm_by_hand(model, get_weights(network), STREAM)[:, -1]
    np.testing.assert_allclose(network.predict_on_batch(STREAM), expected, rtol=1e-4, atol=1e-5)


def test_network_answers_at_every_step_where_it_is_asked_to() -> None:
    model = make_model(layers=2)
    network = make_network(model, every_step=True)
    expected = lstm_by_hand(model, get_weights(network), STREAM)
    np.testing.assert_allclose(network.predict_on_batch(STREAM), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("recurrent_dropout", [0.0, 0.3])
def test_stateful_over_chunks_equals_stateless_over_the_stream(layers: int, recurrent_dropout: float) -> None:
    model = make_model(layers=layers, recurrent_dropout=recurrent_dropout, stateful=True)
    stateless = make_network(model, every_step=True)
    stateful = make_network(model, seed=9, time=6, streams=3, every_step=True)
    set_weights(stateful, get_weights(stateless))
    whole = stateless.predict_on_batch(STREAM)
    for _ in range(2):
        reset_states(stateful)
        chunks = [stateful.predict_on_batch(chunk) for chunk in np.split(STREAM, 4, axis=1)]
        np.testing.assert_allclose(np.concatenate(chunks, axis=1), whole, rtol=1e-5, atol=1e-6)


def test_state_is_carried_through_training_steps() -> None:
    """Frozen by a learning rate of 0, so that every step's loss is known from the whole stream."""
    model = make_model(layers=2, stateful=True)
    network = make_network(model, time=6, streams=3, every_step=True)
    network.compile(optimizer=keras.optimizers.SGD(0.0), loss="mse")
    whole = lstm_by_hand(model, get_weights(network), STREAM)
    for _ in range(2):
        reset_states(network)
        for chunk, outputs in zip(np.split(STREAM, 4, axis=1), np.split(whole, 4, axis=1), strict=True):
            network.reset_metrics()
            loss = network.train_on_batch(chunk, np.zeros((3, 6, 2)))
            assert float(loss) == pytest.approx(np.square(outputs).mean(), rel=1e-5)


def test_rows_of_a_stateful_network_do_not_mix() -> None:
    network = make_network(make_model(stateful=True), time=6, streams=3, every_step=True)
    changed = STREAM[:, :12].copy()
    changed[1] += 1
    answers = []
    for stream in (STREAM[:, :12], changed):
        reset_states(network)
        answers.append(np.concatenate([network.predict_on_batch(part) for part in np.split(stream, 2, axis=1)], axis=1))
    same = [np.array_equal(one, two) for one, two in zip(*answers, strict=True)]
    assert same == [True, False, True]


def test_weights_hold_no_state_and_fit_networks_of_any_length_and_number_of_streams() -> None:
    model = make_model(layers=2, dropout=0.1, recurrent_dropout=0.1, stateful=True)
    stateful = make_network(model, time=6, streams=3, every_step=True)
    stateful(STREAM[:, :6])
    fresh = get_weights(stateful)
    other = make_network(model, seed=4, time=None, every_step=True)
    set_weights(other, fresh)
    assert all(np.array_equal(one, two) for one, two in zip(fresh, get_weights(other), strict=True))


def test_weights_are_copies() -> None:
    network = make_network(make_model())
    before = get_weights(network)
    kept = [array.copy() for array in before]
    for variable in network.trainable_variables:
        variable.assign(variable + 1)
    assert all(np.array_equal(one, two) for one, two in zip(before, kept, strict=True))


def test_weights_of_too_few_arrays_are_refused() -> None:
    network = make_network(make_model())
    with pytest.raises(ValueError, match="shorter"):
        set_weights(network, get_weights(network)[:-1])


@pytest.mark.parametrize("stateful", [False, True])
@pytest.mark.parametrize("recurrent_dropout", [0.0, 0.3])
def test_l2_weighs_input_and_recurrent_kernels_only(stateful: bool, recurrent_dropout: float) -> None:
    model = make_model(layers=2, l2=0.01, recurrent_dropout=recurrent_dropout, stateful=stateful)
    network = make_network(model, streams=3 if stateful else None)
    kernels = [array for array in get_weights(network) if array.ndim][0:6]
    expected = 0.01 * sum(float(np.square(kernels[position]).sum()) for position in (0, 1, 3, 4))
    assert float(sum(network.losses)) == pytest.approx(expected, rel=1e-5)
    assert make_network(replace(model, l2=0.0)).losses == []


def masks_of(network: keras.Model, counter: int) -> list[NDArray[np.float64]]:
    """Masks of the recurrent state in the training step after `counter` others."""
    masks = []
    for layer in network._flatten_layers():
        if isinstance(layer, RecurrentDropoutCell):
            layer.masks.counter.assign(counter + 1)
            masks.append(np.asarray(layer.masks.mask((4, len(STREAM), layer.units)), np.float64))
            layer.masks.counter.assign(counter)
    return masks


def test_recurrent_dropout_masks_each_gate_in_training_with_one_mask_for_all_steps() -> None:
    model = make_model(layers=2, units=6, recurrent_dropout=0.4)
    network = make_network(model)
    for counter in (0, 1):
        masks = masks_of(network, counter)
        expected = lstm_by_hand(model, get_weights(network), STREAM, masks)[:, -1]
        np.testing.assert_allclose(network(STREAM, training=True), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(
        network(STREAM, training=False), lstm_by_hand(model, get_weights(network), STREAM)[:, -1], rtol=1e-4, atol=1e-5
    )
    assert all((mask == 0).any() for mask in masks)


def test_dropout_follows_every_layer() -> None:
    """At a rate near 1 only biases are left of whatever comes after a dropout."""
    network = make_network(make_model(layers=2, dropout=0.999999))
    outputs = np.asarray(network(STREAM, training=True))
    assert np.array_equal(outputs, np.broadcast_to(get_weights(network)[-1], outputs.shape))
