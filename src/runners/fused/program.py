"""One epoch of one fit as one compiled program: gather, step and validate without leaving the device.

The model stays the Keras model of `src.models.lstm`; here its training loop is a `lax.scan` over the steps of an
epoch around `stateless_call` and `stateless_apply`. What may differ between fits of one program is an input, what
changes shapes or code is in `ProgramKey`.
"""

import threading
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import keras
import numpy as np
from jax import lax

from src.config import ModelConfig
from src.fits import FitSpec, Weights
from src.models.initial_weights import set_initial_weights
from src.models.lstm import Shapes, build_lstm, carried_states, lasting_weights, set_rates, set_weights

_WINDOWS_AT_ONCE = 2048


@dataclass(frozen=True)
class ProgramKey:
    """What makes another program: everything that changes shapes or code.

    Attributes:
        layers: LSTM layers.
        units: in each.
        activation: of the cell.
        recurrent_activation: of the gates.
        has_recurrent_dropout: Keras takes another path through the cell.
        stateful: streams instead of windows.
        optimizer: by name.
        batch_size: windows or streams of a step.
        lags: steps of an input.
        horizon: steps of an answer.
        num_features: features of a step.
        has_stream: whether inputs are gathered from one stream, or from a table of windows (`relative`).
    """

    layers: int
    units: int
    activation: str
    recurrent_activation: str
    has_recurrent_dropout: bool
    stateful: bool
    optimizer: str
    batch_size: int
    lags: int
    horizon: int
    num_features: int
    has_stream: bool


def program_key(spec: FitSpec) -> ProgramKey:
    """The program that trains a fit."""
    return ProgramKey(
        layers=spec.model.layers,
        units=spec.model.units,
        activation=spec.model.activation,
        recurrent_activation=spec.model.recurrent_activation,
        has_recurrent_dropout=spec.model.recurrent_dropout > 0,
        stateful=spec.model.stateful,
        optimizer=spec.training.optimizer,
        batch_size=spec.training.batch_size,
        lags=spec.windows.lags,
        horizon=spec.windows.horizon,
        num_features=1 + len(spec.features),
        has_stream=spec.windows.transform != "relative",
    )


class State(NamedTuple):
    """All that an epoch changes: lists of arrays in Keras' order."""

    trainable: list[Any]
    non_trainable: list[Any]
    optimizer: list[Any]


class Settings(NamedTuple):
    """Settings of a fit that are inputs of the program; float32 scalars.

    Attributes:
        l2: weight of the squared kernels.
        clipnorm: largest norm of each gradient, infinity for none.
    """

    l2: Any
    clipnorm: Any


class Data(NamedTuple):
    """What windows are gathered from.

    Attributes:
        inputs: float32 `(time, feature)`, or `(time, lags, feature)` by origin where there is no stream.
        targets: float32 `(time, horizon)`, by origin.
        validation: int32 `(window,)`, origins to answer at; for a stateful model every row that it reads.
    """

    inputs: Any
    targets: Any
    validation: Any


class Steps(NamedTuple):
    """The steps of one epoch: int32 origins and float32 weights, `(step, batch)` or `(step, batch, time)`."""

    origins: Any
    weights: Any


class Program:
    """The epoch of every fit with one key, compiled once for each device and size of data."""

    def __init__(self, key: ProgramKey) -> None:
        self._key = key
        streams = key.batch_size if key.stateful else None
        self._network = build_lstm(_model_config(key), self._shapes(key.lags, streams))
        self._scorer = build_lstm(_model_config(key), self._shapes(None, None)) if key.stateful else self._network
        self._optimizer = keras.optimizers.get({"class_name": key.optimizer, "config": {}})
        self._optimizer.build(self._network.trainable_variables)
        self._fresh_optimizer = [np.asarray(variable) for variable in self._optimizer.variables]
        names = [variable.name for variable in self._optimizer.variables]
        self._learning_rate = names.index("learning_rate")
        self._layout = Layout(self._network)
        self._lock = threading.Lock()
        self._compiled: dict[Any, Any] = {}

    def _shapes(self, time: int | None, streams: int | None) -> Shapes:
        key = self._key
        return Shapes(time, key.num_features, key.horizon, streams, every_step=key.stateful)

    def initial_state(self, spec: FitSpec) -> State:
        """Where a fit starts, as NumPy arrays: fresh, or where `spec.start` stopped."""
        with self._lock:
            if spec.start is None:
                set_initial_weights(self._network, spec.seed)
                optimizer: list[Any] = list(self._fresh_optimizer)
            else:
                set_weights(self._network, spec.start.weights)
                optimizer = list(spec.start.optimizer)
            set_rates(self._network, spec.model)
            trainable = [np.array(variable) for variable in self._network.trainable_variables]
            non_trainable = [np.array(variable) for variable in self._network.non_trainable_variables]
        optimizer[self._learning_rate] = np.float32(spec.training.learning_rate)
        return State(trainable, non_trainable, optimizer)

    def weights(self, state: State) -> Weights:
        """The model's weights in Keras' order, as `src.models.lstm.get_weights` returns them."""
        return tuple(np.asarray(value) for value in self._layout.weights(state.trainable, state.non_trainable))

    def run_epoch(self, state: State, settings: Settings, data: Data, steps: Steps) -> tuple[State, Any, Any]:
        """Train on every step, then validate; compiled at the first call with arguments of these sizes.

        Args:
            state: of the fit, on the device that is to run.
            settings: of the fit.
            data: what windows are gathered from.
            steps: of the epoch.

        Returns:
            The state, the mean loss over the steps, and the outputs at `data.validation`, float32
            `(window, horizon)`.
        """
        arguments = (state, settings, data, steps)
        signature = tuple((leaf.shape, leaf.devices().pop()) for leaf in jax.tree.leaves(arguments))
        compiled = self._compiled.get(signature)
        if compiled is None:
            # Tracing goes through Keras layers, which keep tracers while they are called: one thread at a time.
            with self._lock:
                lowered = jax.jit(self.epoch).lower(*arguments)
            compiled = self._compiled[signature] = lowered.compile()
        result: tuple[State, Any, Any] = compiled(*arguments)
        return result

    def epoch(self, state: State, settings: Settings, data: Data, steps: Steps) -> tuple[State, Any, Any]:
        """What `run_epoch` compiles: pure, for one fit; a population is its `jax.vmap`."""
        state = state._replace(non_trainable=self._layout.reset_states(state.non_trainable))

        def step(state: State, batch: Steps) -> tuple[State, Any]:
            return self._step(state, settings, data, batch)

        state, losses = lax.scan(step, state, steps)
        return state, jnp.mean(losses), self._validate(state, data)

    def _step(self, state: State, settings: Settings, data: Data, batch: Steps) -> tuple[State, Any]:
        inputs, targets = self._gather(data, batch.origins), data.targets[batch.origins]

        def loss_of(trainable: list[Any]) -> tuple[Any, list[Any]]:
            outputs, non_trainable = self._network.stateless_call(trainable, state.non_trainable, inputs, training=True)
            squared = jnp.mean(jnp.square(targets - outputs), axis=-1)
            mean = jnp.sum(squared * batch.weights) / jnp.sum(batch.weights)
            return mean + settings.l2 * self._layout.penalty(trainable), non_trainable

        (loss, non_trainable), gradients = jax.value_and_grad(loss_of, has_aux=True)(state.trainable)
        clipped = [_clip(gradient, settings.clipnorm) for gradient in gradients]
        trainable, optimizer = self._optimizer.stateless_apply(state.optimizer, clipped, state.trainable)
        return State(trainable, non_trainable, optimizer), loss

    def _gather(self, data: Data, origins: Any) -> Any:
        if self._key.stateful or not self._key.has_stream:
            return data.inputs[origins]
        return data.inputs[origins[:, None] + jnp.arange(1 - self._key.lags, 1)]

    def _validate(self, state: State, data: Data) -> Any:
        if self._key.stateful:
            lasting = self._layout.without_states(state.non_trainable)
            stream = data.inputs[data.validation][None]
            return self._scorer.stateless_call(state.trainable, lasting, stream, training=False)[0][0]

        def chunk(origins: Any) -> Any:
            inputs = self._gather(data, origins)
            return self._network.stateless_call(state.trainable, state.non_trainable, inputs, training=False)[0]

        size = min(_WINDOWS_AT_ONCE, len(data.validation))
        padded = jnp.pad(data.validation, (0, -len(data.validation) % size), mode="edge")
        outputs = lax.map(chunk, padded.reshape(-1, size)).reshape(-1, self._key.horizon)
        return outputs[: len(data.validation)]


class Layout:
    """Where what lies in the flat lists of a network's variables."""

    def __init__(self, network: keras.Model) -> None:
        trainable, non_trainable = network.trainable_variables, network.non_trainable_variables
        states = {id(state) for state in carried_states(network)}
        self._is_state = [id(variable) in states for variable in non_trainable]
        self._kernels = [position for position, variable in enumerate(trainable) if _is_lstm_kernel(network, variable)]
        place = {id(variable): number for number, variable in enumerate([*trainable, *non_trainable])}
        self._order = [place[id(variable)] for variable in lasting_weights(network)]

    def weights(self, trainable: list[Any], non_trainable: list[Any]) -> list[Any]:
        """All values but the state of stateful layers, in the order of `get_weights`."""
        values = [*trainable, *non_trainable]
        return [values[number] for number in self._order]

    def reset_states(self, non_trainable: list[Any]) -> list[Any]:
        """The state of stateful layers set to zero."""
        return [
            jnp.zeros_like(value) if is_state else value
            for value, is_state in zip(non_trainable, self._is_state, strict=True)
        ]

    def without_states(self, non_trainable: list[Any]) -> list[Any]:
        """The state of stateful layers left out."""
        return [value for value, is_state in zip(non_trainable, self._is_state, strict=True) if not is_state]

    def penalty(self, trainable: list[Any]) -> Any:
        """Sum of the squared input and recurrent kernels of all LSTM layers."""
        return sum(jnp.sum(jnp.square(trainable[position])) for position in self._kernels)


def _model_config(key: ProgramKey) -> ModelConfig:
    """Rates and L2 are inputs of the program; a recurrent rate above zero makes Keras use masks at all."""
    return ModelConfig(
        layers=key.layers,
        units=key.units,
        activation=key.activation,
        recurrent_activation=key.recurrent_activation,
        dropout=0.0,
        recurrent_dropout=0.5 if key.has_recurrent_dropout else 0.0,
        l2=0.0,
        stateful=key.stateful,
    )


def _is_lstm_kernel(network: keras.Model, variable: Any) -> bool:
    cells = [layer.cell for layer in network.layers if isinstance(layer, keras.layers.RNN)]
    return any(variable is kernel for cell in cells for kernel in (cell.kernel, cell.recurrent_kernel))


def _clip(gradient: Any, clipnorm: Any) -> Any:
    """Keras' clipnorm, which is code and cannot differ between fits of a program, as an input."""
    norm = jnp.sqrt(jnp.sum(jnp.square(gradient)))
    return gradient * jnp.minimum(1.0, clipnorm / norm)
