"""What the journal leaves on disk, read back line by line."""

import json
import math
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from src.config import ModelConfig, TrainingConfig, WindowsConfig
from src.files import load_weights, save_weights
from src.fits import EpochRecord, FitOutcome, FitStatus
from src.journal import Journal, read_journal, weights_path
from tests.examples import make_fit

WEIGHTS = (
    np.array([[1 / 3, -0.0], [np.inf, 1e-45]], np.float32),
    np.array(2**31 - 1, np.int32),
    np.array(np.nan, np.float32),
    *(np.arange(size, dtype=np.float32) for size in range(12)),
)
DAYS = {
    "train": ["2020-01-01", "2020-06-30"],
    "validation": ["2020-07-01", "2020-07-31"],
    "test": ["2020-08-01", "2020-08-31"],
}


def record(epoch: int, loss: float = 0.5, trial_id: str = "0003") -> EpochRecord:
    return EpochRecord(trial_id, 1, 0, epoch, loss, 1.5 * loss, -loss, timestamp=1_700_000_000_000 + epoch)


def outcome(**changes: Any) -> FitOutcome:
    spec = make_fit(trial_id="0003", replicate=1, features=("volume",), **DAYS)
    values = {"status": FitStatus.COMPLETED, "epochs": 2, "best_epoch": 1, "score": -0.1, "val_loss": 0.3}
    return FitOutcome(**{"spec": spec, "seconds": 1.5, "weights": WEIGHTS, **values, **changes})


def test_every_line_can_be_read_in_the_order_written(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.write_epoch(record(1))
        journal.write_epoch(record(2))
        journal.write_fit(outcome())
    lines = [json.loads(line) for line in (tmp_path / "journal.jsonl").read_text().splitlines()]
    assert [(line["kind"], line["trial_id"], line["replicate"]) for line in lines] == [
        *(("epoch", "0003", 1), ("epoch", "0003", 1), ("fit", "0003", 1))
    ]
    assert lines[0] == {"kind": "epoch", **record(1).__dict__}
    assert read_journal(tmp_path) == lines


def test_epoch_is_in_the_file_when_the_call_returns(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        for epoch in (1, 2, 3):
            journal.write_epoch(record(epoch))
            assert len(read_journal(tmp_path)) == epoch


def test_line_of_a_fit_holds_all_that_makes_the_fit(tmp_path: Path) -> None:
    expected = outcome()
    with Journal(tmp_path) as journal:
        journal.write_fit(expected)
    (line,) = read_journal(tmp_path)
    assert WindowsConfig(**line["windows"]) == expected.spec.windows
    assert ModelConfig(**line["model"]) == expected.spec.model
    assert TrainingConfig(**line["training"]) == expected.spec.training
    assert tuple(line["features"]) == expected.spec.features
    for name in ("seed", "replicate", "fold", "initial_epoch"):
        assert line[name] == getattr(expected.spec, name)
    for name in ("status", "epochs", "best_epoch", "score", "val_loss", "seconds", "message"):
        assert line[name] == getattr(expected, name)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_that_json_does_not_have_are_null(number: float, tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.write_epoch(record(1, loss=number))
        journal.write_fit(outcome(status=FitStatus.DIVERGED, score=number, val_loss=number, weights=None))
    text = (tmp_path / "journal.jsonl").read_text()
    assert "NaN" not in text
    assert "Infinity" not in text
    epoch, fit = read_journal(tmp_path)
    assert (epoch["loss"], epoch["val_loss"], epoch["val_skill"]) == (None, None, None)
    assert (fit["score"], fit["val_loss"], fit["status"], fit["seconds"]) == (None, None, "diverged", 1.5)


def test_message_of_many_lines_stays_on_one(tmp_path: Path) -> None:
    message = "KeyError: 'sentiment'\n  File \"windows.py\"\u2028é"
    with Journal(tmp_path) as journal:
        journal.write_fit(outcome(status=FitStatus.FAILED, weights=None, message=message))
    assert (tmp_path / "journal.jsonl").read_text().count("\n") == 1
    assert read_journal(tmp_path)[0]["message"] == message


def test_weights_come_back_bit_for_bit(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.write_fit(outcome())
    loaded = load_weights(weights_path(tmp_path, "0003/seed_1"))
    assert len(loaded) == len(WEIGHTS) == 15, "more than ten, so that their order is not that of their names"
    for one, other in zip(loaded, WEIGHTS, strict=True):
        assert (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())


def test_weights_replace_older_ones_and_leave_nothing_half_done(tmp_path: Path) -> None:
    path = weights_path(tmp_path, "0003/seed_1")
    save_weights(path, WEIGHTS)
    save_weights(path, WEIGHTS[:1])
    assert len(load_weights(path)) == 1
    assert list(path.parent.iterdir()) == [path]


def test_fit_without_weights_leaves_none(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.write_fit(outcome(status=FitStatus.DIVERGED, weights=None))
    assert not (tmp_path / "weights").exists()


def test_weights_that_would_run_code_are_not_loaded(tmp_path: Path) -> None:
    np.savez(tmp_path / "evil.npz", np.array([print], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        load_weights(tmp_path / "evil.npz")


def test_journal_goes_on_after_what_is_there(tmp_path: Path) -> None:
    for epoch in (1, 2):
        with Journal(tmp_path) as journal:
            journal.write_epoch(record(epoch))
    assert [line["epoch"] for line in read_journal(tmp_path)] == [1, 2]


def test_lines_from_many_threads_stay_whole_and_in_order_within_a_fit(tmp_path: Path) -> None:
    def train(trial: int) -> None:
        for epoch in range(1, 51):
            journal.write_epoch(record(epoch, trial_id=f"{trial:04}"))
        journal.write_fit(outcome(spec=make_fit(trial_id=f"{trial:04}")))

    with Journal(tmp_path) as journal:
        threads = [threading.Thread(target=train, args=(trial,)) for trial in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    lines = read_journal(tmp_path)
    assert len(lines) == 8 * 51
    for trial in range(8):
        of_trial = [line for line in lines if line["trial_id"] == f"{trial:04}"]
        assert [line["epoch"] for line in of_trial[:-1]] == list(range(1, 51))
        assert of_trial[-1]["kind"] == "fit"
        assert len(load_weights(weights_path(tmp_path, f"{trial:04}/seed_0"))) == len(WEIGHTS)
