"""The results of training a fit, and the state that training resumes from."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Weights = tuple[NDArray[Any], ...]


@dataclass(frozen=True)
class TrainingState:
    """What training needs to resume as if it had never stopped.

    Attributes:
        weights: all variables of the model in Keras' order, dropout counters included.
        optimizer: all variables of the optimizer in Keras' order; none where only the trained weights count: then the
            optimizer is new, and masks are those of the fit's own seed.
    """

    weights: Weights
    optimizer: Weights


@dataclass(frozen=True)
class Kept:
    """The best weights of a fit, by its early stopping, and their validation results.

    Attributes:
        epoch: after which they were taken, counted from the very start.
        score: log(RMSE / RMSE of naive) on the relative loss.
        val_loss: mean squared error, scaled units.
        validation_forecast: float64 `(window, horizon)`, price units.
        weights: in Keras' order.
    """

    epoch: int
    score: float
    val_loss: float
    validation_forecast: NDArray[np.float64] = field(repr=False)
    weights: Weights = field(repr=False)


@dataclass(frozen=True)
class Checkpoint:
    """Where an interrupted fit resumes, to the same bits as if it had not been interrupted.

    Attributes:
        state: after the last finished epoch.
        val_losses: of all epochs since `FitSpec.initial_epoch`, in order; early stopping compares them.
        kept: the best weights so far.
        seconds: wall time so far.
    """

    state: TrainingState = field(repr=False)
    val_losses: tuple[float, ...]
    kept: Kept = field(repr=False)
    seconds: float
