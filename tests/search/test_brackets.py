import math
from fractions import Fraction

import pytest

from lstm_sweep.search.brackets import Rung, count_trials, plan_brackets


def test_schedule_is_the_table_of_the_paper() -> None:
    # Li et al. (2018), Table 1: R = 81, eta = 3; (trials, epochs) per rung.
    table = [
        [(81, 1), (27, 3), (9, 9), (3, 27), (1, 81)],
        [(34, 3), (11, 9), (3, 27), (1, 81)],
        [(15, 9), (5, 27), (1, 81)],
        [(8, 27), (2, 81)],
        [(5, 81)],
    ]
    planned = plan_brackets(max_epochs=81, factor=3, iterations=1)
    assert [[(rung.num_trials, rung.epochs) for rung in bracket] for bracket in planned] == table


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_schedule_equals_algorithm_1_in_fractions(factor: int) -> None:
    for max_epochs in range(1, 300):
        highest = max(power for power in range(10) if factor**power <= max_epochs)
        expected = []
        for bracket in range(highest, -1, -1):
            starts = math.ceil(Fraction(highest + 1) * factor**bracket / (bracket + 1))
            rungs = [
                Rung(
                    math.floor(Fraction(starts, factor**number)),
                    math.ceil(Fraction(max_epochs) / factor**bracket * factor**number),
                )
                for number in range(bracket + 1)
            ]
            expected.append(tuple(rungs))
        assert plan_brackets(max_epochs, factor, iterations=1) == tuple(expected)


def test_iterations_repeat_the_schedule() -> None:
    assert plan_brackets(9, 3, iterations=3) == plan_brackets(9, 3, iterations=1) * 3


def test_limits_cut_starts_and_never_the_longest_fits() -> None:
    for most in range(1, 120):
        for planned in (
            plan_brackets(27, 3, iterations=2, most_points=most),
            plan_brackets(27, 3, iterations=2, most_trials=most),
        ):
            assert planned
            assert all(bracket[-1].epochs == 27 for bracket in planned)
            assert all(bracket[0].num_trials > 1 or len(bracket) == 1 for bracket in planned)
        assert count_trials(plan_brackets(27, 3, 2, most_trials=most)) <= most
        assert sum(bracket[0].num_trials for bracket in plan_brackets(27, 3, 2, most_points=most)) <= most


def test_few_points_still_halve() -> None:
    assert plan_brackets(27, 3, iterations=1, most_points=6) == ((Rung(6, 1), Rung(2, 3), Rung(1, 9), Rung(1, 27)),)


def test_two_trials_are_two_whole_fits() -> None:
    assert plan_brackets(27, 3, iterations=1, most_trials=2) == ((Rung(2, 27),),)
