"""A registered model, ready to forecast: its files with the code that is installed, never with its own."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from lstm_sweep.config import TrackingConfig
from lstm_sweep.config.spelling import shell_quoted
from lstm_sweep.errors import require
from lstm_sweep.forecaster import Forecaster
from lstm_sweep.invocation import spelled
from lstm_sweep.live.promotion import FACTS
from lstm_sweep.live.record.lines import CHALLENGER, CHAMPION
from lstm_sweep.live.winner import SweepWinner, WinnerFacts
from lstm_sweep.redaction import redacted
from lstm_sweep.tracking.destination import LEFT, find_destination, whole_address

if TYPE_CHECKING:
    from lstm_sweep.tracking.mlflow.registry import RegisteredVersion


def find_registered(text: str, uri: str | None) -> SweepWinner:
    """The winner that was promoted to a version of a registered model.

    Args:
        text: 'btc' (the champion), 'btc@challenger' or 'btc/3'.
        uri: of MLflow; None for where sweeps are logged unless told.

    Raises:
        UserError: where there is no such version, or it is none of this program's.
    """
    from lstm_sweep.tracking.mlflow.errors import refusing
    from lstm_sweep.tracking.mlflow.registry import find_version
    from lstm_sweep.tracking.mlflow.store import open_client

    address = registry_address(uri)
    with refusing(address):
        client = open_client(address)
        return read_winner(client, find_version(client, text))


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

        address = registry_address(self.uri)
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
        from lstm_sweep.tracking.mlflow.registry import move_alias
        from lstm_sweep.tracking.mlflow.store import open_client

        address = registry_address(self.uri)
        with refusing(address):
            move_alias(open_client(address), self.name, CHAMPION, number)


def point_alias(text: str, alias: str, uri: str | None) -> tuple["RegisteredVersion", str]:
    """Point an alias to a version that is registered already, which keeps all its tags.

    Args:
        text: 'btc@challenger' or 'btc/3'.
        alias: champion or challenger; a champion that was the challenger is no challenger any more.
        uri: of MLflow; None for where sweeps are logged unless told.

    Returns:
        The version, and the address of its MLflow.

    Raises:
        UserError: where there is no such version.
    """
    from lstm_sweep.tracking.mlflow.errors import refusing
    from lstm_sweep.tracking.mlflow.registry import find_version, move_alias
    from lstm_sweep.tracking.mlflow.store import open_client

    address = registry_address(uri)
    with refusing(address):
        client = open_client(address)
        version = find_version(client, text)
        move_alias(client, version.name, alias, str(version.version))
        return find_version(client, f"{version.name}/{version.version}"), address


def registry_address(uri: str | None) -> str:
    """The address of MLflow: `uri`, or None for where sweeps are logged unless told."""
    address = uri or find_destination(TrackingConfig(uri=LEFT, tensorboard=False), None).config.uri
    assert address is not None
    return address


def read_winner(client: Any, version: "RegisteredVersion") -> SweepWinner:
    """The winner of a version, out of its tag and its files.

    Args:
        client: of MLflow, that has it.
        version: of a registered model.

    Raises:
        UserError: where it is none of this program's.
    """
    from lstm_sweep.tracking.mlflow.registry import download

    require(
        FACTS in version.tags,
        f"version {version.version} of {version.name} must be the winner of a sweep, but has no tag {FACTS}: "
        "promote one.",
    )
    with tempfile.TemporaryDirectory() as folder:
        network = Forecaster.load(download(client, version, Path(folder)))
    name = f"{version.name} version {version.version} ({' and '.join(version.aliases) or 'without an alias'})"
    return SweepWinner(WinnerFacts.read(version.tags[FACTS]), (network,), name)


def logged_run(folder: Path, told: str | None) -> tuple[str, str]:
    """The address of the MLflow that has a sweep, and the id of its parent run there.

    Args:
        folder: of the sweep.
        told: the address that was typed, or None.

    Raises:
        UserError: where it was not delivered, or elsewhere than told, with what delivers it.
    """
    from lstm_sweep.tracking.mlflow.cursor import Cursor

    cursor = Cursor.load(folder)
    sync = f"deliver it with {spelled('sync')} sweep={folder.name}"
    require(cursor is not None, f"sweep {folder.name} must be in MLflow, but is not: {sync} tracking.uri=URI first.")
    assert cursor is not None
    uri = told or whole_address(cursor.address, f"sweep {folder.name}")
    require(
        redacted(uri) == cursor.address,
        f"sweep {folder.name} was delivered to MLflow at {cursor.address} last, not to {redacted(uri)}: {sync} "
        f"tracking.uri={redacted(uri)} first, or leave tracking.uri out.",
    )
    return uri, cursor.run_id


def how_to_forecast(version: "RegisteredVersion", uri: str) -> str:
    """What to type to forecast with a version that is in MLflow at `uri`."""
    alias = "" if "champion" in version.aliases or not version.aliases else f"@{version.aliases[0]}"
    name = f"{version.name}{alias}" if version.aliases else f"{version.name}/{version.version}"
    return f"{spelled('forecast')} {shell_quoted(f'model={name}')}{where(uri)}"


def where(uri: str) -> str:
    """What must be typed beside, where the model is not where sweeps are logged unless told."""
    usual = find_destination(TrackingConfig(uri=LEFT, tensorboard=False), None).config.uri
    return "" if uri == usual else f" {shell_quoted(f'tracking.uri={redacted(uri)}')}"
