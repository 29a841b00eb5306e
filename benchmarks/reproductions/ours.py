"""Our side: the experiment by the command that a user types, and what it leaves behind."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.process import clean_environment, run
from benchmarks.reproductions.comparison import Row, errors_in_usd


@dataclass(frozen=True)
class Ours:
    """A finished sweep of one configuration.

    Attributes:
        sentence: the verdict in its summary.json.
        targets: the scored targets of the test span, of its forecasts.parquet.
    """

    sentence: str
    targets: pd.DataFrame

    def row(self, scored: str) -> Row:
        """All targets, in price units: what the sweep itself reports."""
        actual = self.targets["actual"].to_numpy()
        naive = errors_in_usd([self.targets["naive"].to_numpy()], actual)
        return Row(scored, None, None, None, errors_in_usd(forecasts(self.targets), actual), naive)


def forecasts(targets: pd.DataFrame) -> list[NDArray[np.float64]]:
    """Forecasts of some targets in price units, an array for every seed."""
    return [targets[column].to_numpy() for column in targets.columns if "/seed_" in column]


def run_experiment(name: str, prices: Path, settings: Sequence[str], folder: Path) -> Ours:
    """Run `python -m src.sweep +experiment=name data.path=prices` in `folder`, which is made.

    Raises:
        ContenderError: where the command fails.
    """
    command = [sys.executable, "-m", "src.sweep", f"+experiment={name}", f"data.path={prices.resolve()}", *settings]
    run(command, folder, clean_environment(folder / "cache"))
    return read_sweep(folder / "sweeps" / name)


def read_sweep(folder: Path) -> Ours:
    """What a sweep left in its folder."""
    frame = pd.read_parquet(folder / "forecasts.parquet")
    targets = frame[(frame["span"] == "test") & frame["scored"]].reset_index(drop=True)
    return Ours(json.loads((folder / "summary.json").read_text())["verdict"]["sentence"], targets)
