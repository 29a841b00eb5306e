"""Batches: every window once, padding without weight, streams that continue from step to step."""

import itertools

import numpy as np
import pytest

from lstm_sweep.training.batches import Batches, epoch_batches, shuffled_batches, stream_batches
from tests.examples import make_fit

ORIGINS = np.delete(np.arange(8, 108), [30, 31, 32, 60])


def weighed(batches: Batches) -> list[int]:
    """Origins that count."""
    return batches.origins[batches.weights == 1].tolist()


@pytest.mark.parametrize("batch_size", [1, 7, 64, 200])
def test_every_window_is_in_an_epoch_once(batch_size: int) -> None:
    batches = shuffled_batches(ORIGINS, batch_size, seed=1, epoch=0)
    assert batches.origins.shape == batches.weights.shape == (-(-96 // batch_size), batch_size)
    assert sorted(weighed(batches)) == ORIGINS.tolist()
    assert set(np.unique(batches.weights)) <= {np.float32(0), np.float32(1)}
    assert (batches.weights[:-1] == 1).all(), "only the last step is padded"


def test_order_depends_on_seed_and_epoch_alone() -> None:
    orders = {
        (seed, epoch): weighed(shuffled_batches(ORIGINS, 16, seed, epoch)) for seed in (1, 2) for epoch in (0, 1, 2)
    }
    assert len(set(map(tuple, orders.values()))) == 6
    for (seed, epoch), order in orders.items():
        assert order != sorted(order)
        for batch_size in (1, 7, 64):
            assert weighed(shuffled_batches(ORIGINS, batch_size, seed, epoch)) == order


@pytest.mark.parametrize("num_streams", [1, 3, 7, 64, 120])
@pytest.mark.parametrize("time", [1, 5, 30])
def test_streams_hold_every_window_once_and_read_what_lies_between(num_streams: int, time: int) -> None:
    batches = stream_batches(ORIGINS, num_streams, time)
    assert batches.origins.shape == batches.weights.shape
    assert batches.origins.shape[1:] == (num_streams, time)
    assert sorted(weighed(batches)) == ORIGINS.tolist()
    assert set(batches.origins.ravel().tolist()) == set(range(8, 108))


@pytest.mark.parametrize("num_streams", [1, 3, 7])
def test_rows_of_a_step_continue_those_of_the_step_before(num_streams: int) -> None:
    batches = stream_batches(ORIGINS, num_streams, time=5)
    for stream in range(num_streams):
        read, weights = batches.origins[:, stream].ravel(), batches.weights[:, stream].ravel()
        real = int(np.flatnonzero(weights)[-1]) + 1
        assert read[:real].tolist() == list(range(read[0], read[0] + real))
        assert len(set(read[real:].tolist())) <= 1, "padding stays where the stream ends"


def test_streams_follow_each_other_and_differ_by_at_most_one_step() -> None:
    batches = stream_batches(np.arange(8, 108), num_streams=7, time=5)
    streams = [batches.origins[:, k][batches.weights[:, k] == 1] for k in range(7)]
    assert np.concatenate(streams).tolist() == list(range(8, 108))
    assert {len(stream) for stream in streams} == {14, 15}


def test_filled_bars_are_read_without_weight() -> None:
    batches = stream_batches(ORIGINS, num_streams=2, time=10)
    weights = dict(zip(batches.origins.ravel().tolist(), batches.weights.ravel().tolist(), strict=True))
    assert [weights[row] for row in (37, 38, 39, 40, 41)] == [1, 0, 0, 0, 1]


def test_stateful_fits_read_streams_in_order_at_every_epoch_and_others_shuffle() -> None:
    stateful, stateless = make_fit(stateful=True, batch_size=3, lags=5), make_fit(batch_size=3, lags=5)
    first, second = (epoch_batches(stateful, ORIGINS, epoch) for epoch in (0, 1))
    assert np.array_equal(first.origins, second.origins)
    assert np.array_equal(first.origins, stream_batches(ORIGINS, num_streams=3, time=5).origins)
    for epoch in (0, 1):
        expected = shuffled_batches(ORIGINS, batch_size=3, seed=stateless.seed, epoch=epoch)
        assert np.array_equal(epoch_batches(stateless, ORIGINS, epoch).origins, expected.origins)


def test_author_of_streams_by_hand_agrees() -> None:
    batches = stream_batches(np.arange(10), num_streams=2, time=2)
    rows = [[0, 1, 2, 3, 4, 4], [5, 6, 7, 8, 9, 9]]
    for step, stream, time in itertools.product(range(3), range(2), range(2)):
        assert batches.origins[step, stream, time] == rows[stream][2 * step + time]
        assert batches.weights[step, stream, time] == (0 if 2 * step + time == 5 else 1)
