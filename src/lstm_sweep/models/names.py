"""Whether Keras knows what a config names."""

import keras

from lstm_sweep.errors import UserError, require

_UNFIT = {"glu": "gives half as many numbers as it is given", "threshold": "needs arguments of its own"}
"""Activations that Keras has and no LSTM can use, with the reason."""


def check_activation(path: str, name: str) -> None:
    """Refuse an activation that Keras does not have, or that does not give a number for each number alone.

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
        name not in _UNFIT,
        f"{path} must be an activation that an LSTM can use, but {name} {_UNFIT.get(name)}: use one like tanh.",
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
