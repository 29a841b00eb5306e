"""The LSTM's own gradient against the one that JAX derives from a plain loop, and against finite differences."""

from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lstm_sweep.training.fused.custom_gradient import LSTMState, LSTMWeights, logistic, run_lstm
from tests.training.plain_lstm import ACTIVATIONS, activations_of, assert_close, gradients_of, plain_loop, score_of

TIME, FEATURES, UNITS, BATCH = 7, 3, 5, 4


@pytest.fixture(autouse=True)
def double_precision() -> Iterator[None]:
    """To tell a wrong formula from rounding."""
    with jax.enable_x64(True):
        yield


def make_arguments(seed: int = 0) -> tuple[LSTMWeights, LSTMState, Any]:
    """LSTMWeights large enough to saturate some gates, a state to start from, and inputs."""
    generator = np.random.default_rng(seed)

    def draw(*shape: int) -> Any:
        return jnp.asarray(generator.normal(0, 0.8, shape))

    weights = LSTMWeights(draw(FEATURES, 4 * UNITS), draw(UNITS, 4 * UNITS), draw(4 * UNITS))
    return weights, LSTMState(draw(UNITS, BATCH), draw(UNITS, BATCH)), draw(TIME, FEATURES, BATCH)


@pytest.mark.parametrize(
    ("cell", "gates", "every_step"),
    [
        *((name, "sigmoid", True) for name in ACTIVATIONS),
        ("tanh", "sigmoid", False),
        ("tanh", "hard_sigmoid", False),
        ("elu", "tanh", False),
    ],
)
def test_values_and_gradients_are_those_of_the_plain_loop(cell: str, gates: str, every_step: bool) -> None:
    activations, arguments = activations_of(cell, gates), make_arguments()
    mine, yours = (run(activations, every_step, *arguments) for run in (run_lstm, plain_loop))
    assert_close(mine, yours, 1e-12)
    mine, yours = (gradients_of(run, activations, every_step, arguments) for run in (run_lstm, plain_loop))
    assert_close(mine, yours, 1e-10)


def test_gradients_are_those_of_the_plain_loop_in_single_precision() -> None:
    arguments = jax.tree.map(lambda leaf: leaf.astype(jnp.float32), make_arguments())
    runs = (run_lstm, plain_loop)
    gradients = [gradients_of(run, activations_of(), True, arguments) for run in runs]
    assert {leaf.dtype for leaf in jax.tree.leaves(gradients)} == {jnp.dtype("float32")}
    assert_close(*gradients, tolerance=2e-5)


def test_gradients_are_finite_differences() -> None:
    activations, arguments = activations_of(), make_arguments()
    score = jax.jit(score_of(run_lstm, activations, True))
    leaves, structure = jax.tree.flatten(arguments)
    gradients = jax.tree.leaves(gradients_of(run_lstm, activations, True, arguments))
    for number, leaf in enumerate(leaves):
        for element in (0, leaf.size // 3, leaf.size // 2, leaf.size - 1):
            nudge = jnp.zeros(leaf.size).at[element].set(1e-6).reshape(leaf.shape)
            up, down = (
                score(*jax.tree.unflatten(structure, [*leaves[:number], leaf + sign * nudge, *leaves[number + 1 :]]))
                for sign in (1, -1)
            )
            expected = float(up - down) / 2e-6
            assert float(gradients[number].ravel()[element]) == pytest.approx(expected, rel=1e-6, abs=1e-7)


def test_relu_at_zero_has_the_slope_that_jax_gives_it() -> None:
    weights, start, inputs = make_arguments()
    silent = LSTMWeights(*map(jnp.zeros_like, weights)), start._replace(carry=jnp.zeros_like(start.carry)), inputs
    mine, yours = (gradients_of(run, activations_of("relu"), True, silent) for run in (run_lstm, plain_loop))
    assert_close(mine, yours, 1e-12)


def test_a_window_in_two_parts_is_the_window() -> None:
    activations, (weights, start, inputs) = activations_of(), make_arguments()
    whole_end, whole = run_lstm(activations, True, weights, start, inputs)
    middle, first = run_lstm(activations, True, weights, start, inputs[:3])
    end, second = run_lstm(activations, True, weights, middle, inputs[3:])
    assert_close((end, jnp.concatenate([first, second])), (whole_end, whole), 1e-14)


def test_members_of_a_population_are_what_they_are_alone() -> None:
    members = [make_arguments(seed) for seed in range(3)]
    together = jax.tree.map(lambda *leaves: jnp.stack(leaves), *members)
    run = jax.jit(jax.grad(score_of(run_lstm, activations_of(), True), (0, 1, 2)))
    vmapped = jax.vmap(run)(*together)
    for number, member in enumerate(members):
        assert_close(jax.tree.map(lambda leaf, row=number: leaf[row], vmapped), run(*member), 1e-12)


def test_members_may_share_their_inputs() -> None:
    members, (_, start, inputs) = [make_arguments(seed)[0] for seed in range(3)], make_arguments(7)
    together = jax.tree.map(lambda *leaves: jnp.stack(leaves), *members)
    run = jax.jit(jax.grad(score_of(run_lstm, activations_of(), False)))
    vmapped = jax.vmap(run, in_axes=(0, None, None))(together, start, inputs)
    for number, weights in enumerate(members):
        mine = jax.tree.map(lambda leaf, row=number: leaf[row], vmapped)
        assert_close(mine, run(weights, start, inputs), 1e-12)


def test_logistic_is_the_logistic_function() -> None:
    numbers = jnp.linspace(-40, 40, 401)
    np.testing.assert_allclose(logistic(numbers), 1 / (1 + np.exp(-numbers)), rtol=0, atol=1e-15)
