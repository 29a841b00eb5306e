"""The slower author of the LSTM: NumPy, one step at a time, in double precision."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.config import ModelConfig
from lstm_sweep.trials.checkpoint import Weights

Array = NDArray[np.float64]

ACTIVATIONS = {
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "relu": lambda x: np.maximum(x, 0),
    "elu": lambda x: np.where(x > 0, x, np.exp(np.minimum(x, 0)) - 1),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "linear": lambda x: x,
}


def lstm_by_hand(model: ModelConfig, weights: Weights, inputs: Array, masks: Sequence[Array] = ()) -> Array:
    """Outputs at every step.

    Args:
        model: layers, units and activations; no dropout between the layers.
        weights: in Keras' order; what has no axes (rates, seeds, counters) is not read.
        inputs: `(window, time, feature)`.
        masks: of the recurrent state, `(gate, window, units)` for each layer.

    Returns:
        `(window, time, horizon)`.
    """
    gate, cell = ACTIVATIONS[model.recurrent_activation], ACTIVATIONS[model.activation]
    arrays = [array.astype(np.float64) for array in weights if array.ndim]
    sequence = inputs.astype(np.float64)
    for layer in range(model.layers):
        kernel, recurrent, bias = arrays[3 * layer : 3 * layer + 3]
        mask = masks[layer] if masks else np.ones((4, len(inputs), model.units))
        hidden = carry = np.zeros((len(inputs), model.units))
        steps = []
        for time in range(sequence.shape[1]):
            from_hidden = [(hidden * mask[k]) @ part for k, part in enumerate(np.split(recurrent, 4, axis=1))]
            gates = sequence[:, time] @ kernel + np.concatenate(from_hidden, axis=1) + bias
            enter, forget, candidate, leave = np.split(gates, 4, axis=1)
            carry = gate(forget) * carry + gate(enter) * cell(candidate)
            hidden = gate(leave) * cell(carry)
            steps.append(hidden)
        sequence = np.stack(steps, axis=1)
    return sequence @ arrays[-2] + arrays[-1]
