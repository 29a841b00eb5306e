"""The fast layers inside a network, XLA's and the native one: Keras' answers, Keras' gradients, Keras' weights."""

from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from lstm_sweep.models.cells import LayerFactory
from lstm_sweep.models.initial_weights import set_initial_weights
from lstm_sweep.models.lstm import (
    Shapes,
    build_lstm,
    carried_states,
    get_weights,
    lasting_weights,
    reset_states,
    set_weights,
)
from lstm_sweep.training.fused.fast_lstm import ACROSS_UNITS, FastLSTM, fast_lstm
from lstm_sweep.training.fused.native.layer import NativeLSTM, native_lstm
from lstm_sweep.training.fused.native.library import library_for
from lstm_sweep.training.fused.program import Program
from lstm_sweep.training.fused.runner import FusedRunner
from tests.examples import make_fit
from tests.models.by_hand import lstm_by_hand

ACTIVATIONS = ("tanh", "sigmoid", "linear", "relu", "elu", "softsign", "gelu", "softmax")
STREAM = np.random.default_rng(0).normal(size=(4, 24, 2)).astype(np.float32)


@pytest.fixture(scope="module", params=["XLA", "native"])
def lstm(request: pytest.FixtureRequest) -> LayerFactory:
    """What makes the layers."""
    if request.param == "XLA":
        return fast_lstm
    library = library_for(True)
    if library is None:
        pytest.skip("there is no C compiler")
    return native_lstm(library)


def make_networks(lstm: LayerFactory, shapes: dict[str, Any], **changes: Any) -> tuple[keras.Model, keras.Model]:
    """The same network on fast layers and on Keras', with the same weights, biases too."""
    model = make_fit(**{"units": 5, **changes}).model
    whole = Shapes(**{"time": 24, "num_features": 2, "horizon": 2, **shapes})
    fast, slow = build_lstm(model, whole, lstm), build_lstm(model, whole)
    set_initial_weights(slow, seed=3)
    generator = np.random.default_rng(3)
    for variable in slow.trainable_variables:
        variable.assign(variable + generator.normal(0, 0.3, variable.shape).astype(np.float32))
    set_weights(fast, get_weights(slow))
    return fast, slow


def layers_of(network: keras.Model) -> list[type]:
    """What its LSTM layers are."""
    return [type(layer) for layer in network._flatten_layers() if isinstance(layer, keras.layers.RNN)]


def expected_layer(lstm: LayerFactory, activation: str) -> type:
    """The native layer has some activations, XLA's all that go element by element."""
    if activation == "softmax":
        return keras.layers.LSTM
    return FastLSTM if lstm is fast_lstm or activation in ("sigmoid", "gelu") else NativeLSTM


def train_once(network: keras.Model, inputs: Any) -> Any:
    """Loss, outputs and variables after a training step, and the gradients by all weights and by the inputs."""
    fixed = [jnp.asarray(variable) for variable in network.non_trainable_variables]

    def loss(trainable: list[Any], inputs: Any) -> tuple[Any, Any]:
        outputs, changed = network.stateless_call(trainable, fixed, inputs, training=True)
        # Keras' generators, which nothing here draws from, begin anywhere.
        numbers = [each for each in changed if each.dtype != jnp.uint32]
        return jnp.mean(jnp.square(outputs - 1.0)), (outputs, numbers)

    trainable = [jnp.asarray(variable) for variable in network.trainable_variables]
    return jax.jit(jax.value_and_grad(loss, (0, 1), has_aux=True))(trainable, inputs)


def assert_close(mine: Any, yours: Any) -> None:
    for one, other in zip(jax.tree.leaves(mine), jax.tree.leaves(yours), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=2e-6)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_answers_and_gradients_are_those_of_keras(lstm: LayerFactory, activation: str) -> None:
    fast, slow = make_networks(lstm, {}, layers=2, activation=activation)
    assert layers_of(fast) == 2 * [expected_layer(lstm, activation)]
    assert layers_of(slow) == 2 * [keras.layers.LSTM]
    assert_close(train_once(fast, STREAM), train_once(slow, STREAM))


@pytest.mark.parametrize("recurrent_activation", ["hard_sigmoid", "tanh", "softmax"])
def test_gates_may_have_any_activation(lstm: LayerFactory, recurrent_activation: str) -> None:
    fast, slow = make_networks(lstm, {"every_step": True}, recurrent_activation=recurrent_activation)
    assert_close(train_once(fast, STREAM), train_once(slow, STREAM))


def test_both_kinds_of_dropout_are_those_of_keras(lstm: LayerFactory) -> None:
    """Recurrent dropout keeps its own layer; dropout between layers goes through the gradient by the inputs."""
    for changes in ({"dropout": 0.4}, {"dropout": 0.4, "recurrent_dropout": 0.3}):
        fast, slow = make_networks(lstm, {}, layers=2, **changes)
        assert (expected_layer(lstm, "tanh") in layers_of(fast)) == ("recurrent_dropout" not in changes)
        assert_close(train_once(fast, STREAM), train_once(slow, STREAM))


def test_state_is_carried_from_batch_to_batch_and_holds_no_gradient(lstm: LayerFactory) -> None:
    fast, slow = make_networks(lstm, {"time": 6, "streams": 4, "every_step": True}, layers=2, stateful=True)
    whole = lstm_by_hand(make_fit(units=5, layers=2).model, get_weights(slow), STREAM)
    for _ in range(2):
        reset_states(fast)
        chunks = [fast.predict_on_batch(chunk) for chunk in np.split(STREAM, 4, axis=1)]
        np.testing.assert_allclose(np.concatenate(chunks, axis=1), whole, rtol=1e-4, atol=1e-5)
    for state, same in zip(carried_states(slow), carried_states(fast), strict=True):
        state.assign(same)
    assert_close(train_once(fast, STREAM[:, :6]), train_once(slow, STREAM[:, :6]))


def test_networks_of_any_length_read_streams_and_many_windows(lstm: LayerFactory) -> None:
    fast, slow = make_networks(lstm, {"time": None, "every_step": True}, layers=2)
    many = np.random.default_rng(2).normal(size=(2048, 3, 2)).astype(np.float32)
    for inputs in (STREAM, STREAM[:1, :1], many):
        assert_close(fast.predict_on_batch(inputs), slow.predict_on_batch(inputs))


def test_weights_are_as_many_as_large_and_in_the_order_of_keras(lstm: LayerFactory) -> None:
    for changes in ({}, {"layers": 2, "dropout": 0.1}, {"stateful": True}):
        streams = {"streams": 4} if "stateful" in changes else {}
        fast, slow = make_networks(lstm, {**streams, "every_step": bool(streams)}, **changes)
        named = [[(variable.name, variable.shape) for variable in lasting_weights(each)] for each in (fast, slow)]
        assert named[0] == named[1]


def test_programs_run_on_fast_layers(lstm: LayerFactory) -> None:
    assert layers_of(Program(make_fit(layers=2), lstm)._network) == 2 * [expected_layer(lstm, "tanh")]
    streams = Program(make_fit(stateful=True), lstm)
    assert layers_of(streams._scorer)[0] is expected_layer(lstm, "tanh")


@pytest.mark.skipif(library_for(True) is None, reason="there is no C compiler")
def test_cores_train_on_native_layers_unless_told_not_to_and_populations_never() -> None:
    runners = (FusedRunner(vmapped=False), FusedRunner(vmapped=False, native=False), FusedRunner(vmapped=True))
    layers = [layers_of(runner._program(make_fit())._network) for runner in runners]
    assert layers == [[NativeLSTM], [FastLSTM], [FastLSTM]]


def is_elementwise(activation: Any) -> bool:
    """Whether what it gives for a number hangs on that number alone, not on its neighbours."""
    numbers = jnp.asarray(np.random.default_rng(0).normal(size=(4, 6)), jnp.float32)
    together = activation(numbers)
    if together.shape != numbers.shape:
        return False
    in_pairs = activation(numbers.reshape(12, 2))
    return bool(jnp.allclose(together.ravel(), in_pairs.ravel(), atol=1e-6))


def test_activations_across_units_are_all_known() -> None:
    """Of those that Keras has, also of ones it may have one day."""
    names = {name for name in dir(keras.activations) if not name.startswith("_")}
    names -= {"deserialize", "get", "serialize", "threshold"}  # the last is none without a threshold
    assert names >= ACROSS_UNITS
    refused = {name for name in names - ACROSS_UNITS if not is_elementwise(keras.activations.get(name))}
    assert refused == set()
    passed = {name for name in ACROSS_UNITS - {"glu"} if is_elementwise(keras.activations.get(name))}
    assert passed == set()
