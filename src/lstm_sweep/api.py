"""The Python API: run a sweep from a dict of settings, and read a finished one; for notebooks and programs.

Everything here is also a name of the package: `from lstm_sweep import run_sweep, open_sweep`.
"""

import json
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lstm_sweep.errors import require
from lstm_sweep.storage.folder import SWEEPS, finished

if TYPE_CHECKING:
    import pandas as pd

    from lstm_sweep.forecaster import Forecaster


@dataclass(frozen=True)
class FinishedSweep:
    """A sweep that has come to its verdict; everything is read from its folder when it is asked for.

    Attributes:
        folder: sweeps/<name>/, absolute.
    """

    folder: Path

    @property
    def name(self) -> str:
        """Of the sweep."""
        return self.folder.name

    @property
    def summary(self) -> dict[str, Any]:
        """The content of summary.json: best trial, scores of naive and the baselines, verdict, seconds by stage."""
        summary: dict[str, Any] = json.loads((self.folder / "summary.json").read_text(encoding="utf-8"))
        return summary

    @property
    def verdict(self) -> str:
        """The sentence that a sweep ends with."""
        sentence: str = self.summary["verdict"]["sentence"]
        return sentence

    def leaderboard(self) -> "pd.DataFrame":
        """The trials, best first: swept settings by path, scores on validation and on the test span."""
        import pandas as pd

        return pd.read_csv(self.folder / "leaderboard.csv", dtype={"trial": str})

    def forecasts(self) -> "pd.DataFrame":
        """Forecasts in price units, a row per span, window and step.

        Returns:
            Columns `span`, `origin`, `step`, `target`, `scored`, `actual`, `naive`, the baselines and the ensemble, and
            one per fit ('0003/seed_1').
        """
        import pandas as pd

        return pd.read_parquet(self.folder / "forecasts.parquet")

    def best_forecaster(self) -> "Forecaster":
        """The best trial's fit of median validation score: `forecast(past)` goes from past prices to forecast prices.

        Raises:
            UserError: where no trial completed, or the files are damaged.
        """
        from lstm_sweep.forecaster import Forecaster

        require(
            (self.folder / "model").is_dir(),
            f"{self.folder} must hold a model, but no trial of it completed: see its leaderboard.csv.",
        )
        os.environ.setdefault("KERAS_BACKEND", "jax")
        return Forecaster.load(self.folder / "model")


def open_sweep(name: str, sweeps: Path | str = SWEEPS) -> FinishedSweep:
    """A finished sweep.

    Args:
        name: of the sweep.
        sweeps: the folder of all sweeps.

    Raises:
        UserError: where there is no finished sweep of that name.
    """
    return FinishedSweep(finished(name, Path(sweeps)).resolve())


def run_sweep(settings: Mapping[str, Any]) -> FinishedSweep:
    """Run a sweep to its verdict, as `lstm-sweep sweep` does: below the working folder, with a line per trial.

    Args:
        settings: by path, or nested, with values as one would type them: `{"experiment": "dropout", "data": "csv",
            "data.path": "btc.csv", "model": {"units": 16}, "search.model.l2": [0, 1e-4]}`. `experiment` and a choice
            of a whole section (`data`, `tuner`, `runner`) are names.

    Returns:
        The finished sweep.

    Raises:
        UserError: where the settings or the data are wrong, before anything is trained or logged.
        KeyboardInterrupt: once interrupted; what has finished is kept, and the same settings with `"name"` and
            `"resume": True` resume it. A second interrupt ends the whole process.
    """
    started = time.perf_counter()
    from lstm_sweep.cli.composition.compose import compose_settings
    from lstm_sweep.cli.composition.typed import written_command
    from lstm_sweep.config.spelling import spell_settings

    typed = spell_settings(settings)
    config = compose_settings(typed)
    _settle_backend(config.runner.backend)
    from lstm_sweep.sweep.pipeline import Interrupted
    from lstm_sweep.sweep.pipeline import run_sweep as run

    try:
        return FinishedSweep(run(config, written_command(typed), started).resolve())
    except Interrupted as interrupted:
        raise KeyboardInterrupt(str(interrupted)) from None


def _settle_backend(backend: str) -> None:
    """Keras reads its backend once, at its first import."""
    if "keras" in sys.modules:
        import keras

        has = keras.backend.backend()
        require(
            has == backend,
            f"runner.backend={backend} needs Keras on {backend}, but this process has imported it on {has}: start a "
            f"new one, or set KERAS_BACKEND={backend} before its first import.",
        )
    os.environ["KERAS_BACKEND"] = backend
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
