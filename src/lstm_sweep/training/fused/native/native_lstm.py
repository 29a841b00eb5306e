"""The LSTM of `lstm.c` as a function of JAX arrays, with its gradient: the `custom_gradient` of CPUs."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from lstm_sweep.training.fused.custom_gradient import LSTMState, LSTMWeights
from lstm_sweep.training.fused.native.library import NativeLibrary

DERIVATIVES = 6
"""Residuals of every step, window and unit: derivatives that the backward pass multiplies with."""


@partial(jax.custom_vjp, nondiff_argnums=(0, 1, 2))
def run_native_lstm(
    library: NativeLibrary, activation: str, every_step: bool, weights: LSTMWeights, start: LSTMState, inputs: Any
) -> tuple[LSTMState, Any]:
    """Run an LSTM layer on a CPU; arrays are float32 and lie as in Keras, windows first.

    Args:
        library: the compiled code.
        activation: of the cell, one of `ACTIVATIONS`.
        every_step: whether to return the output of every step.
        weights: of the layer.
        start: state before the first step, `(batch, unit)`.
        inputs: `(batch, time, feature)`.

    Returns:
        The state after the last step, and the hidden state after each, `(batch, time, unit)`, or None.

    Raises:
        TypeError: where an array is not float32, which the library would misread.
    """
    return _run(0, library, activation, every_step, weights, start, inputs)[0]


def _run(
    derivatives: int,
    library: NativeLibrary,
    activation: str,
    every_step: bool,
    weights: LSTMWeights,
    start: LSTMState,
    inputs: Any,
) -> tuple[tuple[LSTMState, Any], Any]:
    batch, time, features = inputs.shape
    units = start.hidden.shape[1]
    row, scratch = library.size("lstm_row", features, units), library.size("lstm_forward_scratch", *inputs.shape, units)
    results = [(batch, time if every_step else 0, units), (batch, units), (batch, units)]
    results += [(time + 1 if derivatives else 1, batch, row), (scratch,)]
    results += [(time, batch, derivatives, library.size("lstm_lanes", units))] if derivatives else []
    target = library.target(f"lstm_forward_{activation}")
    outputs, hidden, carry, rows, _, *derived = _call(target, results, inputs, *weights, *start)
    return (LSTMState(hidden, carry), outputs if every_step else None), (weights, rows, *derived)


def _forward(library: NativeLibrary, activation: str, every_step: bool, *arguments: Any) -> tuple[Any, Any]:
    values: Any = jax.custom_derivatives.custom_vjp_primal_tree_values
    results, residuals = _run(DERIVATIVES, library, activation, every_step, *values(arguments))
    # A first layer's inputs are data, whose gradient is not needed. Residuals must be arrays, so () or None says it.
    return results, (*residuals, () if arguments[-1].perturbed else None)


def _backward(library: NativeLibrary, _: str, every_step: bool, residuals: Any, gradients: Any) -> tuple[Any, ...]:
    weights, rows, derivatives, inputs_needed = residuals
    d_end, d_outputs = jax.tree.map(_written_out, gradients)
    (time, batch), (features, _), (units, _) = derivatives.shape[:2], *(each.shape for each in weights[:2])
    if not every_step:
        d_outputs = jnp.zeros((batch, 0, units), jnp.float32)
    scratch = library.size("lstm_backward_scratch", batch, time, features, units)
    results = [(batch, 0 if inputs_needed is None else time, features), *(each.shape for each in weights)]
    results += [(batch, units), (batch, units), (scratch,)]
    arguments = (weights.kernel, weights.recurrent_kernel, rows, derivatives, d_outputs, *d_end)
    d_inputs, *d_weights, d_hidden, d_carry, _ = _call(library.target("lstm_backward"), results, *arguments)
    return LSTMWeights(*d_weights), LSTMState(d_hidden, d_carry), None if inputs_needed is None else d_inputs


def _written_out(gradient: Any) -> Any:
    """The array of a gradient; JAX passes zeros as a symbol."""
    is_symbol = isinstance(gradient, jax.custom_derivatives.SymbolicZero)
    return jnp.zeros(gradient.shape, gradient.dtype) if is_symbol else gradient


def _call(target: str, results: list[tuple[int, ...]], *arguments: Any) -> Any:
    others = {str(each.dtype) for each in arguments} - {"float32"}
    if others:
        raise TypeError(f"the compiled LSTM takes float32, but got {', '.join(sorted(others))}: convert it.")
    array: Any = jax.ShapeDtypeStruct
    shapes = [array(shape, jnp.float32) for shape in results]
    return jax.ffi.ffi_call(target, shapes, vmap_method="sequential")(*arguments)


run_native_lstm.defvjp(_forward, _backward, symbolic_zeros=True)
