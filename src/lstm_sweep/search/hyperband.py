"""Hyperband as an oracle of keras-tuner: many short fits, the best are promoted."""

import itertools
import math
from collections import defaultdict
from typing import Any

import keras_tuner as kt

from lstm_sweep.search.brackets import Bracket

EPOCHS, PARENT = "tuner/epochs", "tuner/trial_id"
_BRACKET, _RUNG = "tuner/bracket", "tuner/round"


class HyperbandOracle(kt.Oracle):
    """Hands out the trials of a schedule, and promotes one as soon as it is sure to be among the best of its rung.

    keras-tuner's own `HyperbandOracle` does the same on an endless space where all goes well. It never ends the
    first rung where the space has fewer points than that, so that nothing is promoted, and promotes diverged trials.
    The values of a trial say which rung it belongs to, under the names that keras-tuner uses.
    """

    def __init__(self, brackets: tuple[Bracket, ...], settings: dict[str, Any]) -> None:
        super().__init__(**settings)
        self._brackets = brackets
        self._places: defaultdict[tuple[int, int], list[Any]] = defaultdict(list)
        self._num_placed = 0

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        """Values of the next trial: the first that any rung has room for, or none until running trials end."""
        for bracket, rungs in enumerate(self._brackets):
            for number, rung in enumerate(rungs):
                values = self._promote(bracket, number) if number else self._start(bracket)
                if values is not None:
                    place = {_BRACKET: bracket, _RUNG: number, EPOCHS: rung.epochs}
                    return {"status": "RUNNING", "values": values | place}
        return {"status": "IDLE" if self.ongoing_trials else "STOPPED"}

    def is_promotable(self, trial_id: str) -> bool:
        """Whether the next rung has room for a trial that has ended."""
        place = self.trials[trial_id].hyperparameters.values
        bracket, number = place[_BRACKET], place[_RUNG]
        if not self._room(bracket, number + 1):
            return False
        return any(trial.trial_id == trial_id for trial in self._candidates(bracket, number))

    def _start(self, bracket: int) -> dict[str, Any] | None:
        return self._random_values() if self._room(bracket, 0) else None

    def _promote(self, bracket: int, number: int) -> dict[str, Any] | None:
        """Values of the best trial of the rung below, unless too many are still to come that could be better."""
        candidates = self._candidates(bracket, number - 1)
        if not candidates or self._num_open(bracket, number - 1) >= self._room(bracket, number):
            return None
        best = min(candidates, key=lambda trial: (trial.score, trial.trial_id))
        values: dict[str, Any] = best.hyperparameters.values
        return values | {PARENT: best.trial_id}

    def _num_open(self, bracket: int, number: int) -> int:
        """Trials of a rung that have yet to start or end; after divergences fewer may start than it has room for."""
        num_running = sum(trial.status == "RUNNING" for trial in self._trials_of(bracket, number))
        num_to_come = self._room(bracket, number)
        if number > 0:
            num_below = len(self._candidates(bracket, number - 1)) + self._num_open(bracket, number - 1)
            num_to_come = min(num_to_come, num_below)
        return num_running + num_to_come

    def _room(self, bracket: int, number: int) -> int:
        rungs = self._brackets[bracket]
        return rungs[number].num_trials - len(self._trials_of(bracket, number)) if number < len(rungs) else 0

    def _candidates(self, bracket: int, number: int) -> list[Any]:
        """Trials of a rung that have ended well and were not promoted."""
        promoted = {trial.hyperparameters.values[PARENT] for trial in self._trials_of(bracket, number + 1)}
        ended = [trial for trial in self._trials_of(bracket, number) if trial.status == "COMPLETED"]
        return [trial for trial in ended if math.isfinite(trial.score) and trial.trial_id not in promoted]

    def _trials_of(self, bracket: int, number: int) -> list[Any]:
        for trial in itertools.islice(self.trials.values(), self._num_placed, None):
            place = trial.hyperparameters.values
            self._places[place[_BRACKET], place[_RUNG]].append(trial)
        self._num_placed = len(self.trials)
        return self._places[bracket, number]

    def _compute_values_hash(self, values: dict[str, Any]) -> str:
        """Of the swept values alone: a trial that is promoted is no new point."""
        swept = {name: value for name, value in values.items() if not name.startswith("tuner/")}
        return super()._compute_values_hash(swept)
