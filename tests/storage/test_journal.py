"""What the journal leaves on disk: everything once, in order, whole."""

import math
import os
import resource
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from lstm_sweep.config import ModelConfig, TrainingConfig, WindowsConfig
from lstm_sweep.storage.encoding import read_lines
from lstm_sweep.storage.journal import Journal
from lstm_sweep.storage.lines import (
    JOURNAL,
    EndLine,
    FitLine,
    Line,
    ScoresLine,
    StartLine,
    TrialEndLine,
    TrialLine,
)
from lstm_sweep.training.epoch_metrics import EPOCH_METRICS
from lstm_sweep.trials.outcome import EpochRecord, FitStatus, TrialResult
from lstm_sweep.trials.spec import Trial
from tests.examples import make_fit
from tests.storage.raw_lines import raw_lines
from tests.storage.records import END, START, make_outcome, make_record


def lines_of(folder: Path) -> list[Line | None]:
    return [line for _, line in read_lines(folder)]


def epochs_of(folder: Path) -> list[int | None]:
    """Of lines that are all of epochs; None for a damaged one."""
    return [line.epoch if isinstance(line, EpochRecord) else None for line in lines_of(folder)]


def test_every_record_is_read_back_in_the_order_written(tmp_path: Path) -> None:
    trial = Trial("0003", {"model.dropout": 0.2, "data.features": ["volume"], "training.patience": None})
    with Journal(tmp_path) as journal:
        journal.write_start(START)
        journal.write_trial(trial)
        journal.write_epoch(make_record(1))
        journal.write_fit(make_outcome(), "key", None)
        journal.write_trial_end(TrialResult(trial, (make_outcome(),)))
        journal.write_scores("0003", {"test_rmse": 1 / 3})
        journal.write_end(replace(END, metrics={"naive_rmse": 1 / 3}))
    start, named, epoch, fit, trial_end, scores, end = lines_of(tmp_path)
    assert isinstance(start, StartLine)
    assert start.start == START
    assert isinstance(named, TrialLine)
    assert named.trial == trial
    assert epoch == make_record(1)
    assert isinstance(fit, FitLine)
    assert fit == FitLine.of(make_outcome(), "key", None, fit.timestamp)
    assert isinstance(trial_end, TrialEndLine)
    assert isinstance(scores, ScoresLine)
    assert (scores.trial_id, scores.scores) == ("0003", {"test_rmse": 1 / 3})
    assert isinstance(end, EndLine)
    assert end.end == replace(END, metrics={"naive_rmse": 1 / 3})


def test_line_of_a_fit_holds_all_that_makes_the_fit(tmp_path: Path) -> None:
    expected = make_outcome(
        spec=make_fit(
            fold=2, train=["2020-01-01", "2020-06-30"], validation=["2020-07-01"] * 2, test=["2020-08-01"] * 2
        )
    )
    with Journal(tmp_path) as journal:
        journal.write_fit(expected, "key", "other/0001/seed_0")
    (line,) = raw_lines(tmp_path)
    assert WindowsConfig(**line["windows"]) == expected.spec.windows
    assert ModelConfig(**line["model"]) == expected.spec.model
    assert TrainingConfig(**line["training"]) == expected.spec.training
    assert tuple(line["features"]) == expected.spec.features
    for name in ("seed", "replicate", "fold", "initial_epoch"):
        assert line[name] == getattr(expected.spec, name)
    for name in ("status", "epochs", "best_epoch", "score", "val_loss", "seconds", "message"):
        assert line[name] == getattr(expected, name)


def test_end_of_a_trial_holds_the_means_over_its_fits(tmp_path: Path) -> None:
    outcomes = make_outcome(), make_outcome(score=-0.3, epochs=4, spec=make_fit(replicate=2, fold=None))
    with Journal(tmp_path) as journal:
        journal.write_trial_end(TrialResult(Trial("0003", {}), outcomes))
    (line,) = raw_lines(tmp_path)
    assert line["score"] == pytest.approx(-0.2)
    assert line["score_std"] == pytest.approx(math.sqrt(0.02))
    assert (line["epochs"], line["seconds"], line["best_epoch"], line["status"]) == (3.0, 3.0, 1.0, "completed")


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_that_json_does_not_have_are_null(number: float, tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.write_epoch(make_record(1, loss=number))
        journal.write_fit(make_outcome(status=FitStatus.DIVERGED, score=number, val_loss=number), "key")
        journal.write_end(replace(END, metrics={"p": number}))
    text = (tmp_path / JOURNAL).read_text()
    assert "NaN" not in text
    assert "Infinity" not in text
    epoch, fit, end = raw_lines(tmp_path)
    assert [epoch[metric.name] for metric in EPOCH_METRICS] == [None] * len(EPOCH_METRICS)
    assert (fit["score"], fit["val_loss"], fit["status"], fit["seconds"]) == (None, None, "diverged", 1.5)
    assert end["metrics"] == {"p": None}
    read = lines_of(tmp_path)[0]
    assert isinstance(read, EpochRecord)
    assert all(map(math.isnan, read.metrics.values()))


def test_message_of_many_lines_stays_on_one(tmp_path: Path) -> None:
    message = "KeyError: 'sentiment'\n  File \"windows.py\"\u2028é"
    with Journal(tmp_path) as journal:
        journal.write_fit(make_outcome(status=FitStatus.FAILED, message=message), "key")
    assert (tmp_path / JOURNAL).read_text().count("\n") == 1
    assert raw_lines(tmp_path)[0]["message"] == message


def test_what_is_journalled_is_not_written_again_nor_by_a_later_process(tmp_path: Path) -> None:
    for expected in (True, False):
        with Journal(tmp_path) as journal:
            for _ in range(2):
                assert journal.write_epoch(make_record(1, loss=0.5 if expected else 0.7)) is expected
                assert journal.write_epoch(make_record(1, fold=2)) is expected
                assert journal.write_fit(make_outcome(), "key") is expected
                assert journal.write_trial(Trial("0003", {})) is expected
                assert journal.write_start(START) is expected
                assert journal.write_run(0) is expected
                expected = False
    lines = raw_lines(tmp_path)
    assert [line["kind"] for line in lines] == ["epoch", "epoch", "fit", "trial", "start", "run"]
    assert lines[0]["loss"] == 0.5, "the first counts"


def test_runs_are_numbered(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        assert [journal.write_run(number) for number in (0, 1, 1)] == [True, True, False]


def test_epoch_is_in_the_file_when_the_call_returns(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        for epoch in (1, 2, 3):
            journal.write_epoch(make_record(epoch))
            assert len(lines_of(tmp_path)) == epoch


def test_line_that_a_kill_cut_is_left_behind_and_the_next_one_is_whole(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.write_epoch(make_record(1))
        journal.write_epoch(make_record(2))
    content = (tmp_path / JOURNAL).read_bytes()
    (tmp_path / JOURNAL).write_bytes(content[:-20])
    assert epochs_of(tmp_path) == [1], "a line without its end is not read"
    with Journal(tmp_path) as journal:
        assert journal.write_epoch(make_record(2))
    assert epochs_of(tmp_path) == [1, None, 2]


def test_lines_from_many_threads_stay_whole_and_in_order_within_a_fit(tmp_path: Path) -> None:
    def train(trial: int) -> None:
        for epoch in range(1, 51):
            journal.write_epoch(make_record(epoch, trial_id=f"{trial:04}"))
        journal.write_fit(make_outcome(spec=make_fit(trial_id=f"{trial:04}")), "key")

    with Journal(tmp_path) as journal:
        threads = [threading.Thread(target=train, args=(trial,)) for trial in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    lines = raw_lines(tmp_path)
    for trial in range(8):
        of_trial = [line for line in lines if line["trial_id"] == f"{trial:04}"]
        assert [line.get("epoch") for line in of_trial] == [*range(1, 51), None]


def test_writer_that_is_killed_leaves_every_line_that_it_was_told_is_written(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom lstm_sweep.storage.journal import Journal\n"
        "from tests.storage.records import make_record\n"
        "journal = Journal(Path(sys.argv[1]))\n"
        "for epoch in range(1, 10**9):\n"
        "    journal.write_epoch(make_record(epoch))\n"
        "    print(epoch, flush=True)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while int(process.stdout.readline()) < 200:
            pass
        process.send_signal(signal.SIGKILL)
        told = [200, *map(int, process.stdout.read().split())]
    epochs = [epoch for epoch in epochs_of(tmp_path) if epoch is not None]
    assert epochs == list(range(1, len(epochs) + 1))
    assert len(epochs) >= told[-1]


def test_disk_that_is_full_leaves_the_journal_as_it_was(tmp_path: Path) -> None:
    """The operating system refuses to let the file grow past a limit, as a full disk would."""
    program = (
        "import resource, signal, sys\nfrom pathlib import Path\nfrom lstm_sweep.storage.journal import Journal\n"
        "from tests.storage.records import make_record\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "journal = Journal(Path(sys.argv[1]))\n"
        "try:\n"
        "    for epoch in range(1, 100):\n"
        "        journal.write_epoch(make_record(epoch))\n"
        "except OSError as error:\n"
        "    print(epoch, error.errno)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    epoch, number = map(int, done.stdout.split())
    assert os.strerror(number) == "File too large"
    assert epochs_of(tmp_path) == list(range(1, epoch))
    assert (tmp_path / JOURNAL).read_bytes().endswith(b"\n")
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 1000
