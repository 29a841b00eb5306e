"""Grids that are larger than what a sweep may try: which points it tries, and what that leaves out."""

import itertools
import math
from collections.abc import Sequence

from lstm_sweep.config import Config
from lstm_sweep.config.spelling import typed
from lstm_sweep.formats import counted, setting_within
from lstm_sweep.search.dimensions import Dimension, Range
from lstm_sweep.search.grid import Point, draw_evenly
from lstm_sweep.search.space import SearchSpace

_MOST_NAMES = 6
"""Values that a sentence lists."""

_LONGEST_VALUE = 20


def num_drawn(config: Config, space: SearchSpace) -> int:
    """Points that a sweep draws from its grid; 0 where it tries all of them, or searches otherwise."""
    if config.tuner.oracle != "grid" or space.size is None:
        return 0
    num_points = min(_most_trials(config).values(), default=math.inf)
    return int(num_points) if num_points < space.size else 0


def draw(config: Config, space: SearchSpace, num_points: int) -> list[Point]:
    """The points that are tried first; none where none are drawn."""
    return draw_evenly([_size(each) for each in space.dimensions], num_points, config.seed) if num_points else []


def search_notes(config: Config, space: SearchSpace, points: Sequence[Point]) -> tuple[str, ...]:
    """What people do not expect of a search, a sentence each, with the setting that does otherwise.

    Args:
        config: of the sweep.
        space: what is swept.
        points: all that are tried of a grid that is cut, from `draw`; else none.
    """
    if not space.dimensions:
        example = typed("search.model.units", [16, 32])
        return (f"nothing is swept, so there is one configuration; +experiment=NAME, or {example}, tries several",)
    if not points:
        return ()
    limits = _most_trials(config)
    by = min(limits, key=lambda path: limits[path])
    limit = typed(by, config.tuner.max_trials if by == "tuner.max_trials" else config.budget.fits)
    return (
        f"grid: {limit} tries {len(points):,} of {space.size:,} points, drawn evenly; "
        f"{_never_tried(space, points)}; {typed(by, None)} tries all",
    )


def _most_trials(config: Config) -> dict[str, int]:
    """By the setting that allows no more."""
    fits = config.budget.fits
    limits = {
        "tuner.max_trials": config.tuner.max_trials,
        "budget.fits": None if fits is None else fits // (config.seeds * config.evaluation.folds),
    }
    return {path: most for path, most in limits.items() if most is not None}


def _never_tried(space: SearchSpace, points: Sequence[Point]) -> str:
    parts = []
    for dimension, tried in zip(space.dimensions, map(set, zip(*points, strict=True)), strict=True):
        size = _size(dimension)
        name = dimension.path.rpartition(".")[2]
        if size - len(tried) > _MOST_NAMES:
            parts.append(f"{counted(size - len(tried), 'value')} of {name}")
        elif len(tried) < size:
            parts.append(f"{name}={', '.join(_values(dimension, tried))}")
    return f"never tried: {'; '.join(parts)}" if parts else "every value of every setting is among them"


def _values(dimension: Dimension, tried: set[int]) -> list[str]:
    assert not isinstance(dimension, Range), "a grid has none"
    left = (index for index in range(dimension.size) if index not in tried)
    return [setting_within(dimension.value_at(index), _LONGEST_VALUE) for index in itertools.islice(left, _MOST_NAMES)]


def _size(dimension: Dimension) -> int:
    assert dimension.size is not None, "a grid ends"
    return dimension.size
