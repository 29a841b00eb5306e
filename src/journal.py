"""What is on disk before anyone hears of it: a line for every epoch and fit, and the weights of every fit."""

import json
import math
import os
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self, final

from src.files import save_weights
from src.fits import EpochRecord, FitOutcome


@final
class Journal:
    """Appends to `journal.jsonl` and writes `weights/<trial>/seed_<n>.npz` in a sweep's folder; safe from any thread.

    An epoch's line is handed to the operating system, a fit's is on the disk, when the call returns.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = (folder / "journal.jsonl").open("a", encoding="utf-8")
        self._lock = threading.Lock()

    def write_epoch(self, record: EpochRecord) -> None:
        """Append an epoch."""
        self._append({"kind": "epoch", **asdict(record)}, durable=False)

    def write_fit(self, outcome: FitOutcome) -> None:
        """Keep a fit: its weights first, then the line that says it is whole."""
        if outcome.weights is not None:
            save_weights(weights_path(self._folder, outcome.spec.fit_id), outcome.weights)
        spec = outcome.spec
        line = {
            "kind": "fit",
            "trial_id": spec.trial_id,
            "replicate": spec.replicate,
            "fold": spec.fold,
            "seed": spec.seed,
            "features": list(spec.features),
            "windows": asdict(spec.windows),
            "model": asdict(spec.model),
            "training": asdict(spec.training),
            "initial_epoch": spec.initial_epoch,
            "status": outcome.status.value,
            "epochs": outcome.epochs,
            "best_epoch": outcome.best_epoch,
            "score": outcome.score,
            "val_loss": outcome.val_loss,
            "seconds": outcome.seconds,
            "message": outcome.message,
        }
        self._append(line, durable=True)

    def __enter__(self) -> Self:
        """Write while in the block."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close the file."""
        self._file.close()

    def _append(self, line: dict[str, Any], durable: bool) -> None:
        # JSON has no nan and no infinity.
        content = {
            key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in line.items()
        }
        with self._lock:
            self._file.write(json.dumps(content, allow_nan=False) + "\n")
            self._file.flush()
            if durable:
                os.fsync(self._file.fileno())


def read_journal(folder: Path) -> list[dict[str, Any]]:
    """All lines of a sweep's journal, in order."""
    with (folder / "journal.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def weights_path(folder: Path, fit_id: str) -> Path:
    """Where the kept weights of a fit lie in a sweep's folder."""
    return folder / "weights" / f"{fit_id}.npz"
