"""Whether Keras has the activations and optimizers that a config names."""

import keras

from lstm_sweep.errors import UserError, require

_UNSUITABLE = {"glu": "returns half as many numbers as it gets", "threshold": "needs arguments of its own"}
"""Activations of Keras that no recurrent cell can use, with the reason."""


def check_activation(path: str, name: str) -> None:
    """Refuse an activation that Keras does not have, or that does not return one number for each.

    Raises:
        UserError: naming the setting.
    """
    try:
        keras.activations.get(name)
    except (ValueError, TypeError):
        raise UserError(
            f"{path} must be a Keras activation, but is {name!r}: use one like tanh, relu, elu, softsign or linear."
        ) from None
    require(
        name not in _UNSUITABLE,
        f"{path} must be an activation that an LSTM can use, but {name} {_UNSUITABLE.get(name)}: use one like tanh.",
    )


def check_optimizer(path: str, name: str) -> None:
    """Refuse an optimizer that Keras does not have, or that needs more than a learning rate.

    Raises:
        UserError: naming the setting.
    """
    try:
        keras.optimizers.get({"class_name": name, "config": {"learning_rate": 0.001}})
    except (ValueError, TypeError, KeyError):
        raise UserError(
            f"{path} must be a Keras optimizer, but is {name!r}: use one like adam, rmsprop, sgd or nadam."
        ) from None
