import contextlib
import fcntl
import io
import os
import pty
import re
import struct
import termios
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lstm_sweep.storage.encoding import read_lines
from lstm_sweep.storage.lines import RunLine
from lstm_sweep.tracking.console import ConsoleTracker
from lstm_sweep.tracking.tracker import Tracker
from lstm_sweep.trials.outcome import TrialResult
from tests.contracts.tracker_contract import TrackerContract
from tests.tracking.scripted import (
    TRIALS,
    Deaf,
    Journalled,
    make_tracked,
    play_fit,
    play_trials,
    record_sweep,
    records_of,
    result_of,
)


class TestConsoleInAPipe(TrackerContract):
    makes_up = False

    @pytest.fixture(autouse=True)
    def streams(self) -> Iterator[contextlib.ExitStack]:
        with contextlib.ExitStack() as self.open_streams:
            yield self.open_streams

    def make_tracker(self, folder: Path) -> Tracker:
        return ConsoleTracker(self.open_streams.enter_context((folder / "output").open("a")))

    def read_labels(self, folder: Path) -> list[str]:
        written = (folder / "output").read_text()
        return sorted(re.findall(r"^trial [^:]*: (.*): (?:skill|diverged|failed)", written, re.M))


def test_a_pipe_gets_plain_lines_and_nothing_else(tmp_path: Path) -> None:
    stream = io.StringIO()
    tracker = ConsoleTracker(stream)
    record_sweep(tracker, folder=tmp_path)
    assert stream.getvalue().splitlines() == [
        "Sweep scripted-2: 60 bars of prices [EUR] =ü.csv, 2024-01-01 to 2024-02-29; "
        "3 trials x 2 seeds, up to 3 epochs",
        "  2 empty bars were filled forward.",
        "trial 1/3: dropout=0.0, activation=tanh: skill +1.88 % (score -0.0190±0.0014)",
        'trial 2/3: dropout=0.25, activation=naïve [x]=1/2, 50 % "so" {y}: skill +0.90 % (score -0.0090±0.0014)',
        "trial 3/3: dropout=0.5, activation=tanh: diverged: the loss is infinite",
    ]


def test_one_of_a_thing_is_not_many() -> None:
    stream = io.StringIO()
    start = make_tracked(Path(), num_trials=1, seeds=1, epochs=1)
    tracker = ConsoleTracker(stream)
    tracker.start_sweep(start, [])
    tracker.end_trial(TrialResult(TRIALS[0], result_of(TRIALS[0]).outcomes[:1]))
    opening, _, ended = stream.getvalue().splitlines()
    assert opening.endswith("; 1 trial x 1 seed, up to 1 epoch")
    assert ended == "trial 1/1: dropout=0.0, activation=tanh: skill +1.98 % (score -0.0200)"


def _lines_of_a_resumed_sweep(folder: Path) -> list[str]:
    """What is printed first, of a sweep whose first trial has ended, and the second's second seed has not."""
    before = Journalled(Deaf())
    before.start_sweep(make_tracked(folder))
    play_trials(before, TRIALS[:1])
    before.start_trial(TRIALS[1])
    play_fit(before, TRIALS[1], 0)
    before.log_epoch(next(records_of(TRIALS[1], 1)))
    before.close(failed=True)
    stream = io.StringIO()
    tracker = Journalled(ConsoleTracker(stream))
    tracker.start_sweep(make_tracked(folder))
    tracker.end_trial(result_of(TRIALS[1]))
    tracker.close(failed=True)
    return stream.getvalue().splitlines()[2:]


def test_a_sweep_that_goes_on_says_how_far_it_had_come(tmp_path: Path) -> None:
    for fit in ("0000/seed_0", "0001/seed_1"):  # the first is of a fit that has ended
        (tmp_path / "checkpoints" / fit).parent.mkdir(parents=True)
        (tmp_path / "checkpoints" / f"{fit}.npz").touch()
    resumed, ended = _lines_of_a_resumed_sweep(tmp_path)
    assert resumed == "resumed: 3 of 6 fits are done, 1 resumes from a checkpoint"
    assert ended.startswith("trial 2/3: dropout=0.25")


def test_damaged_lines_are_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").write_text("no line\n" * 2)
    assert _lines_of_a_resumed_sweep(tmp_path)[:2] == [
        "resumed: 3 of 6 fits are done",
        "2 lines of the journal are damaged: what was said there is lost, and done again.",
    ]


def test_folds_are_counted_as_fits(tmp_path: Path) -> None:
    stream = io.StringIO()
    lines = [None]
    ConsoleTracker(stream).start_sweep(make_tracked(tmp_path, folds=4), lines)
    opening, _, resumed, _ = stream.getvalue().splitlines()
    assert opening.endswith("; 3 trials x 2 seeds x 4 folds, up to 3 epochs")
    assert resumed == "resumed: 0 of 24 fits are done"


def test_what_is_not_as_it_began_is_told_where_a_sweep_goes_on(tmp_path: Path) -> None:
    stream = io.StringIO()
    changes = ((), ("seed=1 instead of 0", "lstm=a"))
    runs = [RunLine(run=number, changes=each, timestamp=0) for number, each in enumerate(changes)]
    ConsoleTracker(stream).start_sweep(make_tracked(tmp_path), runs)
    assert stream.getvalue().splitlines()[-1] == (
        "not as it began, and numbers from here on may not be: seed=1 instead of 0; lstm=a"
    )


class _Terminal:
    """A real terminal of 120 columns, and all that was written to it."""

    def __init__(self) -> None:
        self._reader, writer = pty.openpty()
        fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.stream = os.fdopen(writer, "w")
        self._written = bytearray()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # the terminal was hung up
            while chunk := os.read(self._reader, 4096):
                self._written += chunk

    def hang_up(self) -> str:
        self.stream.close()
        self._thread.join()
        os.close(self._reader)
        return self._written.decode()


def _visible(written: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", written)


def _cursor_is_back(written: str) -> bool:
    return written.rindex("\x1b[?25h") > written.rindex("\x1b[?25l")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> _Terminal:
    monkeypatch.setenv("TERM", "xterm")
    return _Terminal()


def test_a_terminal_gets_a_bar_and_its_cursor_back(terminal: _Terminal, tmp_path: Path) -> None:
    tracker = ConsoleTracker(terminal.stream)
    record_sweep(tracker, folder=tmp_path)
    written = terminal.hang_up()
    visible = _visible(written)
    last_bar = [line for line in re.split(r"[\r\n]+", visible) if line.startswith("scripted-2")][-1]
    assert "6/6 fits, " in last_bar
    assert " fits/s, " in last_bar
    assert last_bar.rstrip().endswith("left, best on validation +1.88 %")
    assert "trial 1/3" not in visible
    assert _cursor_is_back(written)


def test_a_narrower_terminal_has_room_for_fewer_words(
    terminal: _Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "75")
    record_sweep(ConsoleTracker(terminal.stream), folder=tmp_path)
    assert "left, best skill +1.88 %" in _visible(terminal.hang_up())


def test_a_terminal_is_left_in_order_when_a_sweep_fails(terminal: _Terminal, tmp_path: Path) -> None:
    tracker = ConsoleTracker(terminal.stream)
    tracker.start_sweep(make_tracked(tmp_path), [])
    tracker.start_trial(TRIALS[0])
    play_fit(tracker, TRIALS[0], 0)
    tracker.close(failed=True)
    written = terminal.hang_up()
    assert "1/6 fits" in _visible(written)
    assert _cursor_is_back(written)


def test_a_bar_goes_on_where_it_was(terminal: _Terminal, tmp_path: Path) -> None:
    record_sweep(Deaf(), folder=tmp_path)
    lines = [line for _, line in read_lines(tmp_path)]
    tracker = ConsoleTracker(terminal.stream)
    tracker.start_sweep(make_tracked(tmp_path), [line for line in lines if getattr(line, "trial_id", None) != "0002"])
    play_fit(tracker, TRIALS[2], 0)
    play_fit(tracker, TRIALS[2], 2)  # a seed that only the evaluation asked for
    tracker.close(failed=True)
    visible = _visible(terminal.hang_up())
    assert "4/6 fits" in visible
    assert "best on validation +1.88 %" in visible
    assert "5/6 fits" in visible
    assert "6/6 fits" not in visible
