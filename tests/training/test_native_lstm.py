"""The LSTM in C against the plain loop in double precision: values, gradients, instruction sets, bounds of memory."""

import itertools
import platform
import subprocess
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lstm_sweep.training.fused.custom_gradient import LSTMState, LSTMWeights
from lstm_sweep.training.fused.native.compiling import SOURCE, compile_library, compiler_command, compiler_version
from lstm_sweep.training.fused.native.library import ACTIVATIONS, NativeLibrary, library_for
from lstm_sweep.training.fused.native.native_lstm import run_native_lstm
from tests.training.plain_lstm import activations_of, plain_loop

pytestmark = pytest.mark.skipif(library_for(True) is None, reason="there is no C compiler")

SIZES = {
    "one of each": (1, 1, 1, 1),
    "less than a vector": (5, 7, 3, 5),
    "vectors": (32, 6, 1, 32),
    "a vector and one": (3, 4, 2, 17),
    "every kind of tile": (15, 3, 6, 20),
    "more features than units": (9, 5, 40, 4),
    "large": (101, 4, 7, 100),
}
"""Windows, steps, features and units."""

INSTRUCTION_SETS = {"x86-64": "SSE2", "haswell": "AVX2", "skylake-avx512": "AVX-512"}


def make_arguments(
    batch: int, time: int, features: int, units: int, seed: int = 0
) -> tuple[LSTMWeights, LSTMState, Any]:
    """LSTMWeights large enough to saturate some gates, a state to start from, and inputs, in single precision."""
    generator = np.random.default_rng(seed)

    def draw(scale: float, *shape: int) -> Any:
        return jnp.asarray(generator.normal(0, scale, shape), jnp.float32)

    weights = LSTMWeights(
        draw(0.8, features, 4 * units), draw(0.8 / np.sqrt(units), units, 4 * units), draw(0.8, 4 * units)
    )
    return weights, LSTMState(draw(0.8, batch, units), draw(0.8, batch, units)), draw(0.8, batch, time, features)


def run_plain(
    activation: str, every_step: bool, weights: LSTMWeights, start: LSTMState, inputs: Any
) -> tuple[LSTMState, Any]:
    """The plain loop, whose batch comes last."""
    begin = LSTMState(start.hidden.T, start.carry.T)
    end, outputs = plain_loop(activations_of(activation), every_step, weights, begin, jnp.transpose(inputs, (1, 2, 0)))
    return LSTMState(end.hidden.T, end.carry.T), jnp.transpose(outputs, (2, 0, 1)) if every_step else None


def values_and_gradients(run: Any, arguments: Any) -> list[Any]:
    """Results, and gradients of a score to which every element of every result adds with a weight of its own."""

    def score(*arguments: Any) -> tuple[Any, Any]:
        results = run(*arguments)
        leaves = jax.tree.leaves(results)
        return sum(jnp.sum(leaf * jnp.cos(jnp.arange(leaf.size).reshape(leaf.shape))) for leaf in leaves), results

    (_, results), gradients = jax.jit(jax.value_and_grad(score, (0, 1, 2), has_aux=True))(*arguments)
    return jax.tree.leaves((results, gradients))


def assert_close(mine: list[Any], yours: list[Any], tolerance: float = 5e-6) -> None:
    """Within a tolerance of the largest element of each array."""
    for number, (one, other) in enumerate(zip(map(np.asarray, mine), map(np.asarray, yours), strict=True)):
        assert (one.dtype, other.dtype) == (np.float32, np.float64)
        worst = np.max(np.abs(one - other)) / max(1.0, np.max(np.abs(other)))
        assert worst < tolerance, f"array {number} of {len(mine)}"


def assert_same_as_the_plain_loop(
    library: NativeLibrary, activation: str, every_step: bool, sizes: tuple[int, int, int, int]
) -> None:
    arguments = make_arguments(*sizes)
    mine = values_and_gradients(lambda *given: run_native_lstm(library, activation, every_step, *given), arguments)
    with jax.enable_x64(True):
        double = jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float64), arguments)
        yours = values_and_gradients(lambda *given: run_plain(activation, every_step, *given), double)
    assert_close(mine, yours)


@pytest.fixture(scope="module")
def library() -> NativeLibrary:
    found = library_for(True)
    assert found is not None
    return found


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES.keys())
@pytest.mark.parametrize("every_step", [True, False])
def test_values_and_gradients_are_those_of_the_plain_loop(
    library: NativeLibrary, every_step: bool, sizes: tuple[int, int, int, int]
) -> None:
    assert_same_as_the_plain_loop(library, "tanh", every_step, sizes)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_is_that_of_the_plain_loop(library: NativeLibrary, activation: str) -> None:
    assert_same_as_the_plain_loop(library, activation, True, (6, 5, 2, 19))


@pytest.fixture(scope="module", params=INSTRUCTION_SETS, ids=INSTRUCTION_SETS.values())
def library_of_set(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> NativeLibrary:
    if platform.machine() != "x86_64":
        pytest.skip("this is no x86-64 processor")
    if request.param == "skylake-avx512" and "avx512vl" not in Path("/proc/cpuinfo").read_text():
        pytest.skip("this processor has no AVX-512")
    command = compiler_command()
    made = compile_library(command, tmp_path_factory.mktemp("native"), [f"-march={request.param}"])
    return NativeLibrary(made, compiler_version(command))


@pytest.mark.parametrize("activation", ["tanh", "elu"])
def test_every_instruction_set_gives_the_same(library_of_set: NativeLibrary, activation: str) -> None:
    for sizes in SIZES.values():
        assert_same_as_the_plain_loop(library_of_set, activation, True, sizes)


def test_vmapped_members_are_what_they_are_alone(library: NativeLibrary) -> None:
    members = [make_arguments(4, 3, 2, 5, seed) for seed in range(3)]
    together = jax.tree.map(lambda *leaves: jnp.stack(leaves), *members)
    run = jax.jit(jax.grad(lambda *given: jnp.sum(run_native_lstm(library, "tanh", True, *given)[1] ** 2), (0, 1, 2)))
    vmapped = jax.vmap(run)(*together)
    for number, member in enumerate(members):
        for mine, yours in zip(jax.tree.leaves(vmapped), jax.tree.leaves(run(*member)), strict=True):
            np.testing.assert_array_equal(mine[number], yours)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("spoilt", [np.nan, np.inf, 3e38])
def test_a_window_that_is_no_number_stays_one_and_spoils_no_other(
    library: NativeLibrary, activation: str, spoilt: float
) -> None:
    weights, start, inputs = make_arguments(9, 4, 2, 5)
    run = jax.jit(lambda inputs: run_native_lstm(library, activation, True, weights, start, inputs)[1])
    clean, outputs = run(inputs), run(inputs.at[3, 1, 0].set(spoilt))
    for row in set(range(9)) - {3}:
        np.testing.assert_array_equal(outputs[row], clean[row])
    if np.isnan(spoilt):
        assert np.isnan(outputs[3, 1:]).all()
    if not np.isnan(spoilt) and activation in ("tanh", "softsign"):
        assert np.abs(outputs[3]).max() <= 1.0001


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_derivatives_are_right_far_out_and_at_zero(library: NativeLibrary, activation: str) -> None:
    """One unit whose candidate sees the numbers themselves, once; other gates are half open."""
    numbers = np.concatenate([np.linspace(-30, 30, 601), [-1e3, 1e3, -1e-4, 1e-4, 1e-30]]).astype(np.float32)
    weights = LSTMWeights(jnp.zeros((1, 4)).at[0, 2].set(1.0), jnp.zeros((1, 4)), jnp.zeros(4))
    rest = LSTMState(*(2 * [jnp.zeros((len(numbers), 1))])), jnp.asarray(numbers)[:, None, None]

    def carry_of(run: Any, inputs: Any) -> Any:
        return jnp.sum(run(weights, rest[0], inputs)[0].carry)

    def native(*given: Any) -> Any:
        return run_native_lstm(library, activation, False, *given)

    def plain(*given: Any) -> Any:
        return run_plain(activation, False, *given)

    mine, yours = (jax.grad(carry_of, 1)(run, rest[1]) for run in (native, plain))
    np.testing.assert_allclose(mine, yours, rtol=1e-5, atol=4e-7)


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES.keys())
def test_gradient_by_data_is_not_computed_and_others_are_the_same(
    library: NativeLibrary, sizes: tuple[int, int, int, int]
) -> None:
    weights, start, inputs = make_arguments(*sizes)

    def score(weights: LSTMWeights, inputs: Any) -> Any:
        return jnp.sum(run_native_lstm(library, "tanh", True, weights, start, inputs)[1] ** 2)

    batch, time, features, _ = sizes
    by_weights, by_both = jax.grad(score), jax.grad(score, (0, 1))
    assert f"f32[{batch},0,{features}]" in str(jax.make_jaxpr(by_weights)(weights, inputs))
    assert f"f32[{batch},0,{features}]" not in str(jax.make_jaxpr(by_both)(weights, inputs))
    for mine, yours in zip(by_weights(weights, inputs), by_both(weights, inputs)[0], strict=True):
        np.testing.assert_allclose(mine, yours, rtol=1e-5, atol=1e-6)


def test_arrays_of_another_precision_are_refused(library: NativeLibrary) -> None:
    with jax.enable_x64(True):
        double = jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float64), make_arguments(1, 1, 1, 1))
        with pytest.raises(TypeError, match="takes float32, but got float64"):
            run_native_lstm(library, "tanh", True, *double)


@pytest.mark.slow
def test_no_byte_beyond_an_array_is_read_or_written(tmp_path: Path) -> None:
    """Under the address and undefined behaviour sanitizers, every array in an allocation of its own."""
    program = tmp_path / "bounds"
    harness = Path(__file__).with_name("native_bounds.c")
    checks = ["-g", "-O1", "-march=native", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    call = [*compiler_command(), *checks, f"-I{SOURCE.parent}", str(harness)]
    built = subprocess.run([*call, "-o", str(program)], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    sizes = [*SIZES.values(), *itertools.product((1, 7), (1, 3), (1, 14, 15, 16), (1, 15, 16, 31, 33))]
    for each in sizes:
        ran = subprocess.run(
            [program, *map(str, each)],
            env={"ASAN_OPTIONS": "detect_leaks=0"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, (each, ran.stderr)
