"""Keras' LSTM layer on `run_native_lstm`; its outputs and the order of its weights stay Keras'."""

from typing import Any

import keras
from keras import ops

from lstm_sweep.models.cells import LayerFactory
from lstm_sweep.training.fused.custom_gradient import LSTMState, LSTMWeights
from lstm_sweep.training.fused.fast_lstm import fast_lstm
from lstm_sweep.training.fused.native.library import ACTIVATIONS, NativeLibrary
from lstm_sweep.training.fused.native.native_lstm import run_native_lstm


def native_lstm(library: NativeLibrary) -> LayerFactory:
    """What makes `NativeLSTM` layers on a library, and those of `fast_lstm` for activations that it does not have."""

    def make(units: int, **settings: Any) -> keras.layers.LSTM:
        if settings["activation"] in ACTIVATIONS and settings["recurrent_activation"] == "sigmoid":
            return NativeLSTM(library, units, **settings)
        return fast_lstm(units, **settings)

    return make


class NativeLSTM(keras.layers.LSTM):
    """`keras.layers.LSTM` on CPU cores: with a bias, and without dropouts of its own or masked steps.

    Args:
        library: the compiled code.
        units: of the layer.
        settings: as of `keras.layers.LSTM`; the activation by name.
    """

    def __init__(self, library: NativeLibrary, units: int, *, activation: str, **settings: Any) -> None:
        super().__init__(units, activation=activation, use_cudnn=False, **settings)
        self._run = library, activation, self.return_sequences

    def inner_loop(self, sequences: Any, initial_state: Any, mask: Any, training: bool = False) -> Any:
        """Run over `(batch, time, feature)`; the last output, all outputs and the last state, as Keras asks."""
        cell = self.cell
        weights = LSTMWeights(*map(ops.convert_to_tensor, (cell.kernel, cell.recurrent_kernel, cell.bias)))
        end, outputs = run_native_lstm(*self._run, weights, LSTMState(*initial_state), sequences)
        return end.hidden, outputs if self.return_sequences else end.hidden, list(end)
