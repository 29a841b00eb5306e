"""Which columns can be compared, and which are the same."""

import numpy as np
import pytest

from lstm_sweep.stats.columns import Distinct, are_numbers, find_distinct

EVERYONE = np.ones(4, dtype=bool)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e120, -1e120])
def test_row_with_one_value_that_cannot_be_reckoned_with_is_no_row_of_numbers(bad: float) -> None:
    losses = np.ones((3, 2, 4))
    losses[1, 1, 3] = bad
    assert are_numbers(losses).tolist() == [True, False, True]


def test_equal_columns_are_found_once_up_to_rounding() -> None:
    one, other = np.random.default_rng(0).exponential(size=(2, 50))
    losses = np.stack([one, other, one * (1 + 1e-15), other + 1e-6])
    distinct = find_distinct(losses, 1.0, EVERYONE)
    assert distinct.number[0] == distinct.number[2]
    assert len(set(distinct.number.tolist())) == distinct.first.size == 3
    assert set(distinct.first.tolist()) == {0, 1, 3}


def test_equality_does_not_depend_on_the_unit() -> None:
    one, other = np.random.default_rng(0).exponential(size=(2, 50))
    losses = 1e-12 * np.stack([one, other, one, other * (1 + 1e-6)])
    assert find_distinct(losses, 1e-12, EVERYONE).first.size == 3


def test_order_of_columns_does_not_change_which_are_the_same() -> None:
    losses = np.random.default_rng(0).exponential(size=(4, 50))
    order = np.array([2, 0, 3, 1])
    assert (
        find_distinct(losses[order], 1.0, EVERYONE).number == find_distinct(losses, 1.0, EVERYONE).number[order]
    ).all()


def test_zero_and_minus_zero_are_the_same() -> None:
    losses = np.array([[0.0, 1.0], [-0.0, 1.0], [-1e-12, 1.0], [1e-12, 1.0]])
    for scale in (1.0, 0.0):
        distinct = find_distinct(losses, scale, np.array([True, True, scale > 0, scale > 0]))
        assert distinct.first.size == 1


def test_unusable_columns_are_nobody_and_never_marked() -> None:
    distinct = find_distinct(np.eye(4), 1.0, np.array([True, False, True, False]))
    assert distinct.number[[1, 3]].tolist() == [-1, -1]
    assert distinct.spread(np.array([True, True])).tolist() == [True, False, True, False]


def test_mark_of_one_is_the_mark_of_its_equals() -> None:
    distinct = Distinct(first=np.array([1, 2]), number=np.array([1, 0, 1, -1]))
    assert distinct.spread(np.array([False, True])).tolist() == [True, False, True, False]
    nobody = Distinct(first=np.array([], dtype=np.int64), number=np.array([-1, -1]))
    assert nobody.spread(np.array([], dtype=bool)).tolist() == [False, False]
