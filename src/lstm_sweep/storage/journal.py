"""Write-ahead journal of a sweep: what happens is written once, whole, and before any tracker is notified."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self, final

from lstm_sweep.storage.checked_lines import AppendedFile
from lstm_sweep.storage.encoding import encode, read_lines
from lstm_sweep.storage.facts import SweepEnd, SweepStart
from lstm_sweep.storage.lines import (
    JOURNAL,
    EndLine,
    FitLine,
    Line,
    RunLine,
    ScoresLine,
    StartLine,
    TrialEndLine,
    TrialLine,
)
from lstm_sweep.timing import now
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, TrialResult
from lstm_sweep.trials.spec import Trial

Key = tuple[Any, ...]


@final
class Journal:
    """Appends to the journal of one sweep; safe from any thread.

    What it already holds is not written again: every `write` returns whether its line is new. So a resumed sweep may
    write everything anew, and nothing is there twice. An epoch's line is handed to the operating system,
    any other is on the disk, when the call returns.
    """

    def __init__(self, folder: Path) -> None:
        """Open the journal in `folder`; what a kill left of its last line is closed, and stays as a damaged one."""
        self._file = AppendedFile(folder / JOURNAL)
        self._keys = {_key(line) for _, line in read_lines(folder) if line is not None}
        self._lock = threading.Lock()

    def write_start(self, start: SweepStart) -> bool:
        """The sweep has started."""
        return self._append(StartLine(start, now()))

    def write_run(self, number: int, changes: Sequence[str] = ()) -> bool:
        """The sweep has been started (0), or resumed (1, 2, ...) although something is not as it was."""
        return self._append(RunLine(run=number, changes=tuple(changes), timestamp=now()))

    def write_trial(self, trial: Trial) -> bool:
        """The oracle has named a trial."""
        return self._append(TrialLine(trial, now()))

    def write_epoch(self, record: EpochRecord) -> bool:
        """An epoch has ended."""
        return self._append(record, durable=False)

    def write_fit(self, outcome: FitOutcome, key: str, origin: str | None = None) -> bool:
        """A fit has ended, and its arrays are on the disk.

        Args:
            outcome: of the fit.
            key: of its content, as `lstm_sweep.storage.cache` computes it.
            origin: 'sweep/fit' that it was taken from, or None where it was trained here.
        """
        return self._append(FitLine.of(outcome, key, origin, now()))

    def write_trial_end(self, result: TrialResult) -> bool:
        """All fits of a trial have ended."""
        return self._append(TrialEndLine.of(result, now()))

    def write_scores(self, trial_id: str, scores: Mapping[str, float]) -> bool:
        """The evaluation has scored a trial."""
        return self._append(ScoresLine(trial_id, dict(scores), now()))

    def write_end(self, end: SweepEnd) -> bool:
        """The sweep has ended well, and all its files are there."""
        return self._append(EndLine(end, now()))

    def __enter__(self) -> Self:
        """Write while in the block."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close the file."""
        self._file.close()

    def _append(self, line: Line, durable: bool = True) -> bool:
        with self._lock:
            if _key(line) in self._keys:
                return False
            self._file.append(encode(line), durable)
            self._keys.add(_key(line))
        return True


def _key(line: Line) -> Key:
    """What must not be there twice."""
    names = ("run", "trial_id", "replicate", "fold", "epoch")
    return type(line), *(getattr(line, name, None) for name in names)
