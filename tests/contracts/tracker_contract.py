"""What every tracker must satisfy; subclass it and give the fixture and the readers."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from lstm_sweep.tracking.tracker import Tracker
from lstm_sweep.trials.label import trial_label
from lstm_sweep.trials.outcome import FitStatus, TrialResult
from tests.tracking.scripted import (
    SEEDS,
    TRIALS,
    Deaf,
    Journalled,
    make_end,
    make_tracked,
    outcome_of,
    play_fit,
    play_trials,
    record_sweep,
    records_of,
)

PATIENCE = 30.0  # seconds until what is written in the background must be there


class TrackerContract:
    """Subclasses give trackers that have not started, and read back what they have recorded."""

    makes_up = True
    """Whether what happened while nobody listened is recorded later; on a console it is not."""

    def make_tracker(self, folder: Path) -> Tracker:
        """One that records what is in `folder`, or goes on recording it."""
        raise NotImplementedError

    def read_labels(self, folder: Path) -> list[str]:
        """Labels of the trials found in what trackers of this `folder` have recorded, by whoever reads it, sorted.

        A trial that is there twice is there twice.
        """
        raise NotImplementedError

    @pytest.fixture
    def tracker(self, tmp_path: Path) -> Tracker:
        return Journalled(self.make_tracker(tmp_path))

    def test_every_trial_of_a_finished_sweep_is_found(self, tmp_path: Path) -> None:
        record_sweep(self.make_tracker(tmp_path), folder=tmp_path)
        assert self.read_labels(tmp_path) == _labels(len(TRIALS))

    def test_a_trial_is_found_while_the_sweep_still_runs(self, tracker: Tracker, tmp_path: Path) -> None:
        tracker.start_sweep(make_tracked(tmp_path), [])
        play_trials(tracker, TRIALS[:1])
        deadline = time.monotonic() + PATIENCE
        while (found := self.read_labels(tmp_path)) == [] and time.monotonic() < deadline:
            time.sleep(0.05)
        tracker.close(failed=False)
        assert found == _labels(1)

    def test_a_sweep_that_fails_keeps_what_came_before(self, tracker: Tracker, tmp_path: Path) -> None:
        tracker.start_sweep(make_tracked(tmp_path), [])
        play_trials(tracker, TRIALS[:2])
        tracker.start_trial(TRIALS[2])
        tracker.close(failed=True)
        assert set(_labels(2)) <= set(self.read_labels(tmp_path))

    def test_a_sweep_that_goes_on_repeats_nothing(self, tracker: Tracker, tmp_path: Path) -> None:
        tracker.start_sweep(make_tracked(tmp_path), [])
        play_trials(tracker, TRIALS[:1])
        tracker.start_trial(TRIALS[1])
        play_fit(tracker, TRIALS[1], 0)
        tracker.log_epoch(next(records_of(TRIALS[1], 1)))
        tracker.close(failed=True)
        record_sweep(self.make_tracker(tmp_path), folder=tmp_path)  # tells everything anew
        assert self.read_labels(tmp_path) == _labels(len(TRIALS))

    def test_what_was_only_journalled_is_made_up_for(self, tmp_path: Path) -> None:
        with_nobody_listening = Journalled(Deaf())
        with_nobody_listening.start_sweep(make_tracked(tmp_path))
        play_trials(with_nobody_listening, TRIALS[:2])
        with_nobody_listening.close(failed=True)
        tracker = Journalled(self.make_tracker(tmp_path))
        tracker.start_sweep(make_tracked(tmp_path))
        play_trials(tracker, TRIALS[2:])
        tracker.end_sweep(make_end(tmp_path))
        tracker.close(failed=False)
        assert self.read_labels(tmp_path) == (_labels(3) if self.makes_up else [trial_label(TRIALS[2])])

    def test_closing_what_never_started_does_nothing(self, tracker: Tracker, tmp_path: Path) -> None:
        tracker.close(failed=True)
        assert self.read_labels(tmp_path) == []

    def test_closing_twice_is_closing_once(self, tmp_path: Path) -> None:
        tracker = self.make_tracker(tmp_path)
        record_sweep(tracker, folder=tmp_path)
        before = self.read_labels(tmp_path)
        tracker.close(failed=True)
        assert self.read_labels(tmp_path) == before

    def test_a_fit_that_fails_before_its_first_epoch_is_recorded(self, tracker: Tracker, tmp_path: Path) -> None:
        trial = TRIALS[0]
        nothing = replace(outcome_of(trial, 0), status=FitStatus.FAILED, epochs=0, score=float("nan"), message="no")
        outcomes = nothing, replace(nothing, spec=replace(nothing.spec, replicate=1))
        tracker.start_sweep(make_tracked(tmp_path, num_trials=1), [])
        tracker.start_trial(trial)
        for outcome in outcomes:
            tracker.end_fit(outcome)
        tracker.end_trial(TrialResult(trial, outcomes))
        tracker.close(failed=False)
        assert self.read_labels(tmp_path) == _labels(1)

    def test_seeds_that_only_the_evaluation_asked_for_are_recorded_too(self, tracker: Tracker, tmp_path: Path) -> None:
        tracker.start_sweep(make_tracked(tmp_path), [])
        play_trials(tracker)
        play_fit(tracker, TRIALS[0], SEEDS)
        tracker.end_sweep(make_end(tmp_path))
        tracker.close(failed=False)
        assert self.read_labels(tmp_path) == _labels(len(TRIALS))


def _labels(count: int) -> list[str]:
    return sorted(trial_label(trial) for trial in TRIALS[:count])
