"""Writes down what happens: once, whole, and before anyone else hears of it."""

import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self, final

from lstm_sweep.storage.lines import JOURNAL, Line, encode, read_lines
from lstm_sweep.timing import now
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, TrialResult
from lstm_sweep.trials.spec import FitSpec, Trial

Key = tuple[Any, ...]


@final
class Journal:
    """Appends to the journal of one sweep; safe from any thread.

    What it already holds is not written again: every `write` says whether its line is new. So a sweep that is
    resumed may tell everything anew, and nothing is there twice. An epoch's line is handed to the operating system,
    any other is on the disk, when the call returns.
    """

    def __init__(self, folder: Path) -> None:
        """Open the journal in `folder`; what a kill left of its last line is closed, and stays as a damaged one."""
        path = folder / JOURNAL
        path.touch()
        self._keys = {_key(line) for _, line in read_lines(folder) if line is not None}
        self._lock = threading.Lock()
        self._file = os.open(path, os.O_RDWR | os.O_APPEND)
        self._end_last_line()

    def write_start(self, facts: Mapping[str, Any]) -> bool:
        """The sweep has started; `facts` are what trackers and a later resume need to know of it."""
        return self._append({"kind": "start", **facts, "timestamp": now()})

    def write_run(self, number: int, changes: Sequence[str] = ()) -> bool:
        """The sweep has been started (0), or resumed (1, 2, ...) although something is not as it was."""
        return self._append({"kind": "run", "run": number, "changes": list(changes), "timestamp": now()})

    def write_trial(self, trial: Trial) -> bool:
        """The oracle has named a trial."""
        return self._append({"kind": "trial", **asdict(trial), "timestamp": now()})

    def write_epoch(self, record: EpochRecord) -> bool:
        """An epoch has ended."""
        return self._append({"kind": "epoch", **asdict(record)}, durable=False)

    def write_fit(self, outcome: FitOutcome, key: str, origin: str | None = None) -> bool:
        """A fit has ended, and its arrays are on the disk.

        Args:
            outcome: of the fit.
            key: of its content, as `lstm_sweep.storage.cache` knows it.
            origin: 'sweep/fit' that it was taken from, or None where it was trained here.
        """
        line = {"kind": "fit", **_described(outcome.spec), **_came_to(outcome)}
        return self._append(line | {"key": key, "origin": origin, "timestamp": now()})

    def write_trial_end(self, result: TrialResult) -> bool:
        """All fits of a trial have ended."""
        outcomes = result.outcomes
        messages = [outcome.message for outcome in outcomes if outcome.message]
        line = {
            "kind": "trial_end",
            "trial_id": result.trial.trial_id,
            "status": result.status.value,
            "message": messages[0] if messages else "",
            "score": result.score,
            "score_std": result.score_std,
            "val_loss": sum(outcome.val_loss for outcome in outcomes) / len(outcomes),
            "best_epoch": sum(outcome.best_epoch for outcome in outcomes) / len(outcomes),
            "epochs": sum(outcome.epochs for outcome in outcomes) / len(outcomes),
            "seconds": sum(outcome.seconds for outcome in outcomes),
        }
        return self._append({**line, "timestamp": now()})

    def write_scores(self, trial_id: str, scores: Mapping[str, float]) -> bool:
        """The evaluation has scored a trial."""
        return self._append({"kind": "scores", "trial_id": trial_id, "scores": dict(scores), "timestamp": now()})

    def write_end(self, facts: Mapping[str, Any]) -> bool:
        """The sweep has ended well, and all its files are there."""
        return self._append({"kind": "end", **facts, "timestamp": now()})

    def __enter__(self) -> Self:
        """Write while in the block."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close the file."""
        os.close(self._file)

    def _append(self, line: Line, durable: bool = True) -> bool:
        with self._lock:
            if _key(line) in self._keys:
                return False
            self._write(encode(line))
            self._keys.add(_key(line))
            if durable:
                os.fsync(self._file)
        return True

    def _write(self, text: bytes) -> None:
        """Write all of it or, on a disk that is full, nothing."""
        length = os.fstat(self._file).st_size
        try:
            while text:
                text = text[os.write(self._file, text) :]
        except OSError:
            os.ftruncate(self._file, length)
            raise

    def _end_last_line(self) -> None:
        length = os.fstat(self._file).st_size
        if length and os.pread(self._file, 1, length - 1) != b"\n":
            self._write(b"\n")


def _key(line: Line) -> Key:
    """What must not be there twice."""
    return tuple(line.get(name) for name in ("kind", "run", "trial_id", "replicate", "fold", "epoch"))


def _described(spec: FitSpec) -> Line:
    return {
        "trial_id": spec.trial_id,
        "replicate": spec.replicate,
        "fold": spec.fold,
        "seed": spec.seed,
        "features": list(spec.features),
        "windows": asdict(spec.windows),
        "model": asdict(spec.model),
        "training": asdict(spec.training),
        "initial_epoch": spec.initial_epoch,
    }


def _came_to(outcome: FitOutcome) -> Line:
    return {
        "status": outcome.status.value,
        "epochs": outcome.epochs,
        "best_epoch": outcome.best_epoch,
        "score": outcome.score,
        "val_loss": outcome.val_loss,
        "seconds": outcome.seconds,
        "message": outcome.message,
    }
