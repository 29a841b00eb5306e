"""What a journal says has happened."""

import math
from pathlib import Path

from lstm_sweep.storage.history import History
from lstm_sweep.storage.journal import Journal
from lstm_sweep.trials.outcome import FitStatus
from lstm_sweep.trials.spec import Trial
from tests.examples import make_fit
from tests.storage.records import make_outcome, make_record


def test_folder_without_journal_has_an_empty_history(tmp_path: Path) -> None:
    assert History.read(tmp_path / "nowhere") == History()


def test_history_tells_what_was_written(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.write_start({"name": "dropout"})
        journal.write_run(0)
        journal.write_trial(Trial("0003", {"model.dropout": 0.2}))
        for epoch in (1, 2):
            journal.write_epoch(make_record(epoch))
            journal.write_epoch(make_record(epoch, fold=2))
        journal.write_fit(make_outcome(), "key")
    history = History.read(tmp_path)
    assert history.start is not None
    assert history.start["name"] == "dropout"
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
    def line(kind: str, timestamp: int, **more: int) -> dict[str, object]:
        return {"kind": kind, "timestamp": timestamp, **more}

    epoch = {"trial_id": 0, "replicate": 0, "fold": 0}
    lines = [
        line("start", 1_000),
        line("run", 1_000, run=0),
        line("epoch", 4_000, epoch=1, **epoch),
        None,
        line("epoch", 3_500, epoch=2, **epoch),
        line("run", 100_000, run=1),
        line("epoch", 102_500, epoch=3, **epoch),
        line("run", 200_000, run=2),
    ]
    history = History.of(lines)
    assert history.seconds == 5.5
    assert (history.num_runs, history.num_damaged) == (3, 1)


def test_changes_are_those_of_all_runs_each_told_once() -> None:
    changes = ([], ["code=b instead of a"], ["lstm=XLA instead of cc", "code=b instead of a"])
    lines = [{"kind": "run", "run": run, "timestamp": 0, "changes": each} for run, each in enumerate(changes)]
    older = {"kind": "run", "run": 3, "timestamp": 0}
    assert History.of([*lines, older]).changes == ("code=b instead of a", "lstm=XLA instead of cc")
