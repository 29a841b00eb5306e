"""A registered model, ready to forecast: its files with the code that is installed, never with its own."""

import tempfile
from pathlib import Path

from lstm_sweep.config import TrackingConfig
from lstm_sweep.errors import require
from lstm_sweep.forecaster import Forecaster
from lstm_sweep.live.promotion import FACTS
from lstm_sweep.live.winner import SweepWinner, WinnerFacts
from lstm_sweep.tracking.destination import LEFT, find_destination


def find_registered(text: str, uri: str | None) -> SweepWinner:
    """The winner that was promoted to a version of a registered model.

    Args:
        text: 'btc' (the champion), 'btc@challenger' or 'btc/3'.
        uri: of MLflow; None for where sweeps are logged unless told.

    Raises:
        UserError: where there is no such version, or it is none of this program's.
    """
    from lstm_sweep.tracking.mlflow.errors import refusing
    from lstm_sweep.tracking.mlflow.registry import download, find_version
    from lstm_sweep.tracking.mlflow.store import open_client

    address = uri or find_destination(TrackingConfig(uri=LEFT, tensorboard=False), None).config.uri
    assert address is not None
    with refusing(address), tempfile.TemporaryDirectory() as folder:
        client = open_client(address)
        version = find_version(client, text)
        require(
            FACTS in version.tags,
            f"version {version.version} of {version.name} must be the winner of a sweep, but has no tag {FACTS}: "
            "promote one.",
        )
        network = Forecaster.load(download(client, version, Path(folder)))
    name = f"{version.name} version {version.version} ({' and '.join(version.aliases) or 'without an alias'})"
    return SweepWinner(WinnerFacts.read(version.tags[FACTS]), (network,), name)
