"""Names of activations and optimizers: Keras' own are taken, others refused by setting."""

from typing import Any

import jax
import keras
import numpy as np
import pytest

from lstm_sweep.errors import UserError
from lstm_sweep.models.lstm import Shapes, build_lstm
from lstm_sweep.models.names import check_activation, check_optimizer
from tests.examples import make_fit

ACTIVATIONS = [name for name in dir(keras.activations) if not name.startswith("_")]
ACTIVATIONS = sorted(set(ACTIVATIONS) - {"deserialize", "get", "serialize"})
UNSUITABLE = {"glu": "returns half as many numbers as it gets", "threshold": "needs arguments of its own"}


@pytest.mark.parametrize("name", ["tanh", "relu", "elu", "softsign", "linear", "gelu", "hard_sigmoid", "silu"])
def test_activations_of_keras_are_taken(name: str) -> None:
    check_activation("model.activation", name)


@pytest.mark.parametrize("name", ["adam", "Adam", "sgd", "rmsprop", "nadam", "adamw", "lion"])
def test_optimizers_of_keras_are_taken(name: str) -> None:
    check_optimizer("training.optimizer", name)


@pytest.mark.parametrize("name", ["tahn", "", "keras"])
def test_unknown_activation_is_refused_by_setting(name: str) -> None:
    with pytest.raises(UserError, match=f"model.recurrent_activation must be a Keras activation, but is '{name}': use"):
        check_activation("model.recurrent_activation", name)


@pytest.mark.parametrize("name", ["adma", "", "tanh", "lossscaleoptimizer", "multioptimizer"])
def test_unknown_optimizer_and_one_that_needs_more_than_a_learning_rate_are_refused(name: str) -> None:
    with pytest.raises(UserError, match=f"training.optimizer must be a Keras optimizer, but is '{name}': use"):
        check_optimizer("training.optimizer", name)


def trains(**activations: str) -> bool:
    """Whether the gradient of an LSTM with 3 units can be traced."""
    fit = make_fit(units=3, **activations)
    network = build_lstm(fit.model, Shapes(time=4, num_features=1, horizon=2))
    trainable = [variable.value for variable in network.trainable_variables]
    frozen = [variable.value for variable in network.non_trainable_variables]

    def loss(weights: list[Any], inputs: Any) -> Any:
        return network.stateless_call(weights, frozen, inputs, training=True)[0].sum()

    gradient = jax.eval_shape(jax.grad(loss), trainable, np.zeros((5, 4, 1), np.float32))
    return [each.shape for each in gradient] == [each.shape for each in trainable]


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name not in UNSUITABLE])
def test_every_activation_that_is_taken_trains(name: str) -> None:
    check_activation("model.activation", name)
    assert trains(activation=name)
    assert trains(recurrent_activation=name)


@pytest.mark.parametrize("name", UNSUITABLE)
def test_activation_that_would_fail_as_a_fit_is_refused(name: str) -> None:
    with pytest.raises(
        UserError, match=f"must be an activation that an LSTM can use, but {name} {UNSUITABLE[name]}: use"
    ):
        check_activation("model.recurrent_activation", name)
    with pytest.raises((TypeError, ValueError, AssertionError)):
        trains(activation=name)
