"""Journals of other versions of the program: older ones, and those that a later one has written."""

import json
import math
import zlib
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest

from lstm_sweep.storage.encoding import UnknownKindError, decode, encode, read_lines
from lstm_sweep.storage.history import History
from lstm_sweep.storage.lines import JOURNAL, EndLine, FitLine, Line, RunLine, StartLine, TrialLine
from lstm_sweep.trials.outcome import EpochRecord, FitStatus
from lstm_sweep.trials.spec import Trial
from tests.storage.records import END, START, make_outcome, make_record

SWEEPS = Path(__file__).parents[1] / "fixtures" / "version_0_1" / "sweeps"
LINES: list[Line] = [
    StartLine(START, 1),
    RunLine(run=0, timestamp=2),
    TrialLine(Trial("0003", {"model.dropout": 0.2}), 3),
    make_record(1),
    FitLine.of(make_outcome(), "key", None, 4),
    EndLine(END, 5),
]


def written(entries: dict[str, Any]) -> bytes:
    """A line of these entries with the checksum that they have, without its end."""
    content = json.dumps(entries)[:-1]
    return f'{content}, "crc": "{zlib.crc32(content.encode()):08x}"}}'.encode()


def entries_of(line: Line) -> dict[str, Any]:
    entries = json.loads(encode(line))
    del entries["crc"]
    return dict(entries)


def journal_of(name: str) -> list[bytes]:
    return (SWEEPS / name / JOURNAL).read_bytes().splitlines(keepends=True)


@pytest.mark.parametrize("name", ["finished", "unfinished"])
def test_every_line_of_version_0_1_is_written_back_byte_for_byte(name: str) -> None:
    for text in journal_of(name):
        line = decode(text[:-1])
        assert line is not None
        if isinstance(line, EndLine):  # version 0.1 did not keep the scores of naive and the baselines by name
            assert entries_of(line) | {"crc": ANY} == json.loads(text) | {"references": {}}
        elif isinstance(line, StartLine):  # nor did it draw from grids
            assert entries_of(line) | {"crc": ANY} == json.loads(text) | {"num_drawn": 0, "notes": []}
        else:
            assert encode(line) == text


def test_finished_sweep_of_version_0_1_is_read_as_what_it_was() -> None:
    history = History.read(SWEEPS / "finished")
    raw = [json.loads(text) for text in journal_of("finished")]
    assert history.start is not None
    assert (history.start.name, history.start.num_trials, history.start.folds) == ("finished", 2, None)
    assert history.start.data.digest == raw[0]["data"]["digest"]
    assert history.start.environment == raw[0]["environment"]
    assert history.start.commit == raw[0]["commit"]
    assert history.trials == {"0000": {"model.dropout": 0.0}, "0001": {"model.dropout": 0.3}}
    fits = {f"{line['trial_id']}/seed_{line['replicate']}": line for line in raw if line["kind"] == "fit"}
    assert {name: line.score for name, line in history.fits.items()} == {
        name: line["score"] for name, line in fits.items()
    }
    assert {line.status for line in history.fits.values()} == {FitStatus.COMPLETED}
    assert history.epochs == dict.fromkeys(fits, 3)
    assert (history.num_runs, history.num_damaged) == (1, 0)
    assert history.end is not None
    assert history.end.files == ("leaderboard.csv", "summary.json", "report.html")
    assert math.isnan(history.end.metrics["verdict_p_value"])
    assert history.end.metrics["naive_test_rmse"] == raw[-1]["metrics"]["naive_test_rmse"]


def test_unfinished_sweep_of_version_0_1_is_read_as_far_as_it_came() -> None:
    history = History.read(SWEEPS / "unfinished")
    raw = [json.loads(text) for text in journal_of("unfinished")]
    assert history.end is None
    assert sum(history.epochs.values()) == sum(line["kind"] == "epoch" for line in raw)
    assert [line.score for line in history.fits.values()] == [line["score"] for line in raw if line["kind"] == "fit"]


def test_older_journals_without_changes_environment_and_commit_are_read() -> None:
    start, run = entries_of(LINES[0]), entries_of(LINES[1])
    for entries, name in ((start, "environment"), (start, "commit"), (run, "changes")):
        del entries[name]
    read = decode(written(start))
    assert isinstance(read, StartLine)
    assert (read.start.environment, read.start.commit) == ({}, None)
    assert decode(written(run)) == LINES[1]


def test_keys_of_a_later_version_are_ignored_and_in_an_epoch_are_metrics() -> None:
    for line in LINES:
        if not isinstance(line, EpochRecord | EndLine):  # an end holds nan, which equals nothing
            assert decode(written({**entries_of(line), "later": 1.5})) == line
    epoch = decode(written({**entries_of(make_record(1)), "later": 1.5, "lost": None, "word": "new", "flag": True}))
    assert isinstance(epoch, EpochRecord)
    assert list(epoch.metrics) == [*make_record(1).metrics, "later", "lost"]
    assert epoch.metrics["later"] == 1.5
    assert math.isnan(epoch.metrics["lost"])


def test_lines_of_kinds_of_a_later_version_are_skipped(tmp_path: Path) -> None:
    later = written({"kind": "later", "timestamp": 9})
    with pytest.raises(UnknownKindError):
        decode(later)
    texts = [encode(make_record(1)), later + b"\n", encode(make_record(2))]
    (tmp_path / JOURNAL).write_bytes(b"".join(texts))
    assert list(read_lines(tmp_path)) == [
        (len(texts[0]), make_record(1)),
        (sum(map(len, texts)), make_record(2)),
    ]
    assert History.read(tmp_path).num_damaged == 0


@pytest.mark.parametrize("line", LINES, ids=lambda line: type(line).__name__)
def test_line_without_a_key_that_it_needs_is_damaged(line: Line) -> None:
    entries = entries_of(line)
    optional = {"environment", "commit", "changes", "files", "forecaster", "table", "references", "num_drawn", "notes"}
    metrics = set(line.metrics) if isinstance(line, EpochRecord) else set()
    for name in entries.keys() - optional - metrics:
        assert decode(written({key: value for key, value in entries.items() if key != name})) is None, name


@pytest.mark.parametrize(
    "entries",
    [{}, {"kind": []}, {**entries_of(LINES[4]), "status": "pending"}, {**entries_of(LINES[5]), "metrics": 3}],
)
def test_line_of_another_shape_is_damaged(entries: dict[str, Any]) -> None:
    assert decode(written(entries)) is None
