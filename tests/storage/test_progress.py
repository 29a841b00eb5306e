"""When trials ended: in seconds of the sweep's own time."""

import math

import pytest

from lstm_sweep.storage.facts import SweepStart
from lstm_sweep.storage.lines import Line, RunLine, StartLine, TrialEndLine
from lstm_sweep.storage.progress import TrialEnded, trial_ends
from lstm_sweep.trials.outcome import FitStatus
from tests.report.folder import DATA

START = SweepStart(sweep_id="1", name="example", data=DATA, swept=(), num_trials=4, seeds=1, folds=None, epochs=5)


def ended(trial: str, timestamp: int, score: float = 0.5) -> TrialEndLine:
    return TrialEndLine(trial, FitStatus.COMPLETED, "", score, math.nan, 1.0, 1.0, 1.0, 1.0, timestamp)


def test_time_between_an_interruption_and_its_resumption_does_not_count() -> None:
    lines: list[Line | None] = [
        StartLine(START, 1_000_000),
        RunLine(run=0, timestamp=1_000_500),
        ended("0001", 1_002_500),
        None,
        ended("0000", 1_003_500, score=-0.25),
        RunLine(run=1, timestamp=9_000_000),
        ended("0002", 9_001_000),
        ended("0001", 9_002_000, score=7.0),
    ]
    expected = [TrialEnded("0001", 0.5, 2.0), TrialEnded("0000", -0.25, 3.0), TrialEnded("0002", 0.5, 4.0)]
    assert trial_ends(lines) == [
        TrialEnded(each.trial_id, each.score, pytest.approx(each.seconds)) for each in expected
    ]


def test_journal_without_runs_counts_from_its_start() -> None:
    assert trial_ends([StartLine(START, 5_000), ended("0000", 7_000)]) == [TrialEnded("0000", 0.5, 2.0)]


def test_nothing_ended_is_nothing() -> None:
    assert trial_ends([None, StartLine(START, 5_000)]) == []
