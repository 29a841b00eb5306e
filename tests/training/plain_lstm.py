"""The LSTM by the book, left to JAX to differentiate: slow, plain, in whatever precision it is given."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from lstm_sweep.training.fused.custom_gradient import Activations, LSTMState, LSTMWeights

# JAX's, because Keras' compute in single precision whatever they are given.
ACTIVATIONS = {
    "tanh": jnp.tanh,
    "sigmoid": jax.nn.sigmoid,
    "linear": lambda x: x,
    "relu": jax.nn.relu,
    "elu": jax.nn.elu,
    "softsign": jax.nn.soft_sign,
    "hard_sigmoid": jax.nn.hard_sigmoid,
    "gelu": jax.nn.gelu,
}

Result = tuple[LSTMState, Any]


def activations_of(cell: str = "tanh", gates: str = "sigmoid") -> Activations:
    return Activations(ACTIVATIONS[cell], ACTIVATIONS[gates])


def plain_loop(
    activations: Activations, every_step: bool, weights: LSTMWeights, start: LSTMState, inputs: Any
) -> Result:
    """The same by the book, rows and columns as in Keras, left to JAX to differentiate."""

    def step(state: LSTMState, features: Any) -> tuple[LSTMState, Any]:
        preactivations = features @ weights.kernel + state.hidden @ weights.recurrent_kernel + weights.bias
        into, forget, candidate, out = jnp.split(preactivations, 4, axis=-1)
        kept = activations.gates(forget) * state.carry
        carry = kept + activations.gates(into) * activations.cell(candidate)
        hidden = activations.gates(out) * activations.cell(carry)
        return LSTMState(hidden, carry), hidden

    end, outputs = lax.scan(step, LSTMState(start.hidden.T, start.carry.T), jnp.swapaxes(inputs, 1, 2))
    return LSTMState(end.hidden.T, end.carry.T), jnp.swapaxes(outputs, 1, 2) if every_step else None


def score_of(run: Any, activations: Activations, every_step: bool) -> Any:
    """A number to which every element of every result adds with a weight of its own."""

    def score(*arguments: Any) -> Any:
        leaves = jax.tree.leaves(run(activations, every_step, *arguments))
        return sum(jnp.sum(leaf * jnp.cos(jnp.arange(leaf.size).reshape(leaf.shape))) for leaf in leaves)

    return score


def gradients_of(run: Any, activations: Activations, every_step: bool, arguments: Any) -> Any:
    """Of every weight, of both states and of the inputs."""
    return jax.jit(jax.grad(score_of(run, activations, every_step), (0, 1, 2)))(*arguments)


def assert_close(mine: Any, yours: Any, tolerance: float) -> None:
    pairs = zip(jax.tree.leaves(mine), jax.tree.leaves(yours), strict=True)
    for number, (one, other) in enumerate(pairs):
        assert one.dtype == other.dtype
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance, err_msg=f"array {number}")
