"""Arguments and results of an epoch, as pytrees of arrays; a population stacks them on an axis `member`."""

from typing import Any, NamedTuple

import numpy as np

from lstm_sweep.trials.spec import FitSpec


class TrainState(NamedTuple):
    """All that an epoch updates: lists of arrays in Keras' order."""

    trainable: list[Any]
    non_trainable: list[Any]
    optimizer: list[Any]


class Settings(NamedTuple):
    """Settings of a fit that are neither code nor among Keras' own variables; float32 scalars.

    Attributes:
        l2: coefficient of the penalty on the squared kernels.
        clipnorm: largest norm of each gradient, infinity for none.
    """

    l2: Any
    clipnorm: Any


class Data(NamedTuple):
    """What windows are gathered from.

    Attributes:
        inputs: float32 `(time, feature)`, or `(time, lags, feature)` by origin where there is no stream.
        targets: float32 `(time, horizon)`, by origin.
        validation: int32 `(window,)`, origins of the outputs; for a stateful model every row that it reads.
    """

    inputs: Any
    targets: Any
    validation: Any


class EpochSteps(NamedTuple):
    """The steps of one epoch: int32 origins and float32 weights, `(step, batch)` or `(step, batch, time)`."""

    origins: Any
    weights: Any


def settings_of(spec: FitSpec) -> Settings:
    """The settings of a fit, as NumPy scalars."""
    clipnorm = np.inf if spec.training.clipnorm is None else spec.training.clipnorm
    return Settings(np.float32(spec.model.l2), np.float32(clipnorm))
