"""The search space in keras-tuner's terms, and back.

A list or steps become the number of the value, 0 .. size - 1: keras-tuner's own `Choice` takes values of one type
only, refuses null, returns booleans as 1, and its stepped `Float` misses the last of 0.0, 0.1 ... 0.5. The number
keeps the order, which is all that `Choice` would tell a Gaussian process too.
"""

from typing import Any

import keras_tuner as kt

from lstm_sweep.search.dimensions import Dimension, Range
from lstm_sweep.search.space import SearchSpace


def to_hyperparameters(space: SearchSpace) -> kt.HyperParameters:
    """All dimensions at once, named by path."""
    hyperparameters = kt.HyperParameters()
    for dimension in space.dimensions:
        if isinstance(dimension, Range):
            declare = hyperparameters.Int if isinstance(dimension.low, int) else hyperparameters.Float
            sampling = "log" if dimension.log else "linear"
            declare(dimension.path, dimension.low, dimension.high, sampling=sampling)
        else:
            hyperparameters.Int(dimension.path, 0, dimension.size - 1)
    return hyperparameters


def from_hyperparameters(space: SearchSpace, values: dict[str, Any]) -> dict[str, Any]:
    """Values of a trial as keras-tuner gave them, each as a value of its setting, in the order of the space."""
    return {dimension.path: _decode(dimension, values[dimension.path]) for dimension in space.dimensions}


def _decode(dimension: Dimension, value: Any) -> Any:
    if not isinstance(dimension, Range):
        return dimension.value_at(int(value))
    # Rounding may leave the range by one unit in the last place.
    return type(dimension.low)(min(max(value, dimension.low), dimension.high))
