"""Fits that earlier sweeps have trained, found by their content: what is equal is not trained again.

A fit is known by everything that its numbers follow from: its settings, seed and spans, the data, the code, the
libraries and the devices. Under sweeps/.cache/ lies a small file for each, which says where its arrays are; where
that sweep has been removed, there is nothing to find.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, final

import numpy as np

from lstm_sweep.errors import UserError
from lstm_sweep.storage.encoding import read_lines
from lstm_sweep.storage.fit_files import FitFiles
from lstm_sweep.storage.history import FitHistory, histories_of_fits
from lstm_sweep.trials.checkpoint import Weights
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, FitStatus
from lstm_sweep.trials.spec import FitSpec


@dataclass(frozen=True)
class CachedFit:
    """A fit of an earlier sweep, as one of this.

    Attributes:
        outcome: with its arrays.
        records: of its epochs.
        origin: 'sweep/fit' where it was trained.
    """

    outcome: FitOutcome
    records: list[EpochRecord]
    origin: str


@final
class FitCache:
    """Finds and announces fits.

    Args:
        sweeps: the folder of all sweeps.
        folder: of this sweep.
        environment: the data, code, libraries and devices that numbers follow from.
        finds: whether to look for fits; they are announced in any case.
    """

    def __init__(self, sweeps: Path, folder: Path, environment: Mapping[str, Any], finds: bool) -> None:
        self._sweeps, self._folder = sweeps, folder
        self._environment, self._finds = dict(environment), finds
        self._histories: tuple[Path, dict[str, FitHistory]] | None = None

    def key(self, spec: FitSpec, parent_key: str | None) -> str:
        """Hexadecimal name of a fit's content; `parent_key` is that of the fit it resumes from."""
        content = {
            **self._environment,
            "windows": asdict(spec.windows),
            "features": spec.features,
            "model": asdict(spec.model),
            # What it goes on from is known by its content, wherever that lies.
            "training": asdict(spec.training) | {"init": None if spec.start is None else _digest(spec.start.weights)},
            "seed": spec.seed,
            "initial_epoch": spec.initial_epoch,
            "parent": parent_key,
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()

    def add(self, key: str, outcome: FitOutcome) -> None:
        """Announce a fit of this sweep; one that did not complete is not worth finding."""
        path = self._path(key)
        if outcome.status is not FitStatus.COMPLETED or path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        # Another process may announce the same: whoever is last wins, and a reader sees one of them whole.
        unfinished = path.with_name(f"{key}.{self._folder.name}")
        unfinished.write_text(json.dumps({"sweep": self._folder.name, "fit": outcome.spec.fit_id}))
        unfinished.replace(path)

    def find(self, key: str, spec: FitSpec, with_state: bool) -> CachedFit | None:
        """The fit of that content, as the outcome of `spec`; None where no sweep holds it whole.

        Args:
            key: of its content.
            spec: what it is here.
            with_state: whether a later rung may resume from it.
        """
        if not self._finds:
            return None
        try:
            place = json.loads(self._path(key).read_text())
            return self._load(place["sweep"], place["fit"], key, spec, with_state)
        except (OSError, ValueError, KeyError, UserError):  # announced, but removed or damaged since
            return None

    def _load(self, sweep: str, name: str, key: str, spec: FitSpec, with_state: bool) -> CachedFit | None:
        folder = self._sweeps / sweep
        history = self._histories_of(folder)[name]
        if history.end is None or history.end.key != key:
            return None
        files = FitFiles(folder)
        stored = files.load(name)
        outcome = replace(
            history.end.outcome(spec),
            weights=stored.weights,
            validation_forecast=stored.validation_forecast,
            state=files.load_state(name) if with_state else None,
        )
        records = [
            replace(record, trial_id=spec.trial_id, replicate=spec.replicate, fold=spec.fold)
            for record in history.epochs
        ]
        return CachedFit(outcome, records, f"{sweep}/{name}")

    def _histories_of(self, folder: Path) -> dict[str, FitHistory]:
        """By fit id; those of the last sweep asked for are kept."""
        if self._histories is None or self._histories[0] != folder:
            self._histories = folder, histories_of_fits(line for _, line in read_lines(folder))
        return self._histories[1]

    def _path(self, key: str) -> Path:
        return self._sweeps / ".cache" / key[:2] / key


def _digest(weights: Weights) -> str:
    return hashlib.sha256(b"".join(np.ascontiguousarray(each).tobytes() for each in weights)).hexdigest()
