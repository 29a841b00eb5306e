"""The trackers that a config asks for."""

from pathlib import Path
from typing import TextIO

from lstm_sweep.config import TrackingConfig
from lstm_sweep.tracking.console import ConsoleTracker
from lstm_sweep.tracking.tracker import Tracker

ARTIFACTS = Path("mlruns", "artifacts")


def build_trackers(config: TrackingConfig, folder: Path, stream: TextIO, logged_to: str = "") -> list[Tracker]:
    """The trackers of one sweep, first those that can refuse to start.

    Args:
        config: where to log, its address found.
        folder: sweeps/<name>/.
        stream: what the user reads.
        logged_to: what he is told of where that is.
    """
    trackers: list[Tracker] = []
    if config.uri is not None:
        from lstm_sweep.tracking.mlflow.tracker import MlflowTracker

        trackers.append(MlflowTracker(config.uri, ARTIFACTS))
    if config.tensorboard:
        from lstm_sweep.tracking.tensorboard.tracker import TensorBoardTracker

        trackers.append(TensorBoardTracker(folder / "tensorboard"))
    return [*trackers, ConsoleTracker(stream, logged_to)]
