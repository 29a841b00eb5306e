"""Blocks of windows: where they start, how long they are, and what their means are."""

import numpy as np
import pytest
from arch.bootstrap import optimal_block_length

from lstm_sweep.stats.resampling import MOST_WINDOWS, block_length, condense, draw_windows, group_size, resampled_means
from tests.stats.losses import overlapping


def test_draws_stay_inside_of_their_fold_and_keep_its_size() -> None:
    folds = np.array([0] * 30 + [2] * 50 + [1] * 20)
    drawn = draw_windows(folds, 7, 200, np.random.default_rng(0))
    assert drawn.shape == (200, 100)
    for draw in drawn:
        assert np.bincount(folds[draw]).tolist() == [30, 20, 50]
    assert set(drawn.ravel()) == set(range(100))


def test_blocks_have_the_length_asked_for() -> None:
    drawn = draw_windows(np.zeros(500, dtype=np.int64), 8, 200, np.random.default_rng(0))
    follows = (np.diff(drawn, axis=1) % 500) == 1
    assert 1 / (1 - follows.mean()) == pytest.approx(8, rel=0.1)


def test_draws_are_the_same_for_a_seed_and_no_other() -> None:
    folds = np.zeros(50, dtype=np.int64)
    one, same, other = (draw_windows(folds, 3, 20, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert (one == same).all()
    assert (one != other).any()


def test_means_equal_a_plain_loop_over_the_same_windows() -> None:
    columns = np.random.default_rng(0).exponential(size=(60, 4))
    drawn = draw_windows(np.repeat([0, 1], 30), 5, 40, np.random.default_rng(1))
    means = resampled_means(columns, drawn)
    for draw, windows in enumerate(drawn):
        for column in range(4):
            expected = sum(float(columns[window, column]) for window in windows) / 60
            assert means[draw, column] == pytest.approx(expected, rel=1e-10)


def test_block_length_is_the_median_need_rounded_up() -> None:
    columns = overlapping(np.random.default_rng(0), 600, 5, horizon=6).T
    needs = [optimal_block_length(column)["stationary"].iloc[0] for column in columns.T]
    assert block_length(columns, 1) == int(np.ceil(sorted(needs)[2]))


def test_block_is_no_shorter_than_windows_overlap() -> None:
    columns = np.random.default_rng(0).normal(size=(200, 3))
    assert block_length(columns, 40) == 40


@pytest.mark.parametrize("useless", [np.zeros(300), np.full(300, 0.1)])
def test_constant_column_needs_no_block_and_changes_none(useless: np.ndarray) -> None:
    columns = overlapping(np.random.default_rng(0), 300, 3, horizon=6).T
    assert block_length(np.column_stack([useless, columns, useless]), 1) == block_length(columns, 1)
    assert block_length(useless[:, None], 3) == 3


@pytest.mark.parametrize("num_windows", [1, 2, 8, 19])
def test_few_windows_have_blocks_of_the_horizon(num_windows: int) -> None:
    assert block_length(np.random.default_rng(0).normal(size=(num_windows, 2)), 2) == 2


@pytest.mark.parametrize(
    ("num_windows", "size"), [(1, 1), (MOST_WINDOWS, 1), (MOST_WINDOWS + 1, 2), (3 * MOST_WINDOWS, 3)]
)
def test_long_spans_are_averaged_in_groups(num_windows: int, size: int) -> None:
    assert group_size(num_windows) == size
    assert num_windows // size <= MOST_WINDOWS


def test_neighbours_are_averaged_and_the_oldest_left_over_is_dropped() -> None:
    columns = np.array([[9.0, 9.0], [1.0, 10.0], [3.0, 20.0], [5.0, 30.0], [7.0, 50.0]])
    assert condense(columns, 2).tolist() == [[2.0, 15.0], [6.0, 40.0]]
    assert condense(columns, 1) is not None
    assert (condense(columns, 1) == columns).all()
