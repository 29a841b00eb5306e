"""What a journal says has happened."""

import math
from dataclasses import replace
from pathlib import Path

from lstm_sweep.storage.history import FitHistory, History, histories_of_fits
from lstm_sweep.storage.journal import Journal
from lstm_sweep.storage.lines import FitLine, Line, RunLine, StartLine
from lstm_sweep.trials.outcome import FitStatus
from lstm_sweep.trials.spec import Trial
from tests.examples import make_fit
from tests.storage.records import START, make_outcome, make_record


def test_folder_without_journal_has_an_empty_history(tmp_path: Path) -> None:
    assert History.read(tmp_path / "nowhere") == History()


def test_history_tells_what_was_written(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.write_start(START)
        journal.write_run(0)
        journal.write_trial(Trial("0003", {"model.dropout": 0.2}))
        for epoch in (1, 2):
            journal.write_epoch(make_record(epoch))
            journal.write_epoch(make_record(epoch, fold=2))
        journal.write_fit(make_outcome(), "key")
    history = History.read(tmp_path)
    assert history.start == START
    assert history.trials == {"0003": {"model.dropout": 0.2}}
    assert history.epochs == {"0003/seed_1": 2, "0003/fold_2/seed_1": 2}
    assert set(history.fits) == {"0003/seed_1"}
    assert (history.end, history.num_runs, history.num_damaged) == (None, 1, 0)


def test_outcome_is_told_for_the_fit_that_ended_and_no_other(tmp_path: Path) -> None:
    spec = make_outcome().spec
    with Journal(tmp_path) as journal:
        journal.write_fit(make_outcome(), "key")
        journal.write_fit(make_outcome(spec=make_fit(fold=None), status=FitStatus.DIVERGED, score=math.nan), "key")
    history = History.read(tmp_path)
    told = history.outcome(spec)
    expected = make_outcome(weights=None, validation_forecast=None, state=None)
    assert told == expected
    diverged = history.outcome(make_fit(fold=None))
    assert diverged is not None
    assert math.isnan(diverged.score)
    assert history.outcome(make_fit(replicate=7)) is None


def test_seconds_are_those_of_all_runs_without_the_time_between() -> None:
    def epoch(number: int, timestamp: int) -> Line:
        return replace(make_record(number), timestamp=timestamp)

    lines = [
        StartLine(START, 1_000),
        RunLine(run=0, timestamp=1_000),
        epoch(1, 4_000),
        None,
        epoch(2, 3_500),
        RunLine(run=1, timestamp=100_000),
        epoch(3, 102_500),
        RunLine(run=2, timestamp=200_000),
    ]
    history = History.of(lines)
    assert history.seconds == 5.5
    assert (history.num_runs, history.num_damaged) == (3, 1)


def test_changes_are_those_of_all_runs_each_told_once() -> None:
    changes = ((), ("code=b instead of a",), ("lstm=XLA instead of cc", "code=b instead of a"))
    lines = [RunLine(run=number, changes=each, timestamp=0) for number, each in enumerate(changes)]
    assert History.of(lines).changes == ("code=b instead of a", "lstm=XLA instead of cc")


def test_history_of_a_fit_holds_its_epochs_in_order_and_its_end(tmp_path: Path) -> None:
    records = [make_record(2), make_record(1, fold=2), make_record(1)]
    end = FitLine.of(make_outcome(), "key", None, timestamp=5)
    fits = histories_of_fits([records[0], None, RunLine(run=0, timestamp=0), end, *records[1:]])
    assert fits == {
        "0003/seed_1": FitHistory([records[2], records[0]], end),
        "0003/fold_2/seed_1": FitHistory([records[1]], None),
    }
