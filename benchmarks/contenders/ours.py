"""This project: `python -m src.sweep` as a whole command, trackers on."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.contenders.contender import Turn
from benchmarks.process import ContenderError, Finished, clean_environment, end_of, run
from lstm_sweep.storage.encoding import read_lines
from lstm_sweep.storage.lines import FitLine, Line

COLD, WARM = "cold", "warm"


@dataclass(frozen=True)
class SweepRun:
    """A finished sweep.

    Attributes:
        process: its command.
        summary: its summary.json.
        journal: every line of its journal.
    """

    process: Finished
    summary: dict[str, Any]
    journal: list[Line]

    @property
    def search_seconds(self) -> float:
        """What the sweep says that its search took: from the first tracker's start to the last fit's end."""
        return float(self.summary["seconds"]["search"])

    @property
    def val_losses(self) -> tuple[float, ...]:
        """Validation loss of every fit, scaled units."""
        return tuple(line.val_loss for line in self.journal if isinstance(line, FitLine))

    @property
    def details(self) -> dict[str, Any]:
        """For the record."""
        return {
            "seconds": self.summary["seconds"],
            "command_seconds": self.process.seconds,
            "peak_memory": self.process.peak_memory,
            "best": self.summary["best"],
        }


def run_sweep(overrides: Sequence[str], folder: Path, cache: Path) -> SweepRun:
    """Run a sweep in a folder of its own.

    Args:
        overrides: what the command is told.
        folder: that it works in; made.
        cache: where programs compiled before are found and kept; an empty one is a cold start.

    Raises:
        ContenderError: where the command fails, or a fit did not complete.
    """
    command = [sys.executable, "-m", "src.sweep", "name=benchmark", *overrides]
    return _read(folder, run(command, folder, clean_environment(cache)))


def finished_sweep(folder: Path, status: int, seconds: float) -> SweepRun:
    """A sweep that was run by hand in `folder`, where its output is in `log`.

    Raises:
        ContenderError: where its exit status is not 0.
    """
    if status != 0:
        raise ContenderError(f"the sweep ended with {status}:\n{end_of(folder / 'log')}")
    return _read(folder, Finished(0.0, seconds, 0))


def _read(folder: Path, process: Finished) -> SweepRun:
    results = folder / "sweeps" / "benchmark"
    journal = [line for _, line in read_lines(results) if line is not None]
    return SweepRun(process, json.loads((results / "summary.json").read_text()), journal)


class Sweep:
    """A sweep of ours, whole, once for each cache.

    Args:
        runner: fused or sequential.
        overrides: of the workload.
        caches: for each turn, whether programs compiled before are there (`WARM`) or not (`COLD`); a warm turn finds
            those of the cold one before it.
        folder: where it works.
    """

    def __init__(self, runner: str, overrides: Sequence[str], caches: Sequence[str], folder: Path) -> None:
        self.name, self.num_turns = f"src.sweep runner={runner}", len(caches)
        self.remark = _REMARKS[runner]
        self._overrides = [f"runner={runner}", *overrides]
        self._folder, self._turns = folder, enumerate(caches)
        self._cache = folder / "cache"

    def prepare(self) -> None:
        """Nothing: the whole command is run in its turn."""

    def take_turn(self) -> Turn:
        """Run the command."""
        number, cache = next(self._turns)
        if cache == COLD:
            self._cache = self._folder / f"cache_{number}"
        sweep = run_sweep(self._overrides, self._folder / f"turn_{number}", self._cache)
        return Turn(sweep.search_seconds, sweep.summary["fits"], cache, sweep.val_losses, sweep.details)

    def close(self) -> None:
        """Nothing: the command has ended."""


_REMARKS = {
    "fused": "src.sweep runner=fused: the whole command, MLflow, TensorBoard, journal and console on; `search` of its "
    "summary.json, compilation included. Cold: the folder of compiled programs is empty; warm: it holds them.",
    "sequential": "src.sweep runner=sequential: the same with Keras' own `fit` on JAX, one fit at a time.",
}
