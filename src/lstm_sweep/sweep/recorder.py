"""Writes what happens ahead to the disk, and only then notifies trackers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import final

from lstm_sweep.storage.cache import FitCache
from lstm_sweep.storage.fit_files import FitFiles
from lstm_sweep.storage.history import History
from lstm_sweep.storage.journal import Journal
from lstm_sweep.tracking.tracker import Tracker
from lstm_sweep.training.runner import FitListener
from lstm_sweep.trials.checkpoint import Checkpoint
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, TrialResult
from lstm_sweep.trials.spec import FitSpec, Trial


@final
@dataclass
class Recorder(FitListener):
    """Writes the journal first, then notifies the trackers, in their order, of what was not journalled before.

    Attributes:
        journal: of the sweep.
        files: arrays of its fits.
        history: what the journal held when this run of the sweep began.
        cache: where later sweeps look for fits.
        trackers: who are notified.
        asked_to_stop: whether training must end.
        keeps_states: whether a later rung may resume from a fit that has ended.
        outcomes: of all fits that have ended, by fit id, without their arrays.
    """

    journal: Journal
    files: FitFiles
    history: History
    cache: FitCache
    trackers: Sequence[Tracker]
    asked_to_stop: Callable[[], bool]
    keeps_states: bool
    outcomes: dict[str, FitOutcome] = field(default_factory=dict)
    _keys: dict[str, str] = field(default_factory=dict)

    def start_trial(self, trial: Trial) -> None:
        """A trial is about to be trained."""
        if self.journal.write_trial(trial):
            for tracker in self.trackers:
                tracker.start_trial(trial)

    def end_trial(self, result: TrialResult) -> None:
        """All fits of a trial have ended."""
        if self.journal.write_trial_end(result):
            for tracker in self.trackers:
                tracker.end_trial(result)

    def on_epoch(self, record: EpochRecord) -> None:
        """An epoch has ended; where it is trained a second time, after a kill, the first counts."""
        if self.journal.write_epoch(record):
            for tracker in self.trackers:
                tracker.log_epoch(record)

    def on_checkpoint(self, spec: FitSpec, checkpoint: Checkpoint) -> None:
        """A fit can be resumed from here."""
        self.files.save_checkpoint(spec.fit_id, checkpoint)

    def on_fit(self, outcome: FitOutcome) -> None:
        """A fit has been trained."""
        self._keep(outcome, origin=None)

    def must_stop(self) -> bool:
        """Whether training must end."""
        return self.asked_to_stop()

    def recall(self, spec: FitSpec) -> bool:
        """Take a fit that an earlier run of this sweep has ended; whether there is one."""
        outcome = self.history.outcome(spec)
        if outcome is None:
            return False
        self.outcomes[spec.fit_id] = outcome
        self._keys[spec.fit_id] = self.history.fits[spec.fit_id].key
        return True

    def adopt(self, spec: FitSpec) -> bool:
        """Take a fit that an earlier sweep has completed, with its curves; whether there is one."""
        found = self.cache.find(self._key(spec), spec, self.keeps_states)
        if found is None:
            return False
        for record in found.records:
            self.on_epoch(record)
        self._keep(found.outcome, found.origin)
        return True

    def key_of_parent(self, spec: FitSpec) -> str | None:
        """Content key of the fit that `spec` resumes from, or None."""
        return None if spec.parent_id is None else self._keys[replace(spec, trial_id=spec.parent_id).fit_id]

    def forget_states(self, needed: Mapping[str, bool]) -> None:
        """Remove the states of fits of trials that no rung resumes from; `needed` is by trial id."""
        for name, outcome in self.outcomes.items():
            if not needed.get(outcome.spec.trial_id, True):
                self.files.remove_state(name)

    def _key(self, spec: FitSpec) -> str:
        if spec.fit_id not in self._keys:
            self._keys[spec.fit_id] = self.cache.key(spec, self.key_of_parent(spec))
        return self._keys[spec.fit_id]

    def _keep(self, outcome: FitOutcome, origin: str | None) -> None:
        """Arrays first: the line of a fit asserts that they are there."""
        name, key = outcome.spec.fit_id, self._key(outcome.spec)
        self.files.save(outcome, self.keeps_states)
        is_new = self.journal.write_fit(outcome, key, origin)
        self.files.remove_checkpoint(name)
        self.cache.add(key, outcome)
        for tracker in self.trackers if is_new else ():
            tracker.end_fit(outcome)
        spec = replace(outcome.spec, start=None, checkpoint=None)
        self.outcomes[name] = replace(outcome, spec=spec, weights=None, validation_forecast=None, state=None)
