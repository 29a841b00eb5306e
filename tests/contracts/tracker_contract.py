"""What every tracker must satisfy; subclass it and give the fixture and the reader."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from src.fits import FitStatus, TrialResult
from src.tracking.labels import trial_label
from src.tracking.tracker import Tracker
from tests.tracking.scripted import TRIALS, make_start, outcome_of, play_sweep, play_trials

PATIENCE = 30.0  # seconds until what is written in the background must be there


class TrackerContract:
    """Subclasses give a tracker that has not started, and read back what it has recorded."""

    @pytest.fixture
    def tracker(self, tmp_path: Path) -> Tracker:
        raise NotImplementedError

    def read_labels(self, folder: Path) -> set[str]:
        """Labels of the trials found in what a tracker of this `tmp_path` has recorded, by whoever reads it."""
        raise NotImplementedError

    def test_every_trial_of_a_finished_sweep_is_found(self, tracker: Tracker, tmp_path: Path) -> None:
        play_sweep(tracker, tmp_path)
        tracker.close(failed=False)
        assert self.read_labels(tmp_path) == {trial_label(trial) for trial in TRIALS}

    def test_a_trial_is_found_while_the_sweep_still_runs(self, tracker: Tracker, tmp_path: Path) -> None:
        tracker.start_sweep(make_start(tmp_path))
        play_trials(tracker, TRIALS[:1])
        deadline = time.monotonic() + PATIENCE
        while (found := self.read_labels(tmp_path)) == set() and time.monotonic() < deadline:
            time.sleep(0.05)
        tracker.close(failed=False)
        assert found == {trial_label(TRIALS[0])}

    def test_a_sweep_that_fails_keeps_what_came_before(self, tracker: Tracker, tmp_path: Path) -> None:
        tracker.start_sweep(make_start(tmp_path))
        play_trials(tracker, TRIALS[:2])
        tracker.start_trial(TRIALS[2])
        tracker.close(failed=True)
        assert {trial_label(trial) for trial in TRIALS[:2]} <= self.read_labels(tmp_path)

    def test_closing_what_never_started_does_nothing(self, tracker: Tracker, tmp_path: Path) -> None:
        tracker.close(failed=True)
        assert self.read_labels(tmp_path) == set()

    def test_closing_twice_is_closing_once(self, tracker: Tracker, tmp_path: Path) -> None:
        play_sweep(tracker, tmp_path)
        tracker.close(failed=False)
        before = self.read_labels(tmp_path)
        tracker.close(failed=True)
        assert self.read_labels(tmp_path) == before

    def test_a_fit_that_fails_before_its_first_epoch_is_recorded(self, tracker: Tracker, tmp_path: Path) -> None:
        trial = TRIALS[0]
        nothing = replace(outcome_of(trial, 0), status=FitStatus.FAILED, epochs=0, score=float("nan"), message="no")
        outcomes = nothing, replace(nothing, spec=replace(nothing.spec, replicate=1))
        tracker.start_sweep(replace(make_start(tmp_path), num_trials=1))
        tracker.start_trial(trial)
        for outcome in outcomes:
            tracker.end_fit(outcome)
        tracker.end_trial(TrialResult(trial, outcomes))
        tracker.close(failed=False)
        assert self.read_labels(tmp_path) == {trial_label(trial)}
