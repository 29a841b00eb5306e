"""Initial weights: what their names promise, and nothing but the seed decides."""

from dataclasses import replace

import numpy as np
import pytest

from lstm_sweep.config import ModelConfig
from lstm_sweep.models.initial_weights import set_initial_weights
from lstm_sweep.models.initializers import glorot_uniform, orthogonal
from lstm_sweep.models.lstm import Shapes, build_lstm, get_weights
from lstm_sweep.trials.checkpoint import Weights
from tests.examples import make_fit

MODEL = make_fit(layers=2, units=16, dropout=0.2).model


def initial_weights(model: ModelConfig = MODEL, seed: int = 1, streams: int | None = None) -> Weights:
    network = build_lstm(model, Shapes(time=5, num_features=3, horizon=2, streams=streams))
    set_initial_weights(network, seed)
    return get_weights(network)


def arrays(weights: Weights) -> Weights:
    """Without rates, seeds and counters, which have no axes."""
    return tuple(array for array in weights if array.ndim)


@pytest.mark.parametrize(("rows", "columns"), [(1, 64), (100, 400), (7, 3)])
def test_glorot_fills_its_limits_evenly(rows: int, columns: int) -> None:
    drawn = np.concatenate([glorot_uniform(np.random.default_rng(k), rows, columns).ravel() for k in range(200)])
    limit = np.sqrt(6 / (rows + columns))
    assert drawn.dtype == np.float32
    assert 0.99 * limit < np.abs(drawn).max() <= np.float32(limit)
    assert drawn.std() == pytest.approx(limit / np.sqrt(3), rel=0.05)
    assert abs(drawn.mean()) < 0.05 * limit


@pytest.mark.parametrize(("rows", "columns"), [(4, 16), (16, 4), (32, 128), (1, 4), (5, 5)])
def test_orthogonal_has_orthonormal_rows_or_columns(rows: int, columns: int) -> None:
    drawn = orthogonal(np.random.default_rng(0), rows, columns).astype(np.float64)
    assert drawn.shape == (rows, columns)
    product = drawn @ drawn.T if rows <= columns else drawn.T @ drawn
    np.testing.assert_allclose(product, np.eye(min(rows, columns)), atol=1e-6)


def test_orthogonal_has_no_preferred_sign() -> None:
    drawn = np.array([orthogonal(np.random.default_rng(k), 3, 12) for k in range(300)])
    assert np.abs(drawn.mean(axis=0)).max() < 5 * np.sqrt(1 / 12 / 300)


def test_every_array_is_what_its_place_asks_for() -> None:
    kernel_1, recurrent_1, bias_1, kernel_2, recurrent_2, bias_2, dense, dense_bias = arrays(initial_weights())
    for kernel in (kernel_1, kernel_2, dense):
        assert 0.8 * np.sqrt(6 / sum(kernel.shape)) < np.abs(kernel).max() <= np.float32(np.sqrt(6 / sum(kernel.shape)))
    assert [kernel.shape for kernel in (kernel_1, kernel_2, dense)] == [(3, 64), (16, 64), (16, 2)]
    for recurrent in (recurrent_1, recurrent_2):
        np.testing.assert_allclose(recurrent @ recurrent.T, np.eye(16), atol=1e-5)
    for bias in (bias_1, bias_2):
        assert bias.tolist() == [0] * 16 + [1] * 16 + [0] * 32, "Keras' order is input, forget, candidate, output"
    assert dense_bias.tolist() == [0, 0]


def test_same_seed_gives_the_same_bits_and_another_seed_gives_others() -> None:
    first, again, other = initial_weights(seed=1), initial_weights(seed=1), initial_weights(seed=2)
    assert all(np.array_equal(one, two) for one, two in zip(first, again, strict=True))
    for position in (0, 1, 3, 4, 6):
        assert not np.array_equal(arrays(first)[position], arrays(other)[position])


def test_layers_do_not_repeat_each_other() -> None:
    weights = arrays(initial_weights())
    assert not np.array_equal(weights[1], weights[4])


def test_stateful_network_starts_from_the_weights_of_the_stateless_one() -> None:
    stateless, stateful = initial_weights(), initial_weights(replace(MODEL, stateful=True), streams=4)
    assert all(np.array_equal(one, two) for one, two in zip(stateless, stateful, strict=True))


def test_every_dropout_has_a_seed_of_its_own_and_starts_at_0() -> None:
    weights = initial_weights(replace(MODEL, recurrent_dropout=0.1))
    whole = [int(array) for array in weights if array.dtype == np.int32]
    seeds, counters = [number for number in whole if number], [number for number in whole if not number]
    assert len(counters) == len(seeds) == len(set(seeds)) == 4
    again = [int(array) for array in initial_weights(replace(MODEL, recurrent_dropout=0.1), seed=2) if not array.ndim]
    assert not set(seeds) & set(again)


def test_weights_are_drawn_anew_over_those_of_a_trained_network() -> None:
    network = build_lstm(MODEL, Shapes(time=5, num_features=3, horizon=2))
    set_initial_weights(network, 1)
    fresh = get_weights(network)
    for variable in network.trainable_variables:
        variable.assign(variable + 1)
    network(np.zeros((2, 5, 3)), training=True)
    assert not any(
        np.array_equal(one, two) for one, two in zip(arrays(fresh), arrays(get_weights(network)), strict=True)
    )
    set_initial_weights(network, 1)
    assert all(np.array_equal(one, two) for one, two in zip(fresh, get_weights(network), strict=True))
