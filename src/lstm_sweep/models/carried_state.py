"""A recurrent layer whose state is carried from batch to batch, on every Keras backend."""

from typing import Any

import keras
from keras import ops


class CarriedState(keras.layers.Layer):
    """Runs a recurrent layer from its state after the previous batch: row i of a batch continues row i of that batch.

    Keras' own `stateful=True` does not count its state among the variables of the model (keras 3.15.1,
    `RNN._create_state_variables`), so that a compiled JAX step silently starts every batch from zero.

    Args:
        recurrent: a recurrent layer with `return_state=True`.
    """

    def __init__(self, recurrent: keras.layers.RNN, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.recurrent = recurrent

    def build(self, shape: tuple[int, ...]) -> None:
        """Make a state of zeros for the rows of `shape`, `(stream, time, feature)`."""
        self.recurrent.build(shape)
        self.states = [
            self.add_weight(name="state", shape=(shape[0], size), initializer="zeros", trainable=False)
            for size in self.recurrent.state_size
        ]

    def call(self, sequences: Any, training: bool = False) -> Any:
        """Run over `(stream, time, feature)` and keep the last state."""
        start = [ops.convert_to_tensor(state) for state in self.states]
        outputs, *end = self.recurrent(sequences, initial_state=start, training=training)
        for state, value in zip(self.states, end, strict=True):
            state.assign(value)
        return outputs

    def reset(self) -> None:
        """Set the state to zero."""
        for state in self.states:
            state.assign(ops.zeros(state.shape))
