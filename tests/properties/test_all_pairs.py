"""All pairs of values are covered by few combinations, and always by the same ones."""

import os
import subprocess
import sys
from itertools import combinations

from tests.commands import PYTHONPATH, REPOSITORY
from tests.properties.all_pairs import Value, all_pairs

DIMENSIONS = {"a": ["1", "2", "3"], "b": ["4", "5"], "c": ["6", "7", "8"], "d": ["9", "0"]}


def no_three_with_eight(one: Value, two: Value) -> bool:
    return {one, two} == {("a", "3"), ("c", "8")}


def test_every_pair_that_goes_together_is_covered_by_fewer_than_all_combinations() -> None:
    found = all_pairs(DIMENSIONS, no_three_with_eight, seed=0, count=0)
    met = {frozenset(pair) for each in found for pair in combinations(each.items(), 2)}
    every = [(name, value) for name, values in DIMENSIONS.items() for value in values]
    wanted = {frozenset(pair) for pair in combinations(every, 2) if pair[0][0] != pair[1][0]}
    assert met == wanted - {frozenset([("a", "3"), ("c", "8")])}
    assert 8 <= len(found) < 3 * 2 * 3 * 2 / 2


def test_further_combinations_are_drawn_up_to_the_number_asked_for() -> None:
    assert len(all_pairs(DIMENSIONS, no_three_with_eight, seed=0, count=50)) == 50


def test_another_process_draws_the_same_combinations() -> None:
    code = (
        "from tests.properties.test_all_pairs import DIMENSIONS, all_pairs, no_three_with_eight;"
        "print(all_pairs(DIMENSIONS, no_three_with_eight, 0, 30))"
    )
    drawn = [
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": PYTHONPATH},
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert drawn[0] == drawn[1] == f"{all_pairs(DIMENSIONS, no_three_with_eight, 0, 30)}\n"
