"""Keras' LSTM layer on `custom_gradient`; its outputs and the order of its weights stay Keras'."""

from typing import Any

import jax.numpy as jnp
import keras
from keras import ops

from lstm_sweep.training.fused.custom_gradient import Activations, LSTMState, LSTMWeights, logistic, run_lstm

ACROSS_UNITS = frozenset({"glu", "log_softmax", "softmax", "sparsemax"})
"""Activations of Keras' that mix the units; all others go element by element."""


def fast_lstm(units: int, **settings: Any) -> keras.layers.LSTM:
    """An LSTM layer for populations and for CPU cores.

    Args:
        units: of the layer.
        settings: as of `keras.layers.LSTM`; activations by name.

    Returns:
        `FastLSTM`, or Keras' own layer where an activation goes across units. Never cuDNN's: `jax.vmap` has no rule
        for it.
    """
    across_units = ACROSS_UNITS & {settings["activation"], settings["recurrent_activation"]}
    layer = keras.layers.LSTM if across_units else FastLSTM
    return layer(units, use_cudnn=False, **settings)


class FastLSTM(keras.layers.LSTM):
    """`keras.layers.LSTM` run by `run_lstm`: with a bias, and without dropouts of its own or masked steps."""

    def inner_loop(self, sequences: Any, initial_state: Any, mask: Any, training: bool = False) -> Any:
        """Run over `(batch, time, feature)`; the last output, all outputs and the last state, as Keras asks."""
        cell = self.cell
        weights = map(ops.convert_to_tensor, (cell.kernel, cell.recurrent_kernel, cell.bias))
        activations = Activations(*map(_function, (cell.activation, cell.recurrent_activation)))
        start = LSTMState(*(state.T for state in initial_state))
        inputs = jnp.transpose(sequences, (1, 2, 0))
        end, outputs = run_lstm(activations, self.return_sequences, LSTMWeights(*weights), start, inputs)
        last = end.hidden.T
        return last, jnp.transpose(outputs, (2, 0, 1)) if self.return_sequences else last, [last, end.carry.T]


def _function(activation: Any) -> Any:
    return logistic if activation is keras.activations.sigmoid else activation
