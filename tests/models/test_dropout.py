"""Masks: equal to a pure-Python author bit for bit, random enough, and fresh for every training step."""

import math

import jax
import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from lstm_sweep.models.cells import RecurrentDropoutLSTMCell
from lstm_sweep.models.dropout import MaskSource, RecurrentDropoutRNN, SeededDropout, uniform

INPUTS = np.random.default_rng(0).normal(size=(6, 5, 8)).astype(np.float32)
NUM_DRAWN = 100_000


def mix_by_hand(state: int) -> int:
    """MurmurHash3's fmix32."""
    state = (state ^ (state >> 16)) * 0x85EBCA6B % 2**32
    state = (state ^ (state >> 13)) * 0xC2B2AE35 % 2**32
    return state ^ (state >> 16)


def uniform_by_hand(shape: tuple[int, ...], seed: int, counter: int) -> NDArray[np.float32]:
    key = mix_by_hand((seed * 0x9E3779B9 + counter) % 2**32)
    bits = [mix_by_hand(mix_by_hand((position + key) % 2**32) ^ key) for position in range(math.prod(shape))]
    return np.array([(each >> 8) / 2**24 for each in bits], np.float32).reshape(shape)


def drawn(seed: int, counter: int, count: int = NUM_DRAWN) -> NDArray[np.float32]:
    return np.asarray(uniform((count,), seed, counter))


def correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """In standard errors of independent numbers."""
    return float(np.corrcoef(one, other)[0, 1] * math.sqrt(len(one)))


def test_author_of_the_hash_knows_its_published_values() -> None:
    assert [mix_by_hand(state) for state in (0, 1, 0xFFFFFFFF)] == [0, 0x514E28B7, 0x81F16F39]


@pytest.mark.parametrize("shape", [(1,), (7,), (3, 4), (4, 2, 5), (1000,)])
@pytest.mark.parametrize(("seed", "counter"), [(0, 0), (0, 1), (1, 0), (2**31 - 1, 3), (12345, 2**31 - 1)])
def test_numbers_equal_those_of_pure_python(shape: tuple[int, ...], seed: int, counter: int) -> None:
    assert np.array_equal(uniform(shape, seed, counter), uniform_by_hand(shape, seed, counter))


def test_numbers_do_not_depend_on_the_shape_they_are_laid_out_in() -> None:
    flat = np.asarray(uniform((24,), 5, 6))
    assert np.array_equal(np.asarray(uniform((2, 3, 4), 5, 6)).ravel(), flat)
    assert np.array_equal(np.asarray(uniform((10,), 5, 6)), flat[:10])


@pytest.mark.parametrize(("seed", "counter"), [(0, 0), (1, 1), (2**31 - 1, 7), (3, 100_000)])
def test_numbers_are_uniform(seed: int, counter: int) -> None:
    numbers = drawn(seed, counter)
    assert numbers.min() >= 0
    assert numbers.max() < 1
    counts = np.histogram(numbers, bins=64, range=(0, 1))[0]
    chi_square = ((counts - NUM_DRAWN / 64) ** 2 / (NUM_DRAWN / 64)).sum()
    assert abs(chi_square - 63) < 5 * math.sqrt(2 * 63)
    assert abs(numbers.mean() - 0.5) < 5 / math.sqrt(12 * NUM_DRAWN)
    assert numbers.var() == pytest.approx(1 / 12, rel=0.02)


def test_numbers_of_other_seeds_steps_and_positions_are_independent() -> None:
    base = drawn(3, 10)
    for other in (drawn(4, 10), drawn(3, 11), drawn(4, 9), drawn(3, 10 + 2**16), drawn(3 + 2**20, 10)):
        assert abs(correlation(base, other)) < 5
        assert abs(correlation(base[1:], other[:-1])) < 5
    for lag in (1, 2, 16, 32, 1000):
        assert abs(correlation(base[lag:], base[:-lag])) < 5


def test_no_two_steps_of_any_two_seeds_share_a_mask() -> None:
    seen = {tuple(drawn(seed, counter, 4)) for seed in range(30) for counter in range(30)}
    assert len(seen) == 900


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_mask_drops_its_share_and_keeps_the_mean(rate: float) -> None:
    mask = np.asarray(MaskSource(rate).mask((NUM_DRAWN,)))
    assert set(np.unique(mask)) == {np.float32(0), np.float32(1) / (np.float32(1) - np.float32(rate))}
    assert abs((mask == 0).mean() - rate) < 5 * math.sqrt(rate * (1 - rate) / NUM_DRAWN)
    assert mask.mean() == pytest.approx(1, abs=0.05)


def test_mask_is_the_same_until_the_next_step() -> None:
    masks = MaskSource(0.5)
    first, again = np.asarray(masks.mask((50,))), np.asarray(masks.mask((50,)))
    masks.advance()
    assert np.array_equal(first, again)
    assert not np.array_equal(first, masks.mask((50,)))


def test_dropout_multiplies_with_the_mask_of_its_step() -> None:
    layer = SeededDropout(0.5)
    layer.masks.seed.assign(77)
    for step in (1, 2, 3):
        kept = uniform_by_hand(INPUTS.shape, seed=77, counter=step) >= 0.5
        assert np.array_equal(layer(INPUTS, training=True), np.where(kept, 2 * INPUTS, 0))


def test_rate_0_passes_through_in_training() -> None:
    assert np.array_equal(SeededDropout(0.0)(INPUTS, training=True), INPUTS)


def test_nothing_is_dropped_and_no_step_is_counted_outside_of_training() -> None:
    layer = SeededDropout(0.9)
    assert np.array_equal(layer(INPUTS), INPUTS)
    assert np.array_equal(layer(INPUTS, training=False), INPUTS)
    assert int(np.asarray(layer.masks.counter)) == 0
    layer(INPUTS, training=True)
    assert int(np.asarray(layer.masks.counter)) == 1


def test_network_counts_its_steps_in_fit_and_not_in_predict() -> None:
    inputs = keras.Input((5, 8))
    cell = RecurrentDropoutLSTMCell(3, 0.5)
    dropout = SeededDropout(0.5)
    network = keras.Model(inputs, keras.layers.Dense(1)(dropout(RecurrentDropoutRNN(cell)(inputs))))
    network.compile(loss="mse")
    network.fit(INPUTS, np.zeros((6, 1)), batch_size=2, epochs=2, verbose=0)
    network.predict(INPUTS, verbose=0)
    assert [int(np.asarray(masks.counter)) for masks in (dropout.masks, cell.masks)] == [6, 6]


def test_one_compiled_program_serves_every_rate_and_seed() -> None:
    layer = SeededDropout(0.0)
    layer(INPUTS)
    traces = []

    @jax.jit
    def step(variables: list[jax.Array]) -> jax.Array:
        traces.append(1)
        return layer.stateless_call([], variables, INPUTS, training=True)[0]

    names = [variable.name for variable in layer.non_trainable_variables]
    for rate, seed in ((0.0, 1), (0.5, 1), (0.5, 2), (0.9, 2)):
        values = {"rate": np.float32(rate), "seed": np.int32(seed), "counter": np.int32(4)}
        kept = uniform_by_hand(INPUTS.shape, seed, counter=5) >= np.float32(rate)
        expected = np.where(kept, INPUTS / (1 - np.float32(rate)), 0)
        np.testing.assert_allclose(step([values[name] for name in names]), expected, rtol=1e-6)
    assert len(traces) == 1


def test_rate_can_be_changed_in_place() -> None:
    layer = SeededDropout(0.0)
    layer(INPUTS, training=True)
    layer.masks.rate.assign(0.5)
    assert (np.asarray(layer(INPUTS, training=True)) == 0).any()
