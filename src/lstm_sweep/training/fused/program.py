"""One epoch of one fit as one compiled program: gather, step and validate without leaving the device.

The model stays the Keras model of `lstm_sweep.models.lstm`; here its training loop is a `lax.scan` over the steps of an
epoch around `stateless_call` and `stateless_apply`. What may differ between the fits of one program is an input:
a variable of Keras' (weights, rates, seeds, learning rate), or one of `Settings` and `EpochSteps`.
"""

import threading
from dataclasses import fields, replace
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
from jax import lax

from lstm_sweep.models.cells import LayerFactory
from lstm_sweep.models.initial_weights import set_first_weights
from lstm_sweep.models.lstm import Shapes, build_lstm, set_rates, set_weights
from lstm_sweep.training.fused.arguments import Data, EpochSteps, Settings, TrainState
from lstm_sweep.training.fused.compiled import Compiled
from lstm_sweep.training.fused.fast_lstm import fast_lstm
from lstm_sweep.training.fused.layout import VariableLayout
from lstm_sweep.trials.checkpoint import TrainingState
from lstm_sweep.trials.spec import FitSpec

WINDOWS_AT_ONCE = 2048


def program_key(spec: FitSpec) -> tuple[Any, ...]:
    """What makes another program: every setting that `lstm_sweep.config` does not declare fusible, and the features.

    Recurrent dropout is fusible above zero: a rate of zero takes Keras through the cell without masks.
    """
    settings = tuple(
        getattr(section, item.name)
        for section in (spec.windows, spec.model, spec.training)
        for item in fields(section)
        if not item.metadata.get("fusible")
    )
    return (*settings, spec.model.recurrent_dropout > 0, len(spec.features))


class Program:
    """The epoch of every fit with the `program_key` of `spec`.

    Args:
        spec: one of those fits.
        lstm: makes LSTM layers; other cells, and recurrent dropout, take Keras' own.

    Attributes:
        is_stateful: whether it reads streams.
        run: `epoch`, compiled.
        run_population: `epoch` over an axis `member` of its arguments but the data, compiled. Streams are the same
            for all members and have no such axis.
    """

    def __init__(self, spec: FitSpec, lstm: LayerFactory = fast_lstm) -> None:
        self.is_stateful, self._lags = spec.model.stateful, spec.windows.lags
        self._gathers_stream = not self.is_stateful and spec.windows.transform != "relative"
        self._network = _build(spec, lstm, spec.windows.lags, spec.training.batch_size if self.is_stateful else None)
        self._scorer = _build(spec, lstm, None, None) if self.is_stateful else self._network
        self._optimizer = keras.optimizers.get({"class_name": spec.training.optimizer, "config": {}})
        self._optimizer.build(self._network.trainable_variables)
        self._fresh_optimizer = [np.asarray(variable) for variable in self._optimizer.variables]
        self._learning_rate = [variable.name for variable in self._optimizer.variables].index("learning_rate")
        self._layout = VariableLayout(self._network)
        self._lock = threading.Lock()
        self.run = Compiled(self.epoch, self._lock)
        members = (0, 0, None, None if self.is_stateful else 0)
        self.run_population = Compiled(jax.vmap(self.epoch, in_axes=members), self._lock)

    def initial_state(self, spec: FitSpec) -> TrainState:
        """Where a fit starts, as NumPy arrays: fresh, or where `spec.start` stopped."""
        with self._lock:
            if spec.start is None or not spec.start.optimizer:
                set_first_weights(self._network, spec.seed, None if spec.start is None else spec.start.weights)
                optimizer: list[Any] = list(self._fresh_optimizer)
            else:
                set_weights(self._network, spec.start.weights)
                optimizer = list(spec.start.optimizer)
            set_rates(self._network, spec.model)
            trainable = [np.asarray(variable) for variable in self._network.trainable_variables]
            non_trainable = [np.asarray(variable) for variable in self._network.non_trainable_variables]
        optimizer[self._learning_rate] = np.float32(spec.training.learning_rate)
        return TrainState(trainable, non_trainable, optimizer)

    def training_state(self, state: TrainState) -> TrainingState:
        """What `initial_state` resumes from, out of NumPy arrays."""
        return TrainingState(tuple(self._layout.weights(state.trainable, state.non_trainable)), tuple(state.optimizer))

    def epoch(
        self, state: TrainState, settings: Settings, data: Data, steps: EpochSteps
    ) -> tuple[TrainState, Any, Any]:
        """Train on every step, then validate; pure, for one fit.

        Returns:
            The state, the mean loss over the steps, and the outputs at `data.validation`, float32
            `(window, horizon)`.
        """
        state = state._replace(non_trainable=self._layout.reset_states(state.non_trainable))

        def step(state: TrainState, batch: EpochSteps) -> tuple[TrainState, Any]:
            return self._step(state, settings, data, batch)

        state, losses = lax.scan(step, state, steps)
        return state, jnp.mean(losses), self._validate(state, data)

    def _step(self, state: TrainState, settings: Settings, data: Data, batch: EpochSteps) -> tuple[TrainState, Any]:
        inputs, targets = self._gather(data, batch.origins), data.targets[batch.origins]

        def loss_of(trainable: list[Any]) -> tuple[Any, list[Any]]:
            outputs, non_trainable = self._network.stateless_call(trainable, state.non_trainable, inputs, training=True)
            squared = jnp.mean(jnp.square(targets - outputs), axis=-1)
            # Streams may have a step without any target.
            mean = jnp.sum(squared * batch.weights) / jnp.maximum(jnp.sum(batch.weights), 1.0)
            return mean + settings.l2 * self._layout.penalty(trainable), non_trainable

        (loss, non_trainable), gradients = jax.value_and_grad(loss_of, has_aux=True)(state.trainable)
        clipped = [_clip(gradient, settings.clipnorm) for gradient in gradients]
        trainable, optimizer = self._optimizer.stateless_apply(state.optimizer, clipped, state.trainable)
        return TrainState(trainable, non_trainable, optimizer), loss

    def _gather(self, data: Data, origins: Any) -> Any:
        if self._gathers_stream:
            return data.inputs[origins[:, None] + jnp.arange(1 - self._lags, 1)]
        return data.inputs[origins]

    def _validate(self, state: TrainState, data: Data) -> Any:
        if self.is_stateful:
            lasting = self._layout.without_states(state.non_trainable)
            stream = data.inputs[data.validation][None]
            return self._scorer.stateless_call(state.trainable, lasting, stream, training=False)[0][0]

        def outputs_at(origins: Any) -> Any:
            inputs = self._gather(data, origins)
            return self._network.stateless_call(state.trainable, state.non_trainable, inputs, training=False)[0]

        num_windows = len(data.validation)
        size = min(WINDOWS_AT_ONCE, num_windows)
        padded = jnp.pad(data.validation, (0, -num_windows % size), mode="edge")
        return jnp.concatenate(lax.map(outputs_at, padded.reshape(-1, size)))[:num_windows]


def _build(spec: FitSpec, lstm: LayerFactory, time: int | None, streams: int | None) -> keras.Model:
    """Rates are variables of the network; L2 and what else is fusible are left to `Program`."""
    shapes = Shapes(time, 1 + len(spec.features), spec.windows.horizon, streams, every_step=spec.model.stateful)
    return build_lstm(replace(spec.model, l2=0.0), shapes, lstm)


def _clip(gradient: Any, clipnorm: Any) -> Any:
    """Keras' clipnorm, which is code there and could not differ between fits."""
    norm = jnp.sqrt(jnp.sum(jnp.square(gradient)))
    return jnp.where(norm > clipnorm, gradient * clipnorm / norm, gradient)
