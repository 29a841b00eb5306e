"""The values that settings take in a sweep."""

import itertools
from typing import Any

from lstm_sweep.config import Config
from lstm_sweep.search.space import SearchSpace
from lstm_sweep.windows.transforms import TAKE_ANY_SIGN


def all_features(config: Config, space: SearchSpace) -> list[str]:
    """Names of the covariates that any trial reads, each once, in the order they are named."""
    return list(dict.fromkeys(itertools.chain(*candidates(config, space, "data.features"))))


def takes_any_sign(config: Config, space: SearchSpace) -> bool:
    """Whether no trial's transform makes a logarithm or a ratio, so that values may be at or below zero."""
    return set(candidates(config, space, "windows.transform")) <= set(TAKE_ANY_SIGN)


def candidates(config: Config, space: SearchSpace, path: str) -> tuple[Any, ...]:
    """Values that a setting takes in a sweep: those that are swept, or the one in the config."""
    for dimension in space.dimensions:
        if dimension.path == path:
            return dimension.candidates
    section, name = path.split(".")
    return (getattr(getattr(config, section), name),)
