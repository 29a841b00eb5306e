"""Grids that are cut: what is drawn of them, and what is said of it."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from lstm_sweep.search.cut import draw, num_drawn, search_notes
from lstm_sweep.search.grid import draw_evenly
from lstm_sweep.search.space import build_space
from tests.configs import compose_config
from tests.search.playing import number_of, oracle_of, play

GRID = ("search.model.units=[8,16,32]", "search.model.dropout={low: 0, high: 0.5, step: 0.1}")
"""3 x 6 points."""


@pytest.mark.parametrize("seed", range(30))
def test_drawn_points_differ_and_every_value_that_can_be_is_among_them(seed: int) -> None:
    random = np.random.default_rng(seed)
    sizes = random.integers(1, 8, size=random.integers(1, 5)).tolist()
    total = int(np.prod(sizes))
    num_points = int(random.integers(1, total + 1))
    points = draw_evenly(sizes, num_points, seed)
    assert len(points) == len(set(points)) == num_points
    for place, size in enumerate(sizes):
        values = {point[place] for point in points}
        assert values <= set(range(size))
        assert len(values) >= min(size, num_points)


@pytest.mark.parametrize("seed", range(10))
def test_values_are_equally_frequent_within_one_where_no_point_came_twice(seed: int) -> None:
    sizes, num_points = (3, 12, 50, 50, 50), 40
    points = draw_evenly(sizes, num_points, seed)
    for place, size in enumerate(sizes):
        counts = Counter(point[place] for point in points)
        assert set(counts.values()) <= {num_points // size, num_points // size + 1}


def test_of_many_values_those_at_even_distances_are_drawn() -> None:
    assert sorted(draw_evenly([100], 5, 0)) == [(10,), (30,), (50,), (70,), (90,)]


def test_equal_seeds_draw_equal_points_and_others_do_not() -> None:
    first, again, other = (draw_evenly([6, 6, 6], 10, seed) for seed in (0, 0, 1))
    assert first == again
    assert first != other


def test_pairs_of_values_meet_more_often_than_in_most_draws() -> None:
    def pairs(points: list[tuple[int, ...]]) -> int:
        return sum(len({(point[a], point[b]) for point in points}) for a in range(3) for b in range(a))

    random = np.random.default_rng(0)
    levels = [place * 4 // 12 for place in range(12)]
    alone = [
        pairs(list(zip(*(random.permutation(levels).tolist() for _ in range(3)), strict=True))) for _ in range(200)
    ]
    assert pairs(draw_evenly([4, 4, 4], 12, 0)) > np.median(alone)


def test_a_grid_is_cut_by_whatever_allows_least() -> None:
    for overrides, most in {
        (): 0,
        ("tuner.max_trials=18",): 0,
        ("tuner.max_trials=10",): 10,
        ("budget.fits=30", "seeds=3"): 10,
        ("budget.fits=30", "seeds=3", "tuner.max_trials=4"): 4,
        ("budget.fits=30", "seeds=3", "evaluation.folds=2"): 5,
        ("budget.fits=54", "seeds=3"): 0,
        ("tuner=random", "tuner.max_trials=10"): 0,
    }.items():
        config = compose_config(*GRID, *overrides)
        assert num_drawn(config, build_space(config)) == most, overrides


def notes(*overrides: str) -> tuple[str, ...]:
    config = compose_config(*overrides)
    space = build_space(config)
    return search_notes(config, space, draw(config, space, num_drawn(config, space)))


def test_a_cut_grid_says_what_it_leaves_out_and_how_not_to() -> None:
    assert notes(*GRID) == ()
    assert notes(*GRID, "tuner.max_trials=10") == (
        "grid: tuner.max_trials=10 tries 10 of 18 points, drawn evenly; every value of every setting is among them; "
        "tuner.max_trials=null tries all",
    )
    assert notes(*GRID, "budget.fits=9", "seeds=3") == (
        "grid: budget.fits=9 tries 3 of 18 points, drawn evenly; never tried: dropout=0.0, 0.2, 0.4; "
        "budget.fits=null tries all",
    )
    (told,) = notes("search.windows.lags={low: 1, high: 50}", "tuner.max_trials=5")
    assert "never tried: 45 values of lags; " in told


def test_one_configuration_says_how_to_try_several() -> None:
    assert notes() == (
        'nothing is swept, so there is one configuration; +experiment=NAME, or "search.model.units=[16, 32]", tries '
        "several",
    )
    assert build_space(compose_config("search.model.units=[16, 32]")).size == 2


def test_a_whole_grid_is_in_order(tmp_path: Path) -> None:
    units = [proposal.trial.values["model.units"] for proposal in play(oracle_of(tmp_path, *GRID), number_of)]
    assert units == [8] * 6 + [16] * 6 + [32] * 6
