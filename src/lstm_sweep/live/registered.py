"""A registered model, ready to forecast: its files with the code that is installed, never with its own."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import final

from lstm_sweep.config import TrackingConfig
from lstm_sweep.errors import require
from lstm_sweep.forecaster import Forecaster
from lstm_sweep.live.promotion import FACTS
from lstm_sweep.live.record.lines import CHALLENGER, CHAMPION
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

    address = _address(uri)
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


@final
@dataclass(frozen=True)
class RegisteredModel:
    """A registered model whose versions come and go while it is at work.

    Attributes:
        name: of the model.
        uri: of MLflow; None for where sweeps are logged unless told.
    """

    name: str
    uri: str | None

    def versions(self) -> dict[str, str]:
        """The numbers of the versions at work, by role: the champion, and a challenger that is another version.

        Raises:
            UserError: where there is no such model, or MLflow does not answer.
        """
        from lstm_sweep.tracking.mlflow.errors import refusing
        from lstm_sweep.tracking.mlflow.registry import versions_by_alias
        from lstm_sweep.tracking.mlflow.store import open_client

        address = _address(self.uri)
        with refusing(address):
            found = versions_by_alias(open_client(address), self.name)
        champion, challenger = found.get(CHAMPION), found.get(CHALLENGER)
        require(champion is not None, f"{self.name} must have a champion, but has none: promote one with as=champion.")
        roles = {CHAMPION: champion, CHALLENGER: None if challenger == champion else challenger}
        return {role: number for role, number in roles.items() if number is not None}

    def load(self, number: str) -> SweepWinner:
        """A version, ready to forecast."""
        return find_registered(f"{self.name}/{number}", self.uri)

    def promote(self, number: str) -> None:
        """Point the alias champion to a version, and challenger to none."""
        from lstm_sweep.tracking.mlflow.errors import refusing
        from lstm_sweep.tracking.mlflow.registry import make_champion
        from lstm_sweep.tracking.mlflow.store import open_client

        address = _address(self.uri)
        with refusing(address):
            make_champion(open_client(address), self.name, number)


def _address(uri: str | None) -> str:
    address = uri or find_destination(TrackingConfig(uri=LEFT, tensorboard=False), None).config.uri
    assert address is not None
    return address
