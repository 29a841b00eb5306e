"""The trackers that a config asks for."""

from pathlib import Path
from typing import TextIO

from src.config import TrackingConfig
from src.tracking.console import ConsoleTracker
from src.tracking.tracker import Tracker

ARTIFACTS = Path("mlruns", "artifacts")


def build_trackers(config: TrackingConfig, folder: Path, stream: TextIO) -> list[Tracker]:
    """The trackers of one sweep, first those that can refuse to start.

    Args:
        config: where to log.
        folder: sweeps/<name>/.
        stream: what the user reads.
    """
    trackers: list[Tracker] = []
    if config.uri is not None:
        from src.tracking.mlflow_tracker import MlflowTracker

        trackers.append(MlflowTracker(config.uri, ARTIFACTS))
    if config.tensorboard:
        from src.tracking.tensorboard_tracker import TensorBoardTracker

        trackers.append(TensorBoardTracker(folder / "tensorboard"))
    return [*trackers, ConsoleTracker(stream)]
