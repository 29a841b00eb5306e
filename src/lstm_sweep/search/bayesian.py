"""keras-tuner's Bayesian optimization, made to cope with diverged trials and with points tried before."""

import warnings
from typing import Any

import keras_tuner as kt
import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]


class BayesianOracle(kt.oracles.BayesianOptimizationOracle):
    """Gaussian process with an upper confidence bound, of which keras-tuner gets two things wrong."""

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        """Values of the next trial: what the Gaussian process proposes, or a random point where that was tried.

        Equal points have equal seeds and so equal scores: keras-tuner would run them again.
        """
        # The matrices are so small that more threads take three times as long.
        with threadpool_limits(1), warnings.catch_warnings():
            # A length scale at its bound (a setting that does not matter) is no news to the user.
            warnings.simplefilter("ignore", ConvergenceWarning)
            proposal: dict[str, Any] = super().populate_space(trial_id)
        if not proposal["values"]:
            return proposal
        # A logarithmic `Int` at the very end of the unit interval comes out one above its highest value.
        highest = {item.name: item.max_value for item in self.hyperparameters.space}
        values = {name: min(value, highest[name]) for name, value in proposal["values"].items()}
        if self._duplicate(values):
            return self._random_populate_space()
        return proposal | {"values": values}

    def _vectorize_trials(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Points `(trial, setting)` and scores `(trial,)`: a score of infinity counts as the worst finite one.

        keras-tuner would turn it into 0, the score of naive, which is better than most.
        """
        points, scores = super()._vectorize_trials()
        finite = np.isfinite(scores)
        worst = scores[finite].max() if finite.any() else 0.0
        return points, np.where(finite, scores, worst)
