"""The points of a space of lists and steps: all of them in order, or some of them, drawn evenly."""

import itertools
import math
from collections.abc import Iterator, Sequence, Set
from typing import Any

import keras_tuner as kt
import numpy as np

from lstm_sweep.trials.identity import derive_seed

Point = tuple[int, ...]
"""Number of the value of each setting, 0 .. size - 1."""

_NUM_DRAWS = 10


class GridOracle(kt.Oracle):
    """Hands out the points of a space of lists and steps in order, the last setting changing fastest.

    keras-tuner's own `GridSearchOracle` waits for a trial's score before it names the next: 2, 1, 1, 1 ... trials
    at once, where this one has as many as are asked for.
    """

    def __init__(self, first: Sequence[Point], settings: dict[str, Any]) -> None:
        """Hand out the points of `first` before all others."""
        super().__init__(**settings)
        sizes = [dimension.max_value + 1 for dimension in self.hyperparameters.space]
        self._points = itertools.chain(first, _others(sizes, set(first)))

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        """Values of the next trial."""
        point = next(self._points, None)
        if point is None:
            return {"status": "STOPPED"}
        names = [dimension.name for dimension in self.hyperparameters.space]
        return {"status": "RUNNING", "values": dict(zip(names, point, strict=True))}


def draw_evenly(sizes: Sequence[int], num_points: int, seed: int) -> list[Point]:
    """Different points of a grid in which every value of a setting is as frequent as every other, within one.

    A Latin hypercube (McKay, Beckman and Conover, 1979): the values of each setting at even distances, in random order.
    Of some such draws the one is taken in which most pairs of values meet. Where it names a point twice, the first
    point of the grid that is not there takes the place of the second: no value is lost by that.

    Args:
        sizes: number of values of each setting.
        num_points: fewer than the grid has.
        seed: equal seeds, equal points.
    """
    random = np.random.default_rng(derive_seed("grid", seed))
    draws = [[random.permutation(_levels(size, num_points)) for size in sizes] for _ in range(_NUM_DRAWS)]
    drawn = max(draws, key=_num_pairs)
    points = dict.fromkeys(zip(*(levels.tolist() for levels in drawn), strict=True))
    return [*points, *itertools.islice(_others(sizes, points.keys()), num_points - len(points))]


def _others(sizes: Sequence[int], known: Set[Point]) -> Iterator[Point]:
    """All points but those that are known, in order: numbers written in mixed radix."""
    for number in range(math.prod(sizes)):
        digits, remainder = [], number
        for size in reversed(sizes):
            remainder, digit = divmod(remainder, size)
            digits.append(digit)
        point = tuple(reversed(digits))
        if point not in known:
            yield point


def _levels(size: int, num_points: int) -> list[int]:
    """The middles of `num_points` equal parts of 0 .. size - 1."""
    return [(2 * number + 1) * size // (2 * num_points) for number in range(num_points)]


def _num_pairs(levels: list[Any]) -> int:
    """Different points, and different pairs of values of any two settings."""
    pairs = itertools.combinations([each.tolist() for each in levels], 2)
    return len(set(zip(*map(tuple, levels), strict=True))) + sum(len(set(zip(*pair, strict=True))) for pair in pairs)
