"""Names of activations and optimizers: Keras' own are taken, others refused by setting."""

import pytest

from src.errors import UserError
from src.models.names import check_activation, check_optimizer


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
