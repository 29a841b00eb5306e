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
from dataclasses import replace
from pathlib import Path

import pytest

from src.fits import TrialResult
from src.tracking.console import ConsoleTracker
from src.tracking.tracker import Tracker
from tests.contracts.tracker_contract import TrackerContract
from tests.tracking.scripted import TRIALS, make_start, play_fit, play_sweep, result_of


class TestConsoleInAPipe(TrackerContract):
    @pytest.fixture
    def tracker(self, tmp_path: Path) -> Iterator[Tracker]:
        with (tmp_path / "output").open("w") as stream:
            yield ConsoleTracker(stream)

    def read_labels(self, folder: Path) -> set[str]:
        return set(re.findall(r"^trial [^:]*: (.*): (?:skill|diverged|failed)", (folder / "output").read_text(), re.M))


def test_a_pipe_gets_plain_lines_and_nothing_else(tmp_path: Path) -> None:
    stream = io.StringIO()
    tracker = ConsoleTracker(stream)
    play_sweep(tracker, tmp_path)
    tracker.close(failed=False)
    assert stream.getvalue().splitlines() == [
        "Sweep scripted-2: 60 bars of prices [EUR] =ü.csv, 2024-01-01 to 2024-02-29; "
        "3 trials x 2 seeds, up to 3 epochs",
        "2 empty bars were filled forward.",
        "trial 1/3: dropout=0.0, activation=tanh: skill +1.88 % (score -0.0190±0.0014)",
        'trial 2/3: dropout=0.25, activation=naïve [x]=1/2, 50 % "so" {y}: skill +0.90 % (score -0.0090±0.0014)',
        "trial 3/3: dropout=0.5, activation=tanh: diverged: the loss is infinite",
        "trial  score",
        "0000  -0.019",
        "Nothing here is shown to beat naive.",
    ]


def test_one_of_a_thing_is_not_many() -> None:
    stream = io.StringIO()
    start = replace(make_start(Path()), num_trials=1, seeds=1, epochs=1)
    tracker = ConsoleTracker(stream)
    tracker.start_sweep(start)
    tracker.end_trial(TrialResult(TRIALS[0], result_of(TRIALS[0]).outcomes[:1]))
    opening, _, ended = stream.getvalue().splitlines()
    assert opening.endswith("; 1 trial x 1 seed, up to 1 epoch")
    assert ended == "trial 1/1: dropout=0.0, activation=tanh: skill +1.98 % (score -0.0200)"


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


def test_a_terminal_gets_a_bar_then_the_table_and_its_cursor_back(terminal: _Terminal, tmp_path: Path) -> None:
    tracker = ConsoleTracker(terminal.stream)
    play_sweep(tracker, tmp_path)
    tracker.close(failed=False)
    written = terminal.hang_up()
    visible = _visible(written)
    last_bar = [line for line in re.split(r"[\r\n]+", visible) if line.startswith("scripted-2")][-1]
    assert "6/6 fits, " in last_bar
    assert " fits/s, " in last_bar
    assert last_bar.rstrip().endswith("left, best skill +1.88 %")
    assert visible.index("6/6") < visible.index("trial  score") < visible.index("Nothing here")
    assert "trial 1/3" not in visible
    assert _cursor_is_back(written)


def test_a_terminal_is_left_in_order_when_a_sweep_fails(terminal: _Terminal, tmp_path: Path) -> None:
    tracker = ConsoleTracker(terminal.stream)
    tracker.start_sweep(make_start(tmp_path))
    tracker.start_trial(TRIALS[0])
    play_fit(tracker, TRIALS[0], 0)
    tracker.close(failed=True)
    written = terminal.hang_up()
    assert "1/6 fits" in _visible(written)
    assert _cursor_is_back(written)
