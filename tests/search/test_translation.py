import itertools

import numpy as np
import pytest

from lstm_sweep.search.dimensions import Choices, Dimension, Range, Steps
from lstm_sweep.search.space import SearchSpace
from lstm_sweep.search.translation import from_hyperparameters, to_hyperparameters

CHOICES: list[Choices | Steps] = [
    Choices("a.bool", (False, True)),
    Choices("a.float", (0.0, 1e-4)),
    Choices("a.null", (None, 1.0)),
    Choices("a.names", ([], ["volume"])),
    Choices("a.word", ("tanh",)),
    Steps("a.steps", 0.0, 0.1, 6),
    Steps("a.whole", 8, 8, 3),
]


def test_every_list_and_step_comes_back_as_it_was() -> None:
    space = SearchSpace(tuple(CHOICES))
    hyperparameters = to_hyperparameters(space)
    points = itertools.product(*(range(dimension.size) for dimension in CHOICES))
    for point in points:
        values = dict(zip(space.paths, point, strict=True))
        assert set(values) == set(hyperparameters.values)
        back = from_hyperparameters(space, values)
        expected = [dimension.value_at(index) for dimension, index in zip(CHOICES, point, strict=True)]
        assert list(back) == list(space.paths)
        assert list(back.values()) == expected
        assert [type(value) for value in back.values()] == [type(value) for value in expected]


@pytest.mark.parametrize("dimension", [*CHOICES, Range("a.units", 3, 9, log=True)])
def test_every_value_can_be_drawn(dimension: Dimension) -> None:
    space = SearchSpace((dimension,))
    (item,) = to_hyperparameters(space).space
    drawn = [from_hyperparameters(space, {item.name: item.random_sample(seed)})[item.name] for seed in range(500)]
    assert len(set(map(repr, drawn))) == dimension.size


def test_order_is_kept() -> None:
    ranges = [Range("a.rate", 1e-4, 1.0, log=True), Range("a.units", 3, 9, log=True)]
    for dimension in [CHOICES[1], CHOICES[5], *ranges]:
        space = SearchSpace((dimension,))
        (item,) = to_hyperparameters(space).space
        values = [from_hyperparameters(space, {item.name: item.prob_to_value(p)})[item.name] for p in _unit()]
        assert values == sorted(values)


@pytest.mark.parametrize("ends", [(1e-4, 1.0), (0.1, 0.3), (3, 9)])
@pytest.mark.parametrize("log", [False, True])
def test_ranges_stay_inside_their_ends_and_reach_them(ends: tuple[float, float], log: bool) -> None:
    space = SearchSpace((Range("a.b", *ends, log=log),))
    (item,) = to_hyperparameters(space).space
    values = [from_hyperparameters(space, {"a.b": item.prob_to_value(p)})["a.b"] for p in _unit()]
    assert all(type(value) is type(ends[0]) for value in values)
    assert min(values) == ends[0]
    assert max(values) == ends[1]


def test_logarithmic_range_has_its_geometric_mean_in_the_middle() -> None:
    (item,) = to_hyperparameters(SearchSpace((Range("a.rate", 1e-4, 1e-2, log=True),))).space
    assert item.prob_to_value(0.5) == pytest.approx(1e-3)


def _unit() -> list[float]:
    return [float(point) for point in np.linspace(0.0, 1.0, 1001)]
