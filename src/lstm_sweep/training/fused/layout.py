"""Which of a network's variables is what, in the flat lists that Keras' stateless calls take."""

from typing import Any

import jax.numpy as jnp
import keras

from lstm_sweep.models.cells import regularized_kernels
from lstm_sweep.models.lstm import carried_states, lasting_weights


class VariableLayout:
    """Positions in the lists of trainable and non-trainable variables of a network."""

    def __init__(self, network: keras.Model) -> None:
        trainable, non_trainable = network.trainable_variables, network.non_trainable_variables
        carried = {id(state) for state in carried_states(network)}
        self._is_carried = [id(variable) in carried for variable in non_trainable]
        kernels = {id(kernel) for kernel in regularized_kernels(network)}
        self._kernels = [position for position, variable in enumerate(trainable) if id(variable) in kernels]
        place = {id(variable): number for number, variable in enumerate([*trainable, *non_trainable])}
        self._lasting = [place[id(variable)] for variable in lasting_weights(network)]

    def weights(self, trainable: list[Any], non_trainable: list[Any]) -> list[Any]:
        """All values but carried states, in the order of `lstm_sweep.models.lstm.get_weights`."""
        values = [*trainable, *non_trainable]
        return [values[number] for number in self._lasting]

    def reset_states(self, non_trainable: list[Any]) -> list[Any]:
        """The same values with carried states at zero."""
        pairs = zip(non_trainable, self._is_carried, strict=True)
        return [jnp.zeros_like(value) if is_carried else value for value, is_carried in pairs]

    def without_states(self, non_trainable: list[Any]) -> list[Any]:
        """The same values with carried states left out."""
        pairs = zip(non_trainable, self._is_carried, strict=True)
        return [value for value, is_carried in pairs if not is_carried]

    def penalty(self, trainable: list[Any]) -> Any:
        """Sum of the squares of all kernels that L2 penalizes."""
        return sum(jnp.sum(jnp.square(trainable[position])) for position in self._kernels)
