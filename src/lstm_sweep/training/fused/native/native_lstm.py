"""The LSTM of `lstm.c` as a function of JAX arrays, with its gradient: on a CPU, what `own_gradient` is elsewhere."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from lstm_sweep.training.fused.custom_gradient import State, Weights
from lstm_sweep.training.fused.native.library import NativeLibrary

SLOPES = 6
"""That the way forward keeps, for the way back, of every step, window and unit."""


@partial(jax.custom_vjp, nondiff_argnums=(0, 1, 2))
def run_native_lstm(
    library: NativeLibrary, activation: str, every_step: bool, weights: Weights, start: State, inputs: Any
) -> tuple[State, Any]:
    """Run an LSTM layer on a CPU; arrays are float32 and lie as in Keras, windows first.

    Args:
        library: the compiled code.
        activation: of the cell, one of `ACTIVATIONS`.
        every_step: whether to answer at every step.
        weights: of the layer.
        start: state before the first step, `(batch, unit)`.
        inputs: `(batch, time, feature)`.

    Returns:
        The state after the last step, and the hidden state after each, `(batch, time, unit)`, or None.

    Raises:
        TypeError: where an array is not float32, which the library would misread.
    """
    return _answer(0, library, activation, every_step, weights, start, inputs)[0]


def _answer(
    slopes: int, library: NativeLibrary, activation: str, every_step: bool, weights: Weights, start: State, inputs: Any
) -> tuple[tuple[State, Any], Any]:
    batch, time, features = inputs.shape
    units = start.hidden.shape[1]
    row, scratch = library.size("lstm_row", features, units), library.size("lstm_forward_scratch", *inputs.shape, units)
    results = [(batch, time if every_step else 0, units), (batch, units), (batch, units)]
    results += [(time + 1 if slopes else 1, batch, row), (scratch,)]
    results += [(time, batch, slopes, library.size("lstm_lanes", units))] if slopes else []
    target = library.target(f"lstm_forward_{activation}")
    outputs, hidden, carry, rows, _, *kept = _call(target, results, inputs, *weights, *start)
    return (State(hidden, carry), outputs if every_step else None), (weights, rows, *kept)


def _forward(library: NativeLibrary, activation: str, every_step: bool, *arguments: Any) -> tuple[Any, Any]:
    values: Any = jax.custom_derivatives.custom_vjp_primal_tree_values
    results, kept = _answer(SLOPES, library, activation, every_step, *values(arguments))
    # A first layer's inputs are data: nobody asks for their gradient. What is kept must be arrays: their tree tells.
    return results, (*kept, () if arguments[-1].perturbed else None)


def _backward(library: NativeLibrary, _: str, every_step: bool, kept: Any, gradients: Any) -> tuple[Any, ...]:
    weights, rows, slopes, asked = kept
    of_end, of_outputs = jax.tree.map(_written_out, gradients)
    (time, batch), (features, _), (units, _) = slopes.shape[:2], *(each.shape for each in weights[:2])
    if not every_step:
        of_outputs = jnp.zeros((batch, 0, units), jnp.float32)
    scratch = library.size("lstm_backward_scratch", batch, time, features, units)
    results = [(batch, 0 if asked is None else time, features), *(each.shape for each in weights)]
    results += [(batch, units), (batch, units), (scratch,)]
    arguments = (weights.kernel, weights.recurrent_kernel, rows, slopes, of_outputs, *of_end)
    of_inputs, *of_weights, of_hidden, of_carry, _ = _call(library.target("lstm_backward"), results, *arguments)
    return Weights(*of_weights), State(of_hidden, of_carry), None if asked is None else of_inputs


def _written_out(gradient: Any) -> Any:
    """A gradient of zeros comes as a symbol."""
    is_symbol = isinstance(gradient, jax.custom_derivatives.SymbolicZero)
    return jnp.zeros(gradient.shape, gradient.dtype) if is_symbol else gradient


def _call(target: str, results: list[tuple[int, ...]], *arguments: Any) -> Any:
    others = {str(each.dtype) for each in arguments} - {"float32"}
    if others:
        raise TypeError(f"the compiled LSTM takes float32, but was given {', '.join(sorted(others))}: convert it.")
    array: Any = jax.ShapeDtypeStruct
    shapes = [array(shape, jnp.float32) for shape in results]
    return jax.ffi.ffi_call(target, shapes, vmap_method="sequential")(*arguments)


run_native_lstm.defvjp(_forward, _backward, symbolic_zeros=True)
