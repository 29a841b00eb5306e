"""The network that `ModelConfig` describes, as a Keras model; no training here."""

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from lstm_sweep.config import ModelConfig
from lstm_sweep.models.carried_state import CarriedState
from lstm_sweep.models.cells import LayerFactory, recurrent_layer
from lstm_sweep.models.dropout import RecurrentDropoutCell, SeededDropout
from lstm_sweep.trials.checkpoint import Weights


@dataclass(frozen=True)
class Shapes:
    """Shapes of the inputs and outputs of a network.

    Attributes:
        time: steps of an input, or None for any number.
        num_features: features of a step.
        horizon: steps forecast.
        streams: rows of every batch of a stateful network, or None for any number of independent windows.
        every_step: output at every step of the input instead of at its last one.
    """

    time: int | None
    num_features: int
    horizon: int
    streams: int | None = None
    every_step: bool = False


def build_lstm(config: ModelConfig, shapes: Shapes, lstm: LayerFactory = keras.layers.LSTM) -> keras.Model:
    """Build `layers` equal LSTM layers with a dropout after each, and one linear output per step of the horizon.

    Args:
        config: the LSTM.
        shapes: of its inputs and outputs.
        lstm: makes LSTM layers without recurrent dropout; any with Keras' outputs and Keras' weights.

    Returns:
        A Keras model from float32 `(window, time, feature)` to `(window, horizon)`, or to
        `(window, time, horizon)` with outputs at every step. Its weights are not initialized yet.
    """
    inputs = keras.Input(batch_shape=(shapes.streams, shapes.time, shapes.num_features))
    hidden = inputs
    for number in range(config.layers):
        every_step = shapes.every_step or number < config.layers - 1
        stateful = shapes.streams is not None
        layer = recurrent_layer(config, every_step, return_state=stateful, lstm=lstm)
        hidden = (CarriedState(layer) if stateful else layer)(hidden)
        hidden = SeededDropout(config.dropout)(hidden)
    return keras.Model(inputs, keras.layers.Dense(shapes.horizon, kernel_initializer="zeros")(hidden))


def reset_states(network: keras.Model) -> None:
    """Set every carried state to zero."""
    for layer in network.layers:
        if isinstance(layer, CarriedState):
            layer.reset()


def set_rates(network: keras.Model, config: ModelConfig) -> None:
    """Set the rates of all dropouts; a recurrent rate needs a network that was built with one above zero."""
    for layer in network._flatten_layers():
        if isinstance(layer, SeededDropout):
            layer.masks.rate.assign(config.dropout)
        elif isinstance(layer, RecurrentDropoutCell):
            layer.masks.rate.assign(config.recurrent_dropout)


def get_weights(network: keras.Model) -> Weights:
    """Copies of all weights in Keras' order, without carried states, which depend on the batch."""
    return tuple(np.asarray(variable).copy() for variable in lasting_weights(network))


def set_weights(network: keras.Model, weights: Weights) -> None:
    """Set what `get_weights` returned, of this network or of one with other `streams` and `time`."""
    for variable, value in zip(lasting_weights(network), weights, strict=True):
        variable.assign(value)


def lasting_weights(network: keras.Model) -> list[Any]:
    """The variables that `get_weights` reads, in its order."""
    carried = {id(state) for state in carried_states(network)}
    return [variable for variable in network.weights if id(variable) not in carried]


def carried_states(network: keras.Model) -> list[Any]:
    """The variables in which a stateful network carries its state from batch to batch."""
    return [state for layer in network.layers if isinstance(layer, CarriedState) for state in layer.states]
