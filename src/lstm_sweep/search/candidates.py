"""The values that settings take in a sweep."""

import itertools
from typing import Any

from lstm_sweep.config import Config
from lstm_sweep.search.space import SearchSpace


def all_features(config: Config, space: SearchSpace) -> list[str]:
    """Names of the covariates that any trial reads, each once, in the order they are named."""
    return list(dict.fromkeys(itertools.chain(*candidates(config, space, "data.features"))))


def candidates(config: Config, space: SearchSpace, path: str) -> tuple[Any, ...]:
    """Values that a setting takes in a sweep: those that are swept, or the one in the config."""
    for dimension in space.dimensions:
        if dimension.path == path:
            return dimension.candidates
    section, name = path.split(".")
    return (getattr(getattr(config, section), name),)
