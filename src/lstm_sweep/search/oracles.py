"""What chooses the trials: keras-tuner's oracles behind an ask and a tell.

Every trial is told to keras-tuner as completed, a diverged or failed one with a score of infinity (lower is better).
keras-tuner would fail a trial without a score, and end the search after three in a row.
"""

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

import keras_tuner as kt

from lstm_sweep.config import HyperbandTuner, TunerConfig
from lstm_sweep.search.bayesian import BayesianOracle
from lstm_sweep.search.brackets import count_trials, plan_brackets
from lstm_sweep.search.grid import GridOracle, Point
from lstm_sweep.search.hyperband import EPOCHS, PARENT, HyperbandOracle
from lstm_sweep.search.space import SearchSpace
from lstm_sweep.search.translation import from_hyperparameters, to_hyperparameters
from lstm_sweep.trials.identity import derive_seed
from lstm_sweep.trials.spec import Trial


@dataclass(frozen=True)
class Proposal:
    """A trial that the oracle asks for.

    Attributes:
        trial: its id ('0000', '0001', ...) and values.
        epochs: last epoch counted from the very start, or None where the config says.
        parent_id: trial whose fits this one continues, or None; it has the same values, and is a trial of its own.
    """

    trial: Trial
    epochs: int | None = None
    parent_id: str | None = None


@final
class Oracle:
    """Asks for trials and is told their scores; its state is kept in a folder by keras-tuner."""

    def __init__(self, inner: kt.Oracle, space: SearchSpace, num_trials: int) -> None:
        self._inner = inner
        self._space = space
        self.num_trials = num_trials
        """Most trials that will come; all of them, but for a Hyperband whose trials diverge."""

    def ask(self, num_trials: int) -> list[Proposal]:
        """The next trials.

        Args:
            num_trials: most to return.

        Returns:
            Fewer where the oracle must first be told scores; none once all have been told and it has finished.
        """
        proposals: list[Proposal] = []
        while len(proposals) < num_trials and len(self._inner.trials) < self.num_trials:
            # An id of its own for each trial: keras-tuner would give the same trial to the same id.
            trial = self._inner.create_trial(f"slot-{len(self._inner.trials)}")
            if trial.status != "RUNNING":
                break
            proposals.append(self._propose(trial.trial_id, trial.hyperparameters.values))
        return proposals

    def tell(self, trial_id: str, score: float) -> None:
        """The score of a trial that was asked for; lower is better, infinity or nan where it came to nothing."""
        self._inner.update_trial(trial_id, {"score": math.inf if math.isnan(score) else score})
        trial = self._inner.get_trial(trial_id)
        trial.status = "COMPLETED"
        self._inner.end_trial(trial)

    def is_promotable(self, trial_id: str) -> bool:
        """Whether a later proposal may have this trial, which has been told, for its parent."""
        return isinstance(self._inner, HyperbandOracle) and self._inner.is_promotable(trial_id)

    def _propose(self, trial_id: str, values: dict[str, Any]) -> Proposal:
        trial = Trial(trial_id, from_hyperparameters(self._space, values))
        return Proposal(trial, values.get(EPOCHS), values.get(PARENT))


def build_oracle(
    tuner: TunerConfig, space: SearchSpace, seed: int, max_epochs: int, folder: Path, first: Sequence[Point] = ()
) -> Oracle:
    """The oracle that the config names.

    Args:
        tuner: its kind and budget; no point of the space is started twice.
        space: from `lstm_sweep.search.space.build_space`, which refuses what an oracle cannot search.
        seed: of the sweep: equal seeds, equal trials.
        max_epochs: epochs of Hyperband's longest fits.
        folder: where keras-tuner keeps its state.
        first: points that a grid begins with.
    """
    settings = {
        "objective": kt.Objective("score", "min"),
        "hyperparameters": to_hyperparameters(space),
        "allow_new_entries": False,
        "tune_new_entries": False,
        # keras-tuner throws a seed of 0 away, and draws the same numbers from neighbouring seeds, shifted by one.
        "seed": derive_seed("oracle", seed) + 1,
    }
    inner, num_trials = _build_inner(tuner, space, max_epochs, settings, first)
    inner.verbose = 0
    # It would take 20 draws of known points for an exhausted space; `num_trials` ends the search in time.
    inner._max_collisions = sys.maxsize
    inner._set_project_dir(str(folder.parent), folder.name)
    return Oracle(inner, space, num_trials)


def _build_inner(
    tuner: TunerConfig, space: SearchSpace, max_epochs: int, settings: dict[str, Any], first: Sequence[Point]
) -> tuple[kt.Oracle, int]:
    most_trials = math.inf if tuner.max_trials is None else tuner.max_trials
    most_points = math.inf if space.size is None else space.size
    if isinstance(tuner, HyperbandTuner):
        brackets = plan_brackets(max_epochs, tuner.factor, tuner.iterations, most_points, most_trials)
        return HyperbandOracle(brackets, settings), count_trials(brackets)
    num_trials = int(min(most_trials, most_points))
    if tuner.oracle == "bayesian":
        # keras-tuner starts with three random points per setting, more than the whole budget of many a sweep.
        num_random = max(1, min(3 * len(space.dimensions), num_trials // 2))
        return BayesianOracle(max_trials=None, num_initial_points=num_random, **settings), num_trials
    if tuner.oracle == "random":
        return kt.oracles.RandomSearchOracle(max_trials=None, **settings), num_trials
    return GridOracle(first, settings), num_trials
