"""The version that is retrained, and the challenger that comes of it."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

import numpy as np

from lstm_sweep.config.spelling import shell_quoted
from lstm_sweep.errors import require
from lstm_sweep.invocation import spelled
from lstm_sweep.live.promotion import FORCED, tags_of
from lstm_sweep.live.registered import logged_run, read_winner, registry_address, where
from lstm_sweep.live.winner import SweepWinner, WinnerFacts

if TYPE_CHECKING:
    from lstm_sweep.tracking.mlflow.registry import RegisteredVersion

RETRAINING = "retraining"
"""Tag of a registered version, and of the run of its sweep, that holds the key of its training."""


@final
@dataclass(frozen=True)
class Champion:
    """What is retrained.

    Attributes:
        uri: of its MLflow.
        client: of that.
        version: registered there.
        winner: its network and facts.
    """

    uri: str
    client: Any
    version: "RegisteredVersion"
    winner: SweepWinner

    @property
    def name(self) -> str:
        """For people ('btc version 1')."""
        return f"{self.version.name} version {self.version.version}"


def find_champion(text: str, uri: str | None) -> Champion:
    """The registered version that is to be retrained.

    Args:
        text: 'btc' (the champion), 'btc@challenger' or 'btc/3'.
        uri: of MLflow; None for where sweeps are logged unless told.

    Raises:
        UserError: as `find_registered`, and where the version does not say what it was trained with.
    """
    from lstm_sweep.tracking.mlflow.errors import refusing
    from lstm_sweep.tracking.mlflow.registry import find_version
    from lstm_sweep.tracking.mlflow.store import open_client

    address = registry_address(uri)
    with refusing(address):
        client = open_client(address)
        version = find_version(client, text)
        winner = read_winner(client, version)
    named = shell_quoted(f"model={version.name}") + (" force=true" if FORCED in version.tags else "")
    require(
        bool(winner.facts.settings),
        f"version {version.version} of {version.name} must bear the settings that it was trained with, but an older "
        f"version of this program promoted it: promote it again, with {spelled('promote')} "
        f"sweep={winner.facts.sweep} {named}{where(address)}.",
    )
    return Champion(address, client, version, winner)


def known_challenger(champion: Champion, key: str) -> "RegisteredVersion | None":
    """The version that an equal retraining has made before, or None."""
    from lstm_sweep.tracking.mlflow.errors import refusing
    from lstm_sweep.tracking.mlflow.registry import version_with

    with refusing(champion.uri):
        return version_with(champion.client, champion.version.name, RETRAINING, key)


def register_challenger(champion: Champion, folder: Path, key: str, *, goes_on: bool) -> "RegisteredVersion":
    """Register the network of a retraining; its version, and the run of its sweep, say whose retraining it is.

    Args:
        champion: that was retrained.
        folder: of the finished sweep that did it.
        key: of the training.
        goes_on: whether it began with the weights of the champion.

    Raises:
        UserError: where no fit completed, or the sweep is not in the champion's MLflow.
    """
    from lstm_sweep.tracking.mlflow.errors import refusing
    from lstm_sweep.tracking.mlflow.registry import CHALLENGER, RETRAINS, register, tag_run

    version = champion.version
    facts = retrained_facts(folder, champion.winner.facts, champion.name, goes_on=goes_on)
    links = {
        RETRAINS: f"{version.name}/{version.version}",
        "retrains_run": version.run_id,
        "retrains_trained_until": champion.winner.facts.trained_until,
        "init": "champion" if goes_on else "scratch",
    }
    _, run_id = logged_run(folder, champion.uri)
    tags = tags_of(facts, version.tags.get(FORCED, "")) | links | {RETRAINING: key}
    with refusing(champion.uri):
        tag_run(champion.client, run_id, links | {"trained_until": facts.trained_until})
        return register(champion.client, run_id, version.name, CHALLENGER, tags)


def retrained_facts(folder: Path, began: WinnerFacts, version: str, *, goes_on: bool) -> WinnerFacts:
    """What is known of a network that was trained anew.

    Args:
        folder: of the finished sweep that trained it.
        began: of the winner whose settings it has.
        version: of that one ('btc version 1').
        goes_on: whether it began with the weights of that one, which have seen prices of their own.

    Raises:
        UserError: where no fit completed.
    """
    own = WinnerFacts.of_sweep(folder)
    seen_before = [began.unseen_from] if goes_on else []
    unjudged = f" (Of these settings in sweep {began.sweep}; these weights are newer, and nothing has judged them.)"
    return replace(
        own,
        values=began.values,
        verdict=began.verdict if began.retrains else began.verdict + unjudged,
        unseen_from=max([own.unseen_from, *seen_before], key=np.datetime64),
        shown_until=None,
        is_copy=began.is_copy,
        settings=began.settings,
        retrains=version,
    )
